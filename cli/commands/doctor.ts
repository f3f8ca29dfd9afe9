import type { Wiring } from "../../infra/wiring/document";
import { storeNames, type StoreName } from "../../stores/store";
import type { DoctorOptions } from "../definitions/doctor";
import { all } from "../doctor/all";
import { atOf } from "../doctor/put";
import { exitCodeOf, reportOf, textOf } from "../doctor/report";
import { result } from "../output";
import { during, tell } from "../progress";
import { storeNamed } from "../target";
import { together } from "../together";
import { readWiring } from "../wiringDocument";

/** Looks at each store of a deployment, and at those that are named. It changes nothing. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const [named = []] = together(() => options.method?.map(storeNamed));
  const { stack, file } = options;
  const wiring = stack === undefined && file === undefined ? undefined : await readWiring(options);
  const stores = storesOf(wiring, named);
  const checks = await during(`looking at ${stores.join(", ")}`, () =>
    all({
      ...{ wiring, stores, env: process.env, dir: process.cwd(), note: tell },
      at: atOf(options),
      withEngine: stack !== undefined && file === undefined,
    }),
  );
  const report = reportOf(checks);
  result(report, textOf(report), options.json);
  process.exitCode = exitCodeOf(report);
}

/** The deployment's own, and those that are named; without either, the one that the guide's loader would take. */
function storesOf(wiring: Wiring | undefined, named: readonly StoreName[]): readonly StoreName[] {
  const own = storeNames.filter((name) => wiring?.platforms[name] !== undefined);
  const stores = [...new Set([...own, ...named])];
  if (stores.length > 0) return stores;
  const usual = storeNames.find((name) => name === process.env["SECRET_METHOD"]);
  // Another word is told as a failure, and the guide's loader takes it for this.
  return [usual ?? "dotenv"];
}
