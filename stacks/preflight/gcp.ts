import type { Finding } from "../../infra/contracts/platform";
import { credentialOf } from "../../stores/gcp/credential";
import {
  Management,
  ManagementUnreachable,
  messageOf,
  type ManagementConnection,
} from "../../stores/gcp/management";
import { examples } from "./gcpExamples";
import { type Args } from "./gcpFindings";
import { keys } from "./gcpKeys";
import { leftovers } from "./gcpLeftovers";
import { locations } from "./gcpLocations";
import { perimeter } from "./gcpPerimeter";
import { place } from "./gcpProject";
import { secrets } from "./gcpSecrets";
import { error, failed } from "./findings";

/** Who looks, and where: made when it is needed, because what is wrong with it is a finding too. */
export type Connect = (args: Args) => ManagementConnection | Promise<ManagementConnection>;

const connection: Connect = async ({ settings }) => ({ credential: await credentialOf(settings) });

/**
 * What has to be true of the project before anything is registered: the settings are no examples, somebody is logged in,
 * the project is the one that is meant, its services are on, and secrets, keys and what a destroy leaves are as the
 * settings say. Reads only, and no value of a secret.
 */
export async function preflight(
  args: Args,
  connect: Connect = connection,
): Promise<readonly Finding[]> {
  const placeholders = examples(args.settings);
  if (placeholders.length > 0) return placeholders.map(error);
  const client = await signedIn(args, connect);
  if (!(client instanceof Management)) return [client];
  try {
    const first = await place(client, args);
    if (failed(first)) return unique(first);
    const regions = await locations(client, args);
    // A region that is none has no address where its secrets could be looked at.
    const looks = [keys, ...(failed(regions) ? [] : [secrets]), leftovers, perimeter];
    const rest = await Promise.all(looks.map((look) => look(client, args)));
    return unique([...first, ...regions, ...rest.flat()]);
  } catch (failure) {
    if (!(failure instanceof ManagementUnreachable)) throw failure;
    return [
      error(
        `Google: ${failure.api}.googleapis.com does not answer (${failure.reason}); fix: the way to it, such as HTTPS_PROXY, and run this again`,
      ),
    ];
  }
}

/** Many calls can be refused for one reason. */
const unique = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((finding) => [finding.message, finding])).values(),
];

async function signedIn(args: Args, connect: Connect): Promise<Management | Finding> {
  try {
    const found = await connect(args);
    await found.credential.getAccessToken();
    return new Management(found);
  } catch (failure) {
    return error(
      `Google: nobody is logged in (${messageOf(failure)}); fix: log in (\`gcloud auth application-default login\`, or GOOGLE_APPLICATION_CREDENTIALS in a pipeline) and run this again`,
    );
  }
}
