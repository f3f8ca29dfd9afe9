import execa from "execa";
import { commandLine } from "./support/command";

test("a reader that has enough is no failure, and no stack trace", async () => {
  const [node, bin] = commandLine;
  // Its reader is gone before anything is written.
  const script = `{ ${node} ${bin} completion bash; echo "ended with $?" >&2; } | true`;
  const { stderr } = await execa("bash", ["-c", script]);
  expect(stderr).toBe("ended with 0");
});
