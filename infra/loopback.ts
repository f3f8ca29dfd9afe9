/** Whether an address is the machine's own, on which another one reaches nothing. */
export const loopback = (address: string): boolean =>
  ["127.0.0.1", "[::1]", "localhost"].includes(new URL(address).hostname);
