import fc from "fast-check";
import { isStoreError } from "../../../../stores/errors";
import { isLatin1, sealed, unsealed } from "../../../../stores/keyring/fileCipher";
import {
  checkPassword,
  hasPassword,
  newKeyring,
  opened,
  withValue,
} from "../../../../stores/keyring/fileFormat";
import { escapedName, iniValue, withIniValue } from "../../../../stores/keyring/pythonIni";
import { SecretValue } from "../../../../stores/secretValue";

/** By keyrings.alt 5.0.2 with pycryptodomex 3.24.2, of salt and IV 0, 1, 2 and so on. */
const vector = {
  password: "pässword of a vector",
  text: "wert eins, ümläut, und so lang, dass die Zeilen umgebrochen werden müssen: 0123456789",
  value: `
eyJzYWx0IjogIkFBRUNBd1FGQmdjSUNRb0xEQTBPRHhBUkVoTVVGUllYR0JrYUd4d2RIaDg9Iiwg
IklWIjogIkFBRUNBd1FGQmdjSUNRb0xEQTBPRHc9PSIsICJwYXNzd29yZF9lbmNyeXB0ZWQiOiAi
ZFZydEk0SkFqMGI4Q3RmMHhZSVJhVDBjdHJDZ0VQdEMzb05ZVjFpalZrTnpqTUtxdDQ1S2ROV053
bWhaQWhjVzJWcUN1cFFkRE53Y1xuUGl2Z2V6MGs4SU1oWmxHY1A4NWI5aWEyeGlKK1dvNWhDMTNI
WGhBbTU4VkRpUT09In0=
`,
};

describe("the encryption of keyrings.alt", () => {
  test("reads what Python wrote, and nothing by another password", () => {
    expect(unsealed(vector.password, vector.value)).toBe(vector.text);
    expect(unsealed("another", vector.value)).toBeUndefined();
  });

  test("reads its own, with lines as Python breaks them", () => {
    const lines = sealed(vector.password, vector.text);
    expect(unsealed(vector.password, lines.join("\n"))).toBe(vector.text);
    expect(lines.slice(1, -1).map((line) => line.length)).toEqual(lines.slice(1, -1).map(() => 76));
    expect(sealed(vector.password, vector.text)).not.toEqual(lines);
  });

  test("knows passwords that Python cannot take", () => {
    expect(["p", "ß", "€", "🔑"].map(isLatin1)).toEqual([true, true, false, false]);
  });
});

describe("the text of a keyring file", () => {
  const at = { section: "promptsentinel", option: "ANTHROPIC_API_KEY" };
  const password = new SecretValue("of the file");
  const file = "/k/crypted_pass.cfg";

  test("escapes names as Python does", () => {
    expect(escapedName("keyring-setting")).toBe("keyring_2Dsetting");
    expect(escapedName("ANTHROPIC_API_KEY ü")).toBe("ANTHROPIC_5FAPI_5FKEY_20_C3_BC");
  });

  test("is made with what Python looks for first", () => {
    const text = newKeyring(password);
    expect(hasPassword({ file, text })).toBe(true);
    expect(text).toContain("scheme = [PBKDF2] AES256.CFB\n");
    expect(text).toContain("version = 1.0\n");
    expect(() => {
      checkPassword({ file, text }, password);
    }).not.toThrow();
    expect(() => {
      checkPassword({ file, text }, new SecretValue("another"));
    }).toThrow("/k/crypted_pass.cfg: this password does not open it");
    const more = withValue({ file, text }, at, password, new SecretValue("wert"));
    expect(opened({ file, text: more }, at, password)).toBe("wert");
  });

  test("keeps each line of others, byte for byte", () => {
    const others =
      "# by hand\n[Others]\nA: 1\n   two\n\n; more\nb = 2\r\n[promptsentinel]\nx = y\n\tz\n";
    const one = withIniValue(others, at, ["", "v"]);
    expect(one).toBe(
      others.replace("[promptsentinel]\n", "[promptsentinel]\nanthropic_5fapi_5fkey = \n\tv\n"),
    );
    const two = withIniValue(one, at, ["", "w1", "w2"]);
    expect(two).toBe(one.replace("\tv\n", "\tw1\n\tw2\n"));
    expect(iniValue(two, { section: "Others", option: "a" })).toBe("1\ntwo");
  });

  test("has what was set last, whatever is set in which order", () => {
    const option = fc.record({
      section: fc.constantFrom("a", "b c"),
      option: fc.constantFrom("x", "y-z", "w"),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(option, fc.integer({ min: 0 }))), (writes) => {
        let text = "";
        const expected = new Map<string, string>();
        for (const [to, value] of writes) {
          text = withIniValue(text, to, ["", String(value)]);
          expected.set(JSON.stringify(to), `\n${String(value)}`);
        }
        for (const [to, value] of expected) {
          expect(iniValue(text, JSON.parse(to) as typeof at)?.trimEnd()).toBe(value);
        }
      }),
    );
  });

  test.each([
    ["line of no section", "a = 1\n", "line 1: neither a section nor an option"],
    ["a section twice", "[a]\n[a]\n", "line 2: a section twice"],
    ["an option twice", "[a]\nx=1\nX=2\n", "line 3: an option twice"],
    ["values and no password", "[promptsentinel]\nx = canary-0123\n", "no password reference"],
    [
      "another scheme",
      newKeyring(password).replace("AES256.CFB", "AES128.GCM"),
      "its scheme is another",
    ],
    ["no version", newKeyring(password).replace("version", "edition"), "it has no version"],
  ])("is refused, and not quoted: %s", (_, text, why) => {
    try {
      hasPassword({ file, text });
      throw new Error("it was taken");
    } catch (error) {
      expect(isStoreError(error, "damaged")).toBe(true);
      expect(String(error)).toContain(why);
      expect(String(error)).not.toContain("canary");
    }
  });

  test("holds something that is no value of this kind", () => {
    const text = withIniValue(newKeyring(password), at, ["canary-0123"]);
    expect(() => opened({ file, text }, at, password)).toThrow(/could be read; fix: move it away/);
  });
});
