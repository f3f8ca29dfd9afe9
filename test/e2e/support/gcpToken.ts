import { credentialOf } from "../../../stores/gcp/credential";
import { messageOf } from "../../../stores/gcp/management";

// Says who this process is, as a program of its own: libraries of Google's read the process's variables.
const tell = (what: object): boolean => process.stdout.write(JSON.stringify(what));

credentialOf({ projectId: "sentinel-prod-4711" })
  .then(async (client) => {
    const { token } = await client.getAccessToken();
    tell({ token, quotaProject: client.quotaProjectId ?? "none" });
  })
  .catch((failure: unknown) => {
    tell({ failure: messageOf(failure) });
  });
