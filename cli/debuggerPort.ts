/**
 * Lets SIGUSR1 end this process, as it ends any that has no use for it. Node's own answer is a debugger's port on
 * loopback, at which everybody on this machine could read a command's memory.
 * https://nodejs.org/api/process.html#signal-events
 */
export function forbidDebuggerPort(): void {
  process.once("SIGUSR1", () => {
    process.kill(process.pid, "SIGUSR1");
  });
}
