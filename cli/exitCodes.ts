/**
 * Exit codes: 0 done, 1 it failed, 2 it was called wrongly, 3 a value was there already and is as it was, 4 nobody can
 * tell whether a write was done or what is in place, 130 it was stopped (128 + SIGINT). `run` ends with its command's
 * own code; its 125 to 127 are those of env(1): it failed itself, the command cannot be started, it is not there.
 */
export const exitCodes = {
  failed: 1,
  usage: 2,
  leftAsIs: 3,
  unknown: 4,
  runFailed: 125,
  cannotStart: 126,
  notFound: 127,
  interrupted: 130,
} as const;
