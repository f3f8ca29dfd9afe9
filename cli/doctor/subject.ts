import { catalog, type Catalog } from "../../infra/catalog";
import type { Wiring } from "../../infra/wiring/document";
import { catalogKeys, guidePlace, wiringPlaces } from "../../stores/places";
import type { Place, StoreName } from "../../stores/store";

/** What is to be looked at, and by whom. */
export interface Subject {
  /** The deployment. @default the guide's names */
  readonly wiring: Wiring | undefined;
  /** The caller's environment, with the deployment's addresses of this store. */
  readonly env: NodeJS.ProcessEnv;
  /** How another command is told of the same deployment: ` --stack prod`, ` --file w.json`, or nothing. */
  readonly at: string;
  /** Folder of files. */
  readonly dir: string;
  /** What stores tell on the way. Gets no value. */
  readonly note: (text: string) => void;
}

/** Where the keys of a deployment are, as `openTarget` has it; without one, those of the catalogue that are on by default. */
export function placesOf(store: StoreName, { wiring, env }: Subject): readonly Place[] {
  const platform = wiring?.platforms[store];
  if (platform !== undefined) return wiringPlaces(platform);
  return catalogKeys
    .filter(({ id }) => (wiring === undefined ? !isOptional(id) : wiring.keys[id] !== undefined))
    .map((key) => guidePlace(store, key, env));
}

/** The guide knows nothing of these: who has no deployment does not miss them. */
const isOptional = (id: string): boolean => (catalog as Catalog)[id]?.optional === true;
