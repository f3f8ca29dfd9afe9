import { azureByHand } from "./byHandAzure";
import { gcpByHand } from "./byHandGcp";
import { kubernetesByHand } from "./byHandKubernetes";
import { anything, registry, type ByHand } from "./entry";

const isAVersion =
  "it is a version of a secret, value and all, and puts an old value back after a rotation";
const makesACredential = "the provider makes a long-lived credential and puts it into state";

/** What the SDKs do not say: types that exist for a value, and values under a name that tells nothing. */
export const byHand: readonly ByHand[] = [
  {
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    reason: isAVersion,
    source: registry("aws", "secretsmanager/secretversion"),
  },
  {
    type: "aws:ssm/parameter:Parameter",
    where: { argument: "type", is: "SecureString" },
    reason: "a SecureString is a secret value",
    source: registry("aws", "ssm/parameter"),
  },
  {
    type: "aws:iam/accessKey:AccessKey",
    reason: makesACredential,
    source: registry("aws", "iam/accesskey"),
  },
  {
    type: "aws:cloudcontrol/resource:Resource",
    reason: anything,
    source: registry("aws", "cloudcontrol/resource"),
  },
  {
    type: "aws:cloudformation/stack:Stack",
    reason: anything,
    source: registry("aws", "cloudformation/stack"),
  },
  ...azureByHand,
  ...gcpByHand,
  ...kubernetesByHand,
  {
    type: "random:index/randomPassword:RandomPassword",
    reason: "the value that it makes stands in state",
    source: registry("random", "randompassword"),
  },
  {
    type: "tls:index/privateKey:PrivateKey",
    reason: "the value that it makes stands in state",
    source: registry("tls", "privatekey"),
  },
  {
    type: "vault:appRole/authBackendLogin:AuthBackendLogin",
    reason: "it logs in and puts the token into state",
    source: registry("vault", "approle/authbackendlogin"),
  },
  {
    type: "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId",
    reason: "a SecretID and its wrapping token stand in state; a command issues them",
    source: registry("vault", "approle/authbackendrolesecretid"),
  },
  {
    type: "vault:generic/secret:Secret",
    reason: "it writes a value",
    source: registry("vault", "generic/secret"),
  },
  {
    type: "vault:index/token:Token",
    reason: makesACredential,
    source: registry("vault", "token"),
  },
  {
    type: "vault:kv/secret:Secret",
    reason: "it writes a value",
    source: registry("vault", "kv/secret"),
  },
  {
    type: "vault:kv/secretV2:SecretV2",
    reason: "it writes a version, even where that is empty, and breaks the first check-and-set",
    source: registry("vault", "kv/secretv2"),
  },
];
