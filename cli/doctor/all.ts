import type { Wiring } from "../../infra/wiring/document";
import type { StoreName } from "../../stores/store";
import { isStoreError } from "../../stores/errors";
import { Checks, type Check } from "./check";
import type { Subject } from "./subject";

type Look = (subject: Subject) => Promise<readonly Check[]>;

/** What looks at each store; loaded when it is asked for, as stores are. */
const looks: Readonly<Record<StoreName, () => Look>> = {
  vault: () => (require("./vault") as typeof import("./vault")).vault,
  aws: () => (require("./aws") as typeof import("./aws")).aws,
  azure: () => (require("./azure") as typeof import("./azure")).azure,
  gcp: () => (require("./gcp") as typeof import("./gcp")).gcp,
  keyring: () => (require("./keyring") as typeof import("./keyring")).keyring,
  dotenv: () => ofFiles("dotenv"),
  "dotenv-vault": () => ofFiles("dotenv-vault"),
  dotenvx: () => ofFiles("dotenvx"),
};

const ofFiles =
  (name: "dotenv" | "dotenv-vault" | "dotenvx"): Look =>
  (subject) =>
    (require("./files") as typeof import("./files")).files(name, subject);

export interface Question {
  readonly wiring: Wiring | undefined;
  readonly stores: readonly StoreName[];
  readonly env: NodeJS.ProcessEnv;
  readonly dir: string;
  /** How another command is told of the deployment. */
  readonly at: string;
  readonly note: (text: string) => void;
  readonly withEngine: boolean;
}

/** Looks at all of them at once; what one store does keeps no other from being looked at. */
export async function all(question: Question): Promise<readonly Check[]> {
  const { machine } = require("./machine") as typeof import("./machine");
  const { stores, withEngine, ...rest } = question;
  const found = await Promise.all([
    machine(rest, withEngine),
    ...stores.map((name) => {
      const env = { ...rest.env, ...rest.wiring?.platforms[name]?.env };
      return looked(name, { ...rest, env });
    }),
  ]);
  return found.flat();
}

/** A store's own refusal is told as it is. Of anything else only what cannot quote an answer: its code or its name. */
async function looked(name: StoreName, subject: Subject): Promise<readonly Check[]> {
  const say = new Checks(name);
  try {
    return await looks[name]()(subject);
  } catch (error) {
    if (isStoreError(error)) return [say.refused("backend", error)];
    const { code, name: kind } = error as NodeJS.ErrnoException;
    return [
      say.unseen(
        "backend",
        `could not be looked at (${typeof code === "string" ? code : kind})`,
        `run \`promptsentinel-secrets doctor --method ${name}${subject.at}\` again; if it stays so, look with the store's own program`,
      ),
    ];
  }
}
