import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import { readKubeconfig } from "../../../stores/kubernetes/kubeconfig";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "kubeconfig-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const file = (name: string, content: unknown): string => {
  const path = join(dir, name);
  writeFileSync(path, typeof content === "string" ? content : stringify(content));
  return path;
};
const config = (name: string, more: object = {}) => ({
  clusters: [{ name, cluster: { server: `https://${name}.example.com` } }],
  users: [{ name, user: { token: `token-of-${name}` } }],
  contexts: [{ name, context: { cluster: name, user: name } }],
  "current-context": name,
  ...more,
});
const read = (paths: readonly string[], context?: string) =>
  readKubeconfig(context, { KUBECONFIG: paths.join(delimiter) });

test("is of the first file that says something of a name", () => {
  const paths = [file("a", config("one")), file("b", config("two")), join(dir, "missing")];
  expect(read(paths)).toMatchObject({ context: "one", server: "https://one.example.com" });
  expect(read(paths, "two")).toMatchObject({ context: "two", token: "token-of-two" });
  const same = file("c", config("one", { clusters: [{ name: "one", cluster: { server: "x" } }] }));
  expect(read([paths[0] ?? "", same]).server).toBe("https://one.example.com");
});

test("is of the user's own folder without the variable", () => {
  expect(() => readKubeconfig(undefined, { HOME: dir })).toThrow(
    `there is no file ${join(dir, ".kube", "config")}`,
  );
});

test("takes what is in it before files, and files from where it is", () => {
  file("ca.pem", "the authority");
  file("token", "of the file\n");
  const user = { token: "of the text", tokenFile: "token", "client-key-data": "a2V5" };
  const cluster = { server: "https://a", "certificate-authority": "ca.pem" };
  const path = file(
    "a",
    config("one", { users: [{ name: "one", user }], clusters: [{ name: "one", cluster }] }),
  );
  expect(read([path])).toMatchObject({
    ...{ ca: "the authority", token: "of the file", key: "key", skipVerify: false },
  });
  const gone = { ...cluster, "certificate-authority": "gone.pem" };
  expect(() =>
    read([file("b", config("one", { clusters: [{ name: "one", cluster: gone }] }))]),
  ).toThrow(`there is no file ${join(dir, "gone.pem")}`);
});

test.each<[string, unknown, string]>([
  ["without a current context", { "current-context": "" }, "has no current context; fix:"],
  [
    "of a context that it has not",
    { contexts: [] },
    "got one, which the kubeconfig does not have; it has none",
  ],
  [
    "of a cluster that it has not",
    { clusters: null },
    "has no cluster one, which context one names",
  ],
  [
    "of a cluster without an address",
    { clusters: [{ name: "one", cluster: {} }] },
    "the cluster is not as a kubeconfig has it, at server",
  ],
])("%s: says so", (_, more, said) => {
  expect(() => read([file("a", config("one", more as object))])).toThrow(said);
});

test("what is no kubeconfig is not shown: it may hold a key", () => {
  for (const content of [
    "sk-ant-0123456789: [",
    "- sk-ant-0123456789",
    { users: "sk-ant-0123456789" },
  ]) {
    expect(() => read([file("a", content)])).toThrow(/is not as a kubeconfig has it/);
    expect(() => read([file("a", content)])).not.toThrow(/sk-ant/);
  }
});
