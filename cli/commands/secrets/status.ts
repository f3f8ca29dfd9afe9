import { catalog, type Catalog } from "../../../infra/catalog";
import type { Wiring } from "../../../infra/wiring/document";
import { isStoreError } from "../../../stores/errors";
import type { SecretValue } from "../../../stores/secretValue";
import { catalogKeys } from "../../../stores/places";
import { storeNames, type Place, type StoreName } from "../../../stores/store";
import type { StatusOptions } from "../../definitions/secrets";
import { result, UsageError } from "../../output";
import { during, tell } from "../../progress";
import { openTarget, storeNamed, type Target } from "../../target";
import { together } from "../../together";
import { deploymentOf, fingerprintsOrNone, using } from "./deployment";
import { factsOf } from "./facts";
import { agreementOf, statusOf, unknownStatus, type KeyStatus } from "./keyStatus";
import { statusCode, statusText, type Report } from "./statusReport";

/** Shows which store has which key, how old, and whether the stores agree. It writes nothing. */
export async function status(options: StatusOptions): Promise<void> {
  const [named] = together(() => options.in?.map(storeNamed));
  const wiring = await deploymentOf(options);
  const names = [...new Set(named ?? ownStores(wiring))];
  const fingerprints = fingerprintsOrNone();
  const looked = await during(`looking at ${names.join(", ")}`, () =>
    Promise.all(names.map((name) => look(name, wiring, fingerprints))),
  );
  const report = reportOf(looked.flat(), wiring);
  result(report, statusText(report), options.json);
  process.exitCode = statusCode(report);
}

/** The stores of a deployment; without one, the store that the guide's loader would take. */
function ownStores(wiring: Wiring | undefined): readonly StoreName[] {
  if (wiring === undefined) return [storeNamed(process.env["SECRET_METHOD"] || "dotenv")];
  const own = storeNames.filter((name) => wiring.platforms[name] !== undefined);
  if (own.length > 0) return own;
  throw new UsageError(
    "--in: this deployment has no store of its own; fix: name the stores by --in",
  );
}

/** A key in a store, with its value where that could be read, to be compared and then forgotten. */
interface Looked {
  readonly status: KeyStatus;
  readonly value?: SecretValue | undefined;
}

type Fingerprints = (value: SecretValue) => string | undefined;

/** Whatever one store does, the others are looked at: its keys say why nothing is known of them. */
async function look(
  name: StoreName,
  wiring: Wiring | undefined,
  fingerprints: Fingerprints,
): Promise<readonly Looked[]> {
  let target: Target;
  try {
    target = openTarget(name, { wiring, note: tell });
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return catalogKeys
      .filter(({ id }) => wiring === undefined || wiring.keys[id] !== undefined)
      .map((key) => ({ status: unknownStatus(name, key, error.message) }));
  }
  return using([target.store], () =>
    Promise.all([...target.places.values()].map((place) => lookAt(target, place, fingerprints))),
  );
}

async function lookAt(
  { store }: Target,
  place: Place,
  fingerprints: Fingerprints,
): Promise<Looked> {
  try {
    const facts = await factsOf(store, place);
    return { status: statusOf(store.name, place, facts, fingerprints), value: facts.value };
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return { status: unknownStatus(store.name, place.key, error.message) };
  }
}

function reportOf(looked: readonly Looked[], wiring: Wiring | undefined): Report {
  const ids = [...new Set(looked.map(({ status }) => status.key))];
  return {
    stores: looked.map(({ status }) => status),
    keys: ids.map((key) => {
      const ours = looked.filter(({ status }) => status.key === key);
      return {
        key,
        agreement: agreementOf(ours.map(seen)),
        // Without a deployment nobody says whether those keys are used.
        expected: wiring !== undefined || (catalog as Catalog)[key]?.optional !== true,
      };
    }),
  };
}

const seen = ({ status, value }: Looked): SecretValue | "unseen" | undefined => {
  if (value !== undefined) return value;
  return status.present === false ? undefined : "unseen";
};
