import { noValueBearingResource } from "../../policies/rules/noValueBearingResource";
import { check, unknown, type Resource } from "./check";

const value = "sk-the-value-itself";
const store = (kind: string): string => `kubernetes:external-secrets.io/${kind}`;
const fake = (data: unknown): object => ({ spec: { provider: { fake: data } } });

test.each<Resource>([
  { type: "kubernetes:core/v1:Secret", props: { stringData: { a: value } } },
  { type: "kubernetes:core/v1:SecretPatch", props: { data: { a: value } } },
  { type: "kubernetes:core/v1:SecretList" },
  // By CustomResource, whose types have no name for the core group.
  { type: "kubernetes:v1:Secret", props: { stringData: { a: value } } },
  { type: "kubernetes:v1:SecretPatch" },
  { type: "kubernetes:helm.sh/v3:Release", props: { values: { password: value } } },
  { type: "kubernetes:generators.external-secrets.io/v1alpha1:Fake" },
  { type: "kubernetes:generators.external-secrets.io/v1alpha1:FakePatch" },
])("refuses $type altogether", async (resource) => {
  const reported = await check(noValueBearingResource, [resource]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(`${resource.type} is refused: `);
  expect(reported[0]).not.toContain(value);
});

test.each([
  [store("v1:SecretStore"), { data: [{ key: "a", value }] }],
  [store("v1beta1:SecretStore"), { data: [{ key: "a", value }] }],
  [store("v1:SecretStorePatch"), { data: [{ key: "a", value }] }],
  [store("v1:ClusterSecretStore"), { data: [{ key: "a", value }] }],
  [store("v1:ClusterSecretStorePatch"), unknown],
])("refuses the values of a %s: %#", async (type, data) => {
  const reported = await check(noValueBearingResource, [{ type, props: { ...fake(data) } }]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(`spec.provider.fake of ${type} is set`);
  expect(reported[0]).not.toContain(value);
});

test.each<Resource>([
  {
    type: store("v1:SecretStore"),
    props: { spec: { provider: { aws: { service: "SecretsManager" } } } },
  },
  {
    type: store("v1:ExternalSecret"),
    props: { spec: { data: [{ secretKey: "A", remoteRef: { key: "a" } }] } },
  },
  { type: "kubernetes:core/v1:ConfigMap", props: { data: { a: "b" } } },
  // Each object of it is a resource of its own, and is looked at as such.
  { type: "kubernetes:helm.sh/v4:Chart", props: { chart: "a", values: { replicas: 2 } } },
  { type: "kubernetes:yaml/v2:ConfigFile", props: { file: "a.yaml" } },
])("accepts $type", async (resource) => {
  expect(await check(noValueBearingResource, [resource])).toEqual([]);
});
