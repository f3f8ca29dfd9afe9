import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OAuth2Client } from "google-auth-library";
import { preflight } from "../../../stacks/preflight/gcp";
import { existingId } from "../../../stacks/recovery/gcp";
import { leaks, rehearsed, type Secrets, type Seen } from "../support/canary";
import { argsOf, max, own, project, secret, startProject } from "../support/gcpProject";
import type { GoogleApis } from "../support/googleApis";

/** Values with every sign that some encoding changes, in the project and in the environment of whoever runs. */
const secrets: Secrets = {
  anthropic: 'sk-ant-canary-"<&>/+ %é-7d2a',
  openai: "sk-canary-~?=-c4e9",
  "the caller's token": "ya29.canary/access+token==b81f",
  "the caller's credential": "canary/refresh+token~90de",
};
const value = (name: string): string => secrets[name] ?? "";
const credentials = {
  GOOGLE_OAUTH_ACCESS_TOKEN: value("the caller's token"),
  GOOGLE_CREDENTIALS: JSON.stringify({
    type: "authorized_user",
    client_id: "1",
    client_secret: value("the caller's credential"),
    refresh_token: value("the caller's credential"),
  }),
};

describe("values in a project, and the caller's credentials", () => {
  let apis: GoogleApis;
  let dir: string;
  const args = argsOf(max);
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "secrets-test-"));
    apis = await startProject();
    // The management APIs have no values to give; were they to, nothing would show them.
    const held = { labels: { owner: value("openai") }, payload: { data: value("anthropic") } };
    apis.put("secretmanager", secret, { ...held, replication: own });
    apis.put("secretmanager", `${secret}/versions/1`, held);
  });
  afterAll(async () => {
    await apis.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test("are in nothing that the pre-flight and the recovery say", async () => {
    const found = await preflight(args, () => apis.connection());
    expect(found.map(({ message }) => message).join()).toContain("openai-api-key");
    const wrong = new OAuth2Client({
      credentials: { access_token: value("the caller's token") },
      transporterOptions: { fetchImplementation: fetch },
    });
    const refused = await preflight(args, () => ({ ...apis.connection(), credential: wrong }));
    expect(refused.map(({ message }) => message).join()).toContain("does not accept");
    const pending = {
      type: "gcp:secretmanager/secret:Secret",
      inputs: { project, secretId: "openai-api-key" },
    };
    const id = await existingId(pending, args, () => apis.connection());
    expect(id).toBe(secret);
    apis.refuse = () => true;
    const forbidden = await existingId(pending, args, () => apis.connection()).catch(String);
    expect(forbidden).toContain("403");
    const said = JSON.stringify([found, refused, id, forbidden]);
    expect(leaks([["said", said]], secrets)).toEqual([]);
  });

  test("are in nothing that a rehearsal says, exports or leaves", async () => {
    const said = await rehearsed(max, dir, credentials);
    expect(leaks(said, secrets)).toEqual([]);
    // Whoever searches has to find what is there.
    const planted: Seen = ["planted", `"token":"${value("the caller's token")}"`];
    expect(leaks([...said, planted], secrets)).toHaveLength(1);
  });
});
