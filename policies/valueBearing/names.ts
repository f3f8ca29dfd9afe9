/**
 * Names of arguments that hold a value. The end of a name decides: `password` and `adminPassword` are values,
 * `passwordFile`, `secretArn`, `keyVaultSecretId` and `tokenTtl` are not. Needed because azure-native marks no
 * argument as secret at all, and the other SDKs mark only the outermost ones.
 */
export const valueName =
  /(passw(or)?d|passphrase|plaintext|secret|secretvalue|(?<!in)securevalue|credentials?|(secret|private|access|api|shared|account|storage|master|primary|secondary|raw|client|signer)key|encryptionkeyraw|token|connectionstring|\bsas|protectedsettings|(sas|webhook)ur[il])(wo|base64|data|value|pem|[12])?$/i;

/** What a name says, or the SDK marks, but is no value: matched against `<type>#<path>`. */
export interface NotAValue {
  readonly match: RegExp;
  readonly reason: string;
}

export const notValues: readonly NotAValue[] = [
  {
    match: /^(aws|azure-native):.*[#.](client|clientRequest|creation|updateTrigger|update)Token$/,
    reason: "makes a request idempotent",
  },
  {
    match: /#(run|start)ExecutionToken$|[#.]continueToken$|#viewDefinition\.viewVersionToken$/,
    reason: "marks a position or a revision",
  },
  { match: /^aws:lambda\/permission:.*#eventSourceToken$/, reason: "the id of an Alexa skill" },
  { match: /^aws:bedrockfoundation\/.*#offerToken$/, reason: "the id of an offer" },
  { match: /^aws:cognito\/.*#tokenValidityUnits\./, reason: "a unit of time" },
  {
    match: /^aws:kms\/grant:Grant#grantToken$/,
    reason: "hastens a grant, opens nothing by itself",
  },
  {
    match: /^aws:apigateway\/(authorizer:.*#authorizerCredentials|integration:.*#credentials)$/,
    reason: "the ARN of a role",
  },
  {
    match:
      /^aws:(kendra\/.*\.credentials|codebuild\/.*\.credential|fsx\/.*\.domainJoinServiceAccountSecret)$/,
    reason: "the ARN of a secret",
  },
  {
    match: /^aws:(bedrock\/agentKnowledgeBase|workspaces\/connectionAlias):.*[#.]connectionString$/,
    reason: "an address",
  },
  { match: /^aws:transfer\/server:.*LoginBanner$/, reason: "a text that everyone sees" },
  {
    match: /^aws:directoryservice\/sharedDirectory:.*#notes$/,
    reason: "a text for whom it is shared with",
  },
  { match: /^aws:redshiftserverless\/.*#adminUsername$/, reason: "a user's name" },
  { match: /^aws:s3\/objectCopy:.*#kms/, reason: "the name and context of a key" },
  {
    match:
      /^aws:pinpoint\/.*#(bundleId|teamId|tokenKeyId|clientId|certificate)$|^aws:sns\/.*#platformPrincipal$/,
    reason: "identifies an app",
  },
  {
    match:
      /^aws:(iot\/(authorizer|caCertificate|certificate):.*#(tokenSigningPublicKeys|caCertificatePem|verificationCertificatePem|caPem|certificatePem|publicKey)|transfer\/certificate:.*#certificate(Chain)?)$/,
    reason: "a public key or certificate",
  },
  {
    match:
      /^gcp:(compute\/(regionSslCertificate|sSLCertificate):.*#certificate|edgecontainer\/.*#clusterCaCertificate|sql\/.*#(serverCaCerts?|cert))$/,
    reason: "a public key or certificate",
  },
  {
    match: /^vault:.*#(clientCert|clientTlsCert)$/,
    reason: "a public key or certificate",
  },
  {
    match:
      /^vault:.*#(clientId|tenantId|subscriptionId|homeTenancyId|integrationKey|username|leaseId|wrappingAccessor|identityTokenAudienceWo)$/,
    reason: "identifies an account or a lease",
  },
  {
    match:
      /^gcp:.*[#.](secretKeyRef\.|secretRef\.|volumes\.secret\.|secretVolumes\.|secretEnvironmentVariables\.|webhookConfig\.)secret$|^gcp:secretmanager\/.*#secret$/,
    reason: "the name of a secret",
  },
  {
    match:
      /^gcp:.*[#.](secretManagerStored\w+|secretVersionFor\w+|credentialsSecret|cloudSecret|\w+(Key|Token|Passphrase|Credentials)Secret)$/,
    reason: "the name of a secret",
  },
  { match: /^gcp:iap\/.*\.outputCredentials$/, reason: "names headers" },
  {
    match: /^gcp:(ces|diagflow)\/.*\.oauth2JwtBearerConfig\.clientKey$/,
    reason: "the name of a parameter",
  },
  {
    match: /^vault:database\/.*#elasticsearch(es)?\.clientKey$/,
    reason: "the path of a file on the server",
  },
  {
    match:
      /^azure-native:.*[#.](passwordSecret|userNameSecret)$|^azure-native:azurearcdata:.*k8sRaw/,
    reason: "the name of a secret",
  },
  {
    match: /^azure-native:sql:.*[#.](credential|refreshCredential)$/,
    reason: "the id of a credential",
  },
  {
    match: /^azure-native:.*#oauth2\.grantTypes\.clientCredentials$/,
    reason: "settings of a grant",
  },
  {
    match: /^azure-native:logic:.*\.assemblyPublicKeyToken$/,
    reason: "a public key or certificate",
  },
  { match: /^azure-native:awsconnector:.*\.lastModifiedSecret$/, reason: "a time" },
];

/** Whether the list says that this is no value. */
export const isNoValue = (type: string, path: string): boolean =>
  notValues.some(({ match }) => match.test(`${type}#${path}`));
