/**
 * `test` where the tool is there. Where it is missing, a test that is skipped and says why; under CI=true, one that
 * fails with that.
 * @param missing what is missing, and the command that brings it
 */
export function testWith(
  missing: string | undefined,
): (name: string, body: () => Promise<void>) => void {
  if (missing === undefined) return test;
  if (process.env["CI"] !== "true") {
    return (name, body) => {
      test.skip(`${name} (skipped: ${missing})`, body);
    };
  }
  return (name) => {
    test(name, () => {
      throw new Error(missing);
    });
  };
}
