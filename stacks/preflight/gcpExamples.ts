import type { GcpSettings } from "../../infra/gcp/settings";
import { examplesIn } from "./examples";

/**
 * Identifiers of Google's own documentation, which the stack files that come with the project hold: its example projects
 * and numbers, in names and members too, and those of the other clouds whose workloads come in.
 */
const documented = [
  /(^|[/@:])((my|your)-project(-id|-name|-\d+)?|project-id|example-[a-z0-9-]+)(?=$|[/.])/,
  /(^|\/)(123456789012|1234567890|123456789|1234567)(?=$|\/)/,
  /\b(altostrat|cymbalgroup)\./,
  /^(111122223333|444455556666)$/,
  /\b(([0-9a-f])\2{3}){2}(-([0-9a-f])\4{3}){3}-(([0-9a-f])\6{3}){3}\b/,
  /\bcontoso\b/i,
];

/** Settings that still hold an example: they rehearse, and a real up has to know better. */
export const examples = (settings: GcpSettings): readonly string[] =>
  examplesIn("gcp", settings, "Google", documented);
