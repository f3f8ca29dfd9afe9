import type { Wiring } from "../../infra/wiring/document";
import type { StoreName } from "../../stores/store";
import type { Check } from "./check";
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
      return looks[name]()({ ...rest, env });
    }),
  ]);
  return found.flat();
}
