import { access, chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { open } from "../../stores/keyring/keyStore";
import { catalogKeys, guidePlace } from "../../stores/places";
import { SecretValue } from "../../stores/secretValue";
import { inTempDir } from "../fixtures/tempDir";
import { leaks } from "./support/canary";
import { testWith } from "./support/needs";
import { missingSecretService, startSecretService } from "./support/secretService";

/** Of the keys' forms, and of this suite alone; put together, so that this file holds none. */
const random = "Gu4rD-sU1te-9xQ2mZ7kLw3VbN8tRy5Hc6Jf0PdAe";
const values = {
  ANTHROPIC_API_KEY: `sk-ant-api03-${random}`,
  OPENAI_API_KEY: `sk-proj-${random}`,
  // No vendor's beginning, so that only a comparison finds it.
  REDIS_PASSWORD: `Gu4rDw0nderful-${random.slice(-4)}`,
  DATABASE_TOKEN: "gu4rd,other.variable!77",
};
const bin = join(__dirname, "../../cli/bin.mjs");

interface Place {
  readonly dir: string;
  readonly run: (...command: readonly string[]) => Promise<execa.ExecaReturnValue>;
  readonly git: (...args: readonly string[]) => Promise<execa.ExecaReturnValue>;
  readonly guard: (...args: readonly string[]) => Promise<execa.ExecaReturnValue>;
  readonly write: (file: string, content: string | Buffer) => Promise<void>;
  /** Stages all and commits by git, as a user does: the code, and what was said. */
  readonly commit: () => Promise<execa.ExecaReturnValue>;
}

/** What was said by any command, to look for values in it. */
let said: string[] = [];
beforeEach(() => {
  said = [];
});
afterEach(() => {
  expect(leaks([["output", said.join("\n")]], values)).toStrictEqual([]);
});

const placeAt = (dir: string, env: Readonly<Record<string, string>> = {}): Place => {
  const run = async (command = "", ...args: readonly string[]) => {
    const ended = await execa(command, args, {
      ...{ cwd: dir, reject: false, all: true, extendEnv: false, stdin: "ignore", timeout: 60_000 },
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: dir,
        GIT_CONFIG_NOSYSTEM: "1",
        ...Object.fromEntries(
          ["AUTHOR", "COMMITTER"].flatMap((who) => [
            [`GIT_${who}_NAME`, "of this test"],
            [`GIT_${who}_EMAIL`, "test@example.com"],
          ]),
        ),
        ...env,
      },
    });
    // What git shows of a file is not ours.
    if (!["show", "diff"].includes(args[0] ?? "")) said.push(ended.all ?? "");
    return ended;
  };
  const git = (...args: readonly string[]) => run("git", ...args);
  return {
    ...{ dir, run, git },
    guard: (...args) => run("node", bin, "guard", ...args),
    write: async (file, content) => {
      await mkdir(join(dir, file, ".."), { recursive: true });
      await writeFile(join(dir, file), content);
    },
    commit: async () => {
      await git("add", "--all");
      return git("commit", "--quiet", "--message", "of this test");
    },
  };
};

/** A repository with the hook, by the command itself. */
const inRepository = (
  run: (place: Place) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
) =>
  inTempDir(async (dir) => {
    const place = placeAt(dir, env);
    await place.git("init", "--quiet", "--initial-branch=main");
    await place.write(".gitignore", ".env\n.env.keys\n");
    expect(await place.guard("--install")).toMatchObject({ exitCode: 0 });
    await run(place);
  });

const expectRefused = ({ exitCode, all }: execa.ExecaReturnValue, ...texts: string[]): void => {
  for (const text of texts) expect(all).toContain(text);
  expect(exitCode).toBe(1);
};
const expectPassed = ({ exitCode, all }: execa.ExecaReturnValue): void => {
  expect([exitCode, all]).toStrictEqual([0, expect.not.stringContaining("found in")]);
};

const key = `key = "${values.ANTHROPIC_API_KEY}"\n`;
const form = "holds what has the form of ANTHROPIC_API_KEY";

describe("a commit by git", () => {
  test("is refused with a key's form: the first, and later ones", async () => {
    await inRepository(async ({ write, commit, git }) => {
      await write("src/app.py", `# first\n${key}`);
      expectRefused(
        await commit(),
        `  src/app.py:2: ${form}`,
        "fix: `git rm --cached -- ':/src/app.py'`, take it out; replace the key if it is a real one",
      );
      expect((await git("rev-parse", "--verify", "HEAD")).exitCode).not.toBe(0);
      await write("src/app.py", "# first\n");
      expectPassed(await commit());
      await write("src/app.py", `# first\n# second\n${key}`);
      expectRefused(
        await commit(),
        `src/app.py:3: ${form}`,
        "`git restore --staged -- ':/src/app.py'`",
      );
    });
  });

  test("is refused with a value of the caller's own .env, whatever its form and marker", async () => {
    await inRepository(async ({ write, commit }) => {
      await write(
        ".env",
        Object.entries(values)
          .map(([name, value]) => `${name}=${value}`)
          .join("\n"),
      );
      const redis = Buffer.from(`redis://:${values.REDIS_PASSWORD}@host`);
      await write("a.yaml", `password: ${values.REDIS_PASSWORD} # promptsentinel:allow a test\n`);
      await write("b.yaml", `data:\n  url: ${redis.toString("base64")}\n`);
      await write("c.bin", Buffer.concat([Buffer.from([0, 255, 0]), redis, Buffer.from([0])]));
      await write("d.ps1", Buffer.from(`\ufeff$x = "${values.DATABASE_TOKEN}"`, "utf16le"));
      const holds = "holds the value of REDIS_PASSWORD that is now in .env";
      expectRefused(
        await commit(),
        ...["guard: 4 found in 5 staged files", `a.yaml:1: ${holds}`, `b.yaml:2: ${holds}`],
        ...[`c.bin:1: ${holds}`, "d.ps1:1: holds the value of DATABASE_TOKEN"],
      );
    });
  });

  test("is refused with .env or .env.keys at all, and not when it takes them out", async () => {
    await inRepository(async ({ write, commit, git }) => {
      await write("sub/.env", "LOG_LEVEL=info\n");
      await write(".env.keys", "# none\n");
      await write("README.md", "x\n");
      await git("add", "--force", "sub/.env", ".env.keys");
      expectRefused(
        await commit(),
        "sub/.env: is made to hold values, and is never committed",
        ".env.keys: is made to hold values",
        "fix: `git rm --cached -- ':/sub/.env'`",
      );
      await git("commit", "--quiet", "--no-verify", "--message", "past the hook");
      await git("rm", "--quiet", "--cached", "sub/.env", ".env.keys");
      expectPassed(await commit());
    });
  });

  test("passes with a .env that dotenvx has encrypted, and not with one it has half", async () => {
    await inRepository(async ({ write, commit, git }) => {
      const sealed = 'DOTENV_PUBLIC_KEY="02ab"\nOPENAI_API_KEY="encrypted:BAbc"\n';
      await write(".env", `${sealed}LOG_LEVEL=info\n`);
      await git("add", "--force", ".env");
      expectRefused(await commit(), ".env: is made to hold values");
      await write(".env", sealed);
      await git("add", "--force", ".env");
      expectPassed(await commit());
    });
  });

  test("is refused with the .env of an environment, and with its values elsewhere", async () => {
    await inRepository(async ({ write, commit, git }) => {
      await write(".gitignore", ".env.*\n!.env.example\n");
      await write(".env.production", `DATABASE_TOKEN=${values.DATABASE_TOKEN}\n`);
      await write(".env.example", "# DATABASE_TOKEN=\n");
      await write("a.yaml", `token: ${values.DATABASE_TOKEN}\n`);
      await git("add", "--force", ".env.production");
      expectRefused(
        await commit(),
        ...["guard: 2 found in 4 staged files", ".env.production: is made to hold values"],
        "a.yaml:1: holds the value of DATABASE_TOKEN that is now in .env.production",
      );
    });
  });

  test("passes with a .env that cannot be read, which is told", async () => {
    await inRepository(async ({ dir, write, commit, guard, git }) => {
      await mkdir(join(dir, ".env"));
      await write("a.py", "x\n");
      await git("add", "a.py");
      expect((await guard()).stdout).toMatch(
        /^guard: 1 staged file, nothing found\nnot compared: \.env \(it cannot be read \(EISDIR\)\), keyring \(/,
      );
      expectPassed(await commit());
    });
  });

  test("has fixes that work in a folder below", async () => {
    await inRepository(async ({ dir, run, write, commit, git }) => {
      const below = placeAt(join(dir, "sub"));
      const fixOf = ({ all }: execa.ExecaReturnValue): string =>
        /fix: `(git (?:restore|rm) [^`]+)`/.exec(all ?? "")?.[1] ?? "";
      const isUnstaged = async (fix: string, file: string): Promise<void> => {
        expect(await below.run("sh", "-c", fix)).toMatchObject({ exitCode: 0 });
        expect((await git("diff", "--cached", "--name-only", "--", file)).stdout).toBe("");
      };
      await write("sub/conf.txt", key);
      await git("add", "--all");
      await isUnstaged(fixOf(await below.guard()), "sub/conf.txt");
      await run("rm", "sub/conf.txt");
      await write("sub/a", "a\n");
      await commit();
      for (const file of ["sub/conf.txt", "sub/!it's [a] *.txt"]) {
        await write(file, key);
        await git("add", "--all");
        const fix = fixOf(await below.guard());
        expect(fix).toMatch(/^git restore/);
        await isUnstaged(fix, file);
        await rm(join(dir, file));
      }
    });
  });

  test("passes with a form that is excused with a reason, not without one", async () => {
    await inRepository(async ({ write, commit }) => {
      await write("a.ts", `const a = "${values.OPENAI_API_KEY}"; // promptsentinel:allow\n`);
      expectRefused(await commit(), "a.ts:1: holds what has the form of OPENAI_API_KEY, and");
      await write(
        "a.ts",
        `const a = "${values.OPENAI_API_KEY}"; // promptsentinel:allow made up\n`,
      );
      expectPassed(await commit());
    });
  });

  test("is judged by what is staged, not by what is in the folder", async () => {
    await inRepository(async ({ write, commit, git }) => {
      await write("a.py", "one\n");
      await commit();
      await write("a.py", `one\n${key}`);
      await git("add", "a.py");
      await write("a.py", "one\n");
      expectRefused(await git("commit", "--quiet", "--message", "staged"), `a.py:2: ${form}`);
      await git("add", "a.py");
      await write("a.py", `one\n${key}`);
      await write("b.py", "two\n");
      await git("add", "b.py");
      expectPassed(await git("commit", "--quiet", "--message", "not staged"));
      // Git makes an index of its own for these.
      expectRefused(await git("commit", "--quiet", "--all", "--message", "all"), `a.py:2: ${form}`);
      expectRefused(await git("commit", "--quiet", "--message", "one", "a.py"), `a.py:2: ${form}`);
    });
  });

  test("passes with a line that was there: the file was changed elsewhere, renamed, deleted", async () => {
    await inRepository(async ({ dir, write, commit, git }) => {
      const long = Array.from({ length: 30 }, (_, line) => `line ${String(line)}\n`).join("");
      await write("old.py", `${long}${key}`);
      await git("add", "--all");
      await git("commit", "--quiet", "--no-verify", "--message", "past the hook");
      await write("old.py", `first\n${long}${key}`);
      expectPassed(await commit());
      await rename(join(dir, "old.py"), join(dir, "new.py"));
      expectPassed(await commit());
      await write("new.py", `${long}${key}and = "${values.OPENAI_API_KEY}"\n`);
      expectRefused(await commit(), "guard: 1 found", "new.py:32: ");
      await rm(join(dir, "new.py"));
      expectPassed(await commit());
    });
  });

  test("works with odd names, links and submodules, and shows no name that is a value", async () => {
    await inRepository(async ({ dir, write, commit, git }) => {
      const odd = ['a "b\n\u001b[31mc', " '$(id)", "ü\tö.py", "-rf"];
      for (const file of odd) await write(file, key);
      await write(`keys/${values.OPENAI_API_KEY}`, "x\n");
      await symlink(values.ANTHROPIC_API_KEY, join(dir, "link"));
      await git("init", "--quiet", "--initial-branch=main", "sub");
      const sub = placeAt(join(dir, "sub"));
      await sub.write("a", "a\n");
      await sub.commit();
      await git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./sub", "sub");
      const refused = await commit();
      expectRefused(
        refused,
        ...['  a "b??[31mc:1: ', "  ü?ö.py:1: ", "  link:1: ", "  -rf:1: "],
        ...[
          "`git rm --cached -- ':(top,literal) '\\''$(id)'`",
          "(a file whose name holds a key): its name",
        ],
      );
      expect(refused.all).not.toContain("\u001b");
      for (const file of [...odd, "link"]) await rm(join(dir, file));
      await rm(join(dir, "keys"), { recursive: true });
      expectPassed(await commit());
      expect((await git("ls-files", "--stage", "sub")).stdout).toMatch(/^160000/);
    });
  });

  test("works in a linked worktree, by the same hook", async () => {
    await inRepository(async ({ dir, write, commit, git }) => {
      await write("a", "a\n");
      await commit();
      await git("worktree", "add", "--quiet", "linked", "-b", "other");
      const linked = placeAt(join(dir, "linked"));
      await linked.write("sub/b.py", key);
      await linked.git("add", "--all");
      const sub = placeAt(join(dir, "linked", "sub"));
      expectRefused(await sub.git("commit", "--message", "x"), `sub/b.py:1: ${form}`);
    });
  });

  test("that ends a merge is asked only for what neither side has", async () => {
    await inRepository(async ({ write, commit, git }) => {
      await write("a.py", "base\n");
      await commit();
      await git("switch", "--quiet", "--create", "theirs");
      await write("a.py", "theirs\n");
      await write("theirs.py", key);
      await git("add", "--all");
      await git("commit", "--quiet", "--no-verify", "--message", "past the hook");
      await git("switch", "--quiet", "main");
      await write("a.py", "ours\n");
      await commit();
      expect((await git("merge", "--quiet", "theirs")).exitCode).toBe(1);
      await write("a.py", `both\n${key}`);
      expectRefused(await commit(), "guard: 1 found in 1 staged file", `a.py:2: ${form}`);
      await write("a.py", "both\n");
      expectPassed(await commit());
      expect((await git("log", "--format=%P", "-1")).stdout.split(" ")).toHaveLength(2);
    });
  });

  test("is refused when the check itself cannot run", async () => {
    await inRepository(async ({ dir, write, commit }) => {
      const hook = join(dir, ".git/hooks/pre-commit");
      await rm(hook);
      await writeFile(hook, "", { mode: 0o755 });
      await rm(hook);
      await rename(dir, `${dir}-moved`);
      await rename(`${dir}-moved`, dir);
      const { guard } = placeAt(dir);
      await guard("--install");
      await execa("sed", ["-i", "s/^bin=.*/bin='no such file'/", hook]);
      await write("a", "a\n");
      expectRefused(
        await commit(),
        "guard: no such file is gone; fix: run 'guard --install' again",
      );
    });
  });
});

describe("--install", () => {
  test("is the same when it is done twice, and mends its own hook", async () => {
    await inRepository(async ({ dir, guard }) => {
      const hook = join(dir, ".git/hooks/pre-commit");
      expect((await guard("--install")).stdout).toBe(`guard: there already: ${hook}`);
      await chmod(hook, 0o644);
      await execa("sed", ["-i", "s/^bin=.*/bin='elsewhere'/", hook]);
      expect((await guard("--install")).stdout).toBe(`guard: installed: ${hook}`);
      await execa("test", ["-x", hook]);
    });
  });

  test("leaves a folder of hooks that all repositories of the user have as it is", async () => {
    await inRepository(async ({ dir, git, guard, commit, write }) => {
      const file = join(dir, "hooks of all/pre-commit");
      await git("config", "--global", "core.hooksPath", join(dir, "hooks of all"));
      const refused = await guard("--install");
      const line = `node '${bin}' guard || exit 1`;
      expectRefused(
        refused,
        `${file} is the hook of more repositories`,
        "is global",
        `\n  ${line}`,
      );
      await expect(access(file)).rejects.toThrow("ENOENT");
      await write("hooks of all/pre-commit", `#!/bin/sh\n${line}\n`);
      await chmod(file, 0o755);
      expect((await guard("--install")).exitCode).toBe(0);
      await write("a.py", key);
      expectRefused(await commit(), `a.py:1: ${form}`);
    });
  });

  test("goes where core.hooksPath says, and leaves another's hook as it is", async () => {
    await inRepository(async ({ dir, git, guard, write, commit }) => {
      await git("config", "core.hooksPath", "our hooks");
      await write("our hooks/pre-commit", "#!/bin/sh\nexit 0\n");
      await chmod(join(dir, "our hooks/pre-commit"), 0o755);
      const refused = await guard("--install");
      const line = `node '${bin}' guard || exit 1`;
      expectRefused(refused, "our hooks/pre-commit is a hook of somebody else's", `\n  ${line}`);
      await write("our hooks/pre-commit", `#!/bin/sh\n${line}\nexit 0\n`);
      expect((await guard("--install", "--json")).exitCode).toBe(0);
      await write("a.py", key);
      expectRefused(await commit(), `a.py:1: ${form}`);
      await rm(join(dir, "our hooks"), { recursive: true });
      await guard("--install");
      expectRefused(await commit(), `a.py:1: ${form}`);
    });
  });
});

describe("guard", () => {
  test("is a wrong call outside of a repository", async () => {
    await inTempDir(async (dir) => {
      const { exitCode, stderr } = await placeAt(dir, { LC_ALL: "C" }).guard();
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(
        /^error: guard: .* is not in the work tree of a git repository \(fatal/,
      );
    });
  });

  test("--all looks at what was committed before, and says it in JSON", async () => {
    await inRepository(async ({ write, git, guard }) => {
      await write("a.py", key);
      await write("b.py", "x\n");
      await git("add", "--all");
      await git("commit", "--quiet", "--no-verify", "--message", "past the hook");
      expectPassed(await guard());
      const { stdout, exitCode } = await guard("--all", "--json");
      expect(exitCode).toBe(1);
      expect(JSON.parse(stdout)).toStrictEqual({
        findings: [
          {
            ...{ file: "a.py", line: 1, key: "ANTHROPIC_API_KEY", kind: "form", message: form },
            fix: expect.stringMatching(/^take it out; replace the key/) as string,
          },
        ],
        files: 3,
        compared: { keyring: expect.stringContaining("keyring not available") as string },
      });
    });
  });

  test("looks at a thousand files and ten megabytes in a moment", async () => {
    await inRepository(async ({ write, git, guard }) => {
      await write(".env", `OPENAI_API_KEY=${values.OPENAI_API_KEY}\n`);
      for (let file = 0; file < 1000; file++) await write(`src/${String(file)}.txt`, "x\n");
      await write("large.bin", Buffer.alloc(10_000_000, "0123456789abcdef "));
      await write("last.py", key);
      await git("add", "--all");
      const began = performance.now();
      expectRefused(await guard(), "guard: 1 found in 1003 staged files");
      // A limit against what grows with the square of something, on a busy machine.
      expect(performance.now() - began).toBeLessThan(10_000);
    });
  });

  testWith(missingSecretService())(
    "compares with the keyring while it is open, and asks nobody when it is locked",
    async () => {
      const session = await startSecretService();
      try {
        await inRepository(async ({ write, guard, git }) => {
          const note = (): void => undefined;
          const store = open({ env: session.env, dir: "", note });
          const [place] = catalogKeys
            .filter(({ id }) => id === "redis")
            .map((one) => guidePlace("keyring", one, {}));
          if (!place) throw new Error("no such key");
          await store.putIfAbsent(place, new SecretValue(values.REDIS_PASSWORD));
          await store.close();
          await write("a.txt", `pass ${values.REDIS_PASSWORD}\n`);
          await git("add", "--all");
          expectRefused(await guard(), "a.txt:1: holds the value of REDIS_PASSWORD that is now in");
          await session.lock();
          const { stdout, exitCode } = await guard("--json");
          expect(exitCode).toBe(0);
          expect(JSON.parse(stdout)).toMatchObject({ compared: { keyring: "it is locked" } });
          expect((await guard()).stdout).toContain("\nnot compared: keyring (it is locked)");
        }, session.env);
      } finally {
        await session.stop();
      }
    },
  );
});
