import { max } from "../../fixtures/gcp";
import { ofType } from "../../support/mocks";
import { others, trustOf, ways, type Trust } from "../support/gcpTrusts";
import { recordedUp, type Up } from "../support/recordedUp";

const pool = (kind: string, provider: string): string =>
  `projects/604321987655/locations/global/workloadIdentityPools/sentinel-prod-${kind}/providers/${provider}`;

describe("who becomes which service account, asked of a stand-in for the exchange of tokens", () => {
  let made: readonly Up[];
  let trust: Trust;
  beforeAll(async () => {
    made = await recordedUp(max);
    trust = trustOf(made);
  });

  test.each(ways)("%s: %s", (account, _, shown) => {
    expect(trust.becomes(shown)).toEqual({
      [`promptsentinel-prod-${account}`]: [
        "iam.serviceAccounts.getAccessToken",
        "iam.serviceAccounts.getOpenIdToken",
      ],
    });
  });

  test.each(Object.entries(others))("nobody: %s", (_, shown) => {
    expect(trust.becomes(shown)).toEqual({});
    expect(trust.takenBy(shown)).toEqual([]);
  });

  test("a pool for each kind, so that no subject is taken for another's", () => {
    const taken = ways.map(([, , shown]) => trust.takenBy(shown));
    const [consumers, preview, apply] = ["consumers", "preview", "apply"].map((id) => [
      pool("oidc", id),
    ]);
    expect(taken).toEqual([
      [],
      [pool("aws", "aws-210987654321")],
      [pool("azure", "entra-1a2b3c4d5e6f4a7b8c9d0e1f2a")],
      ...[consumers, consumers, preview, apply, apply],
    ]);
  });

  test("no account has a key", () => {
    expect(ofType(made, "gcp:serviceaccount/key:Key")).toEqual([]);
  });
});
