import type { AzureSettings } from "../../infra/azure/settings";
import { examplesIn } from "./examples";

/**
 * Identifiers of Microsoft's own documentation, which the stack files that come with the project hold: GUIDs of groups of
 * equal digits and a few others, and the companies that its examples are of.
 */
const documented = [
  /\b(([0-9a-f])\2{3}){2}(-([0-9a-f])\4{3}){3}-(([0-9a-f])\6{3}){3}\b/,
  /\b(aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e|00aa00aa-bb11-cc22-dd33-44ee44ee44ee)\b/,
  /\b(contoso|fabrikam)/i,
  // Addresses that are nobody's. https://www.rfc-editor.org/rfc/rfc5737
  /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+(\/\d+)?$/,
];

/** Settings that still hold an example: they rehearse, and a real up has to know better. */
export const examples = (settings: AzureSettings): readonly string[] =>
  examplesIn("azure", settings, "Microsoft", documented);
