import execa from "execa";
import { commandLine } from "./support/command";

test("a reader that has enough is no failure, and no stack trace", async () => {
  const [node, bin] = commandLine;
  const child = execa(node, [bin, "completion", "bash"], { reject: false });
  // As `| head` does, here before anything is written.
  child.stdout?.destroy();
  const { exitCode, stderr } = await child;
  expect([exitCode, stderr]).toStrictEqual([0, ""]);
});
