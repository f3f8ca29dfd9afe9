import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { inTempDir } from "../../fixtures/tempDir";
import { cleanEnv, commandLine } from "../support/command";
import { atTerminal, ctrlC, cursorShown, enter, type Step } from "../support/terminal";

const asked = "Password of the new keyring file";
const ctrlT = "\u0014";

/** Puts a value into the encrypted file, which asks for its password. */
const typed = (cwd: string, steps: readonly Step[]) =>
  atTerminal({
    command: [...commandLine, "secrets", "put", "anthropic", "--to", "keyring"],
    env: {
      ...cleanEnv(cwd),
      ...{
        TERM: "xterm-256color",
        NO_COLOR: "1",
        XDG_DATA_HOME: cwd,
        PROMPTSENTINEL_KEYRING: "file",
      },
    },
    ...{ cwd, steps },
  });

const value = `sk-ant-api03-${"keyringprompt".repeat(7)}AA`;
const valueStep: Step = { await: "ANTHROPIC_API_KEY for keyring", type: value + enter };

describe("the password of the encrypted keyring at a terminal", () => {
  test("is not shown by any key, is not wiped while somebody takes his time, and Ctrl-C ends with 130", () =>
    inTempDir(async (cwd) => {
      // The prompt is drawn anew for each key; each step takes 0.3 s, together longer than work is left unexplained.
      const slowly = ["h", "a", "l", "f", `${ctrlT}x`].map((type): Step => ({
        await: asked,
        type,
      }));
      const shown = await typed(cwd, [valueStep, ...slowly, { await: asked, type: ctrlC }]);
      expect(shown).toMatchObject({ code: 130, restored: true, left: [] });
      expect(shown.screen).toContain("error: stopped while it asked");
      expect(shown.screen).toContain(cursorShown);
      expect(shown.screen).not.toContain("half");
      expect(shown.screen).not.toContain("*");
      expect(shown.screen).not.toContain("writing ANTHROPIC_API_KEY");
      expect(await readdir(cwd)).not.toContain("python_keyring");
    }));

  test("opens it when it was typed twice", () =>
    inTempDir(async (cwd) => {
      const { code, screen } = await typed(cwd, [
        valueStep,
        { await: asked, type: `of the prompt${enter}` },
        { await: "The same once more:", type: `of the prompt${enter}` },
      ]);
      expect([code, screen]).toEqual([0, expect.stringContaining("is written")]);
      expect(await readdir(join(cwd, "python_keyring"))).toEqual(["crypted_pass.cfg"]);
    }));
});
