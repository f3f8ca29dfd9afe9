import { innerCodeOf, isNotFound, understood } from "../../../../stores/azure/refusals";

const place = { vaultUrl: "https://ps-dev-01.vault.azure.net/", name: "openai-api-key" };
const value = "sk-a-value-that-an-sdk-quotes";

/** As the SDK throws an answer; its text quotes what was sent. */
const answer = (statusCode: number, code: string, inner?: string, headers = {}) =>
  Object.assign(new Error(`${code}: ${value}`), {
    ...{ name: "RestError", statusCode, code, request: { body: value } },
    ...(inner !== undefined && { details: { error: { innerError: { code: inner } } } }),
    response: { headers: new Map(Object.entries(headers)) },
  });
/** As the SDK throws where there is no answer. */
const failure = (name: string, code?: string) =>
  Object.assign(new Error(value), { name, ...(code !== undefined && { code }) });

/** As `DefaultAzureCredential` throws, by one text for each credential of its chain. */
const chain = (...texts: readonly string[]) =>
  Object.assign(failure("AggregateAuthenticationError"), {
    message: texts.join("\n"),
    errors: texts.map((text) =>
      Object.assign(failure("CredentialUnavailableError"), { message: text }),
    ),
  });
const signIn = (message: string) =>
  Object.assign(failure("AuthenticationError"), {
    statusCode: 400,
    message: `${message} ${value}`,
  });
const nobody = "EnvironmentCredential is unavailable. No underlying credential could be used.";
const imds =
  "ManagedIdentityCredential: Network unreachable. Message: network_error: connect EHOSTUNREACH 169.254.169.254:80";
const noProgram = "Azure CLI could not be found. Please visit https://aka.ms/azure-cli";
const azCutOff =
  "HTTPSConnectionPool(host='login.microsoftonline.com', port=443): Max retries exceeded with url: /x";

test.each([
  [answer(401, "Unauthorized"), "unauthenticated", false, false, "az login"],
  [answer(403, "Forbidden", "ForbiddenByRbac"), "denied", false, false, "setSecret/action"],
  [answer(403, "Forbidden", "ForbiddenByPolicy"), "denied", false, false, "setSecret/action"],
  [answer(403, "Forbidden", "ForbiddenByFirewall"), "unreachable", false, false, "allowedIps"],
  [answer(403, "Forbidden", "ForbiddenByConnection"), "unreachable", false, false, "network"],
  [answer(403, "Forbidden", "SecretDisabled"), "damaged", false, false, "--enabled true"],
  [answer(409, "Conflict", "ObjectIsDeletedButRecoverable"), "missing", false, false, "recover"],
  [answer(409, "Conflict", "ObjectIsBeingDeleted"), "conflict", true, false, "again"],
  [answer(429, "Throttled"), "throttled", true, false, "again"],
  [answer(500, "InternalServerError"), "unreachable", true, true, "later"],
  [answer(503, "ServiceUnavailable"), "unreachable", true, true, "later"],
  [answer(400, "BadParameter"), "damaged", false, false, "--vault-name ps-dev-01"],
  [failure("RestError", "ECONNRESET"), "unreachable", true, true, "network"],
  [failure("RestError", "REQUEST_SEND_ERROR"), "unreachable", true, true, "network"],
  [failure("AbortError"), "unreachable", true, true, "network"],
  [failure("RestError", "ECONNREFUSED"), "unreachable", true, false, "network"],
  [failure("RestError", "ENOTFOUND"), "unreachable", false, false, "AZURE_VAULT_URL"],
  [
    failure("RestError", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
    ...(["unreachable", false, false, "NODE_EXTRA_CA_CERTS"] as const),
  ],
  [failure("CredentialUnavailableError"), "unauthenticated", false, false, "az login"],
  [failure("AggregateAuthenticationError"), "unauthenticated", false, false, "az login"],
  // What the chain says of a machine that nobody is signed in on, off Azure.
  [chain(nobody, imds, noProgram), "unauthenticated", false, false, "az login"],
  [chain(nobody, "Azure CLI: run 'az login'"), "unauthenticated", false, false, "az login"],
  // What it says where somebody is, and the network is cut.
  [chain(nobody, imds, azCutOff), "unreachable", true, false, "HTTPS_PROXY"],
  [
    signIn("EnvironmentCredential authentication failed. endpoints_resolution_error: See https"),
    ...(["unreachable", true, false, "HTTPS_PROXY"] as const),
  ],
  [
    Object.assign(signIn("failed"), { cause: new Error("getaddrinfo EAI_AGAIN login") }),
    ...(["unreachable", true, false, "HTTPS_PROXY"] as const),
  ],
  [
    // The sign-in's own answer is none of the vault's.
    Object.assign(failure("AuthenticationError"), { statusCode: 503 }),
    ...(["unauthenticated", false, false, "az login"] as const),
  ],
  [value, "unreachable", true, true, "network"],
  [undefined, "unreachable", true, true, "network"],
] as const)("%p is told as %s, without what it quotes", (error, kind, again, maybeDone, fix) => {
  const refusal = understood(error, place, "setSecret");
  expect(refusal).toMatchObject({ again, maybeDone, error: { kind, store: "azure" } });
  expect(refusal.error.message).toContain(fix);
  expect(refusal.error.message).toContain("openai-api-key");
  expect(refusal.error.message).not.toContain(value);
  expect(refusal.error.cause).toBeUndefined();
});

test("a code that is no word is not repeated", () => {
  const { error } = understood(answer(400, `x ${value}`, `y ${value}`), place, "setSecret");
  expect(error.message).not.toContain(value);
});

test("the wait that is asked for is told, and the inner code of a list is taken from its answer", () => {
  const throttled = answer(429, "Throttled", undefined, { "retry-after": "7" });
  expect(understood(throttled, place, "getSecret").afterSeconds).toBe(7);
  const body = JSON.stringify({
    error: { code: "Forbidden", innererror: { code: "ForbiddenByFirewall" } },
  });
  const seen = innerCodeOf(body);
  expect(understood(answer(403, "Forbidden"), place, "readMetadata", seen).error.message).toContain(
    "the vault's firewall does not let this machine in",
  );
  expect([innerCodeOf(undefined), innerCodeOf("<html>")]).toEqual([undefined, undefined]);
  expect([isNotFound(answer(404, "SecretNotFound")), isNotFound(undefined)]).toEqual([true, false]);
});
