import { daySeconds } from "../../infra/duration";

/** Days of a duration as Google writes it, such as `86400s`; undefined where it is none, or not known. */
export function days(duration: unknown): number | undefined {
  const [, seconds] =
    (typeof duration === "string" ? /^(\d+)(?:\.\d+)?s$/.exec(duration) : null) ?? [];
  return seconds === undefined ? undefined : Number(seconds) / daySeconds;
}
