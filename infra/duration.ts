import { z } from "zod";

/** Seconds of a day. */
export const daySeconds = 86_400;

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: daySeconds };

/** Days from one instant to another, as ISO 8601 has them; below zero where it is the earlier. */
export const daysBetween = (from: string, until: string): number =>
  (Date.parse(until) - Date.parse(from)) / (daySeconds * 1000);

/** Seconds as the largest unit that divides them, for messages: 900 is "15m". */
export function formatDuration(seconds: number): string {
  const [unit, size] = Object.entries(units)
    .reverse()
    .find(([, size]) => seconds % size === 0) ?? ["s", 1];
  return `${String(seconds / size)}${unit}`;
}

/**
 * A duration such as `90s`, `15m`, `24h` or `30d`, parsed into seconds.
 * @param max the largest value allowed, in seconds
 */
export const duration = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d*[smhd]$/, "a whole number and a unit: s, m, h or d, such as 15m")
    .transform((text) => Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? 1))
    .refine((seconds) => seconds <= max, `at most ${formatDuration(max)}`)
    .meta({ title: `duration, at most ${formatDuration(max)}` });
