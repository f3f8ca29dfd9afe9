import { LostRace } from "../../../../stores/contention";
import type { Secret } from "../../../../stores/aws/secret";
import { writeMember } from "../../../../stores/aws/writing";
import { SecretValue } from "../../../../stores/secretValue";

const value = new SecretValue("sk-of-the-aws-writing-suite");
const read = { version: "read", members: { A: "a" } };

/** A secret of which a version is the current one, and what was done to it. */
function secretAt(current: string): { secret: Secret; done: string[] } {
  const done: string[] = [];
  const secret: Pick<Secret, "name" | "labels" | "stage" | "promote"> = {
    name: "promptsentinel/api-keys",
    labels: () => Promise.resolve(new Map([[current, ["AWSCURRENT"]]])),
    stage: () => Promise.resolve(void done.push("stage")),
    promote: (_version, instead) =>
      Promise.resolve(void done.push(`instead of ${String(instead)}`)),
  };
  return { secret: secret as Secret, done };
}

test("on top of a version that is not the current one any more, none is staged", async () => {
  const { secret, done } = secretAt("another");
  await expect(writeMember(secret, read, "B", value)).rejects.toBeInstanceOf(LostRace);
  expect(done).toEqual([]);
});

test("on top of the current one it is staged, and takes its place", async () => {
  const { secret, done } = secretAt("read");
  await writeMember(secret, read, "B", value);
  expect(done).toEqual(["stage", "instead of read"]);
});
