import { inspect } from "node:util";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import execa from "execa";
import { open } from "../../../stores/aws/keyStore";
import { serviceOf } from "../../../stores/aws/service";
import { isStoreError, type StoreError } from "../../../stores/errors";
import { fingerprint } from "../../../sandbox/fingerprint";
import { catalogKeys } from "../../../stores/places";
import { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, Place } from "../../../stores/store";
import { startAws, type Aws } from "../support/aws";
import { leaks } from "../support/canary";
import { startFront, type Front, type Moment, type Verdict, type Watcher } from "../support/front";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";
import { storeProcess } from "../support/storeProcess";

const region = "eu-central-1";
const [key] = catalogKeys;
if (key === undefined) throw new Error("the catalogue is empty");
const found = findPython("aws");
const test_ = testWith("missing" in found ? found.missing : undefined);

/** Values by a name that may be shown; each is looked for in every error. */
const values: Record<string, string> = {};
const valueOf = (name: string): SecretValue => {
  values[name] ??= `sk-of-aws-stores-${name}-"<&>`;
  return new SecretValue(values[name]);
};

/** What errors said, for the canary. */
const said: string[] = [];
async function refusalOf(action: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await action.then(
    (done) => new Error(`was not refused: ${inspect(done)}`),
    (reason: unknown) => reason,
  );
  if (!isStoreError(error)) throw error;
  said.push(String(error), inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error));
  return error;
}

/**
 * On moto, which keeps what it is told and enforces no policy: what a role may not is refused by the front, as the
 * service would (`AccessDeniedException`).
 */
describe("keys in AWS Secrets Manager (moto)", () => {
  let aws: Aws;
  let front: Front;
  let administrator: SecretsManagerClient;
  let store: KeyStore;
  let secrets = 0;
  const before = { ...process.env };

  const placeAt = (secret: string, jsonKey: string): Place => ({
    key,
    locator: { region, secret, jsonKey },
  });
  const send = ((command: never) => administrator.send(command)) as SecretsManagerClient["send"];
  /** A secret of its own, without a version, as the stack makes it; with one where members are given. */
  const secret = async (members?: Readonly<Record<string, unknown>> | string): Promise<string> => {
    const name = `promptsentinel/test-${String(secrets++)}`;
    await send(new CreateSecretCommand({ Name: name }));
    if (members !== undefined) {
      const text = typeof members === "string" ? members : JSON.stringify(members);
      await send(new PutSecretValueCommand({ SecretId: name, SecretString: text }));
    }
    return name;
  };
  const contents = async (name: string, stage = "AWSCURRENT"): Promise<unknown> => {
    const { SecretString = "" } = await send(
      new GetSecretValueCommand({ SecretId: name, VersionStage: stage }),
    );
    return JSON.parse(SecretString);
  };
  const labels = async (name: string): Promise<Readonly<Record<string, string[]>>> =>
    (await send(new DescribeSecretCommand({ SecretId: name }))).VersionIdsToStages ?? {};
  /** How many versions there are, those without a label too. */
  const versionsOf = async (name: string): Promise<number> =>
    (await send(new ListSecretVersionIdsCommand({ SecretId: name, IncludeDeprecated: true })))
      .Versions?.length ?? 0;
  const versionOf = async (name: string, label = "AWSCURRENT"): Promise<string | undefined> =>
    Object.entries(await labels(name)).find(([, some]) => some.includes(label))?.[0];

  /** As the service answers, in the form of its protocol. */
  const error = (status: number, type: string, headers = {}): Verdict => ({
    status,
    headers: { "content-type": "application/x-amz-json-1.1", ...headers },
    body: { __type: type, Message: `this text quotes ${values["quoted"] ?? "nothing"}` },
  });
  /** Refuses what a role has not among its grants (infra/aws/grants.ts). */
  const may =
    (...allowed: readonly string[]): Watcher =>
    (moment, { operation }) =>
      moment === "after" || allowed.includes(operation)
        ? "pass"
        : error(400, "AccessDeniedException");
  const operator = may("PutSecretValue", "DescribeSecret", "ListSecretVersionIds");
  const app = may("GetSecretValue", "DescribeSecret");

  beforeAll(async () => {
    if (!("python" in found)) return;
    aws = await startAws(found.python, "210987654321");
    front = await startFront(aws.env["AWS_ENDPOINT_URL"] ?? "");
    Object.assign(process.env, aws.env);
    administrator = serviceOf(region);
    // The SDK takes the endpoint when a client makes its first call.
    await send(new CreateSecretCommand({ Name: "first" }));
    process.env["AWS_ENDPOINT_URL"] = front.address;
    store = open({ env: process.env, dir: "", note: () => undefined });
    await store.describe(placeAt("first", "x"));
  });
  afterAll(async () => {
    for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
    if (!("python" in found)) return;
    await store.close();
    administrator.destroy();
    await front.close();
    await aws.stop();
  });
  afterEach(() => {
    if ("python" in found) front.watch(undefined);
  });

  describe("the operator, who cannot read", () => {
    test_("puts the first value of a secret, and no further one beside it", async () => {
      const name = await secret();
      front.watch(operator);
      expect(await store.describe(placeAt(name, "A"))).toEqual({ present: false });
      const { outcome, version } = await store.putIfAbsent(placeAt(name, "A"), valueOf("first"));
      expect({ outcome, version }).toEqual({ outcome: "written", version: await versionOf(name) });
      expect(await contents(name)).toEqual({ A: values["first"] });
      for (const put of ["putIfAbsent", "putNew"] as const) {
        const { kind, message } = await refusalOf(store[put](placeAt(name, "B"), valueOf("more")));
        expect(kind).toBe("denied");
        expect(message).toContain("compose-");
      }
      expect(await refusalOf(store.read(placeAt(name, "A")))).toMatchObject({ kind: "denied" });
      expect(await contents(name)).toEqual({ A: values["first"] });
      expect(await store.describe(placeAt(name, "A"))).toMatchObject({
        ...{ present: "unknown", version },
        writtenAt: expect.any(Date) as Date,
      });
    });

    test_("who comes second with a first value takes nothing away, and is told", async () => {
      const name = await secret();
      front.watch(async (moment, call) => {
        if (moment === "before" && call.operation === "PutSecretValue") {
          await send(
            new PutSecretValueCommand({ SecretId: name, SecretString: '{"B":"of-another"}' }),
          );
        }
        return operator(moment, call);
      });
      const { kind } = await refusalOf(store.putIfAbsent(placeAt(name, "A"), valueOf("second")));
      expect(kind).toBe("denied");
      expect(await contents(name)).toEqual({ B: "of-another" });
    });
  });

  describe("who reads and writes", () => {
    test_(
      "puts a key beside the others, leaves one that is there, and fills an empty one",
      async () => {
        const name = await secret({ A: "a", EMPTY: "", Z: "z" });
        const first = await versionOf(name);
        expect(await store.putIfAbsent(placeAt(name, "A"), valueOf("x"))).toEqual({
          outcome: "present",
          version: first,
        });
        expect(Object.keys(await labels(name))).toHaveLength(1);
        await store.putIfAbsent(placeAt(name, "B"), valueOf("b"));
        await store.putIfAbsent(placeAt(name, "EMPTY"), valueOf("filled"));
        expect(await contents(name)).toEqual({
          ...{ A: "a", Z: "z" },
          B: values["b"],
          EMPTY: values["filled"],
        });
      },
    );

    test_(
      "rotates one key, and the version before stays readable; our label is on one version",
      async () => {
        const name = await secret({ A: "old", B: "b" });
        const first = await versionOf(name);
        const { outcome, version } = await store.putNew(placeAt(name, "A"), valueOf("new"));
        expect(outcome).toBe("written");
        expect(await versionOf(name)).toBe(version);
        expect(await versionOf(name, "AWSPREVIOUS")).toBe(first);
        expect(await contents(name)).toEqual({ A: values["new"], B: "b" });
        expect(await contents(name, "AWSPREVIOUS")).toEqual({ A: "old", B: "b" });
        await store.putNew(placeAt(name, "A"), valueOf("newer"));
        const all = Object.values(await labels(name)).flat();
        expect(all.filter((label) => label === "promptsentinel-next")).toHaveLength(1);
        expect(await contents(name, "AWSPREVIOUS")).toEqual({ A: values["new"], B: "b" });
      },
    );

    test_(
      "the application reads its keys in one call, as boto3 does, and writes none",
      async () => {
        const name = await secret();
        for (const jsonKey of ["A_API_KEY", "B_API_KEY"]) {
          await store.putIfAbsent(placeAt(name, jsonKey), valueOf(jsonKey));
        }
        front.watch(app);
        const read = await Promise.all(
          ["A_API_KEY", "B_API_KEY", "C_API_KEY"].map((one) => store.read(placeAt(name, one))),
        );
        expect(read.map((value) => value?.reveal())).toEqual([
          values["A_API_KEY"],
          values["B_API_KEY"],
          undefined,
        ]);
        expect(front.calls).toEqual(["GetSecretValue"]);
        for (const put of ["putIfAbsent", "putNew"] as const) {
          expect(
            await refusalOf(store[put](placeAt(name, "C_API_KEY"), valueOf("c"))),
          ).toMatchObject({ kind: "denied" });
        }
        if (!("python" in found)) return;
        const { stdout } = await execa(found.python, [pythonProgram("aws_reader")], {
          env: { ...aws.env, AWS_REGION: region, SECRET_ID: name },
        });
        expect(JSON.parse(stdout)).toEqual({
          A_API_KEY: fingerprint(values["A_API_KEY"] ?? ""),
          B_API_KEY: fingerprint(values["B_API_KEY"] ?? ""),
        });
      },
    );
  });

  describe("a secret", () => {
    test_("that is not there: bring the stack up first", async () => {
      const nowhere = placeAt("promptsentinel/nowhere", "A");
      for (const call of [
        () => store.read(nowhere),
        () => store.describe(nowhere),
        () => store.putIfAbsent(nowhere, valueOf("nowhere")),
      ]) {
        const { kind, message } = await refusalOf(call());
        expect([kind, message]).toEqual(["missing", expect.stringContaining("pulumi up")]);
      }
    });

    test_("without a version has no key", async () => {
      const name = await secret();
      expect(await store.read(placeAt(name, "A"))).toBeUndefined();
    });

    test_("that is being deleted: how to bring it back", async () => {
      const name = await secret({ A: "a" });
      await send(new DeleteSecretCommand({ SecretId: name }));
      for (const call of [
        () => store.read(placeAt(name, "A")),
        () => store.describe(placeAt(name, "A")),
        () => store.putNew(placeAt(name, "A"), valueOf("deleted")),
      ]) {
        const { kind, message } = await refusalOf(call());
        expect(kind).toBe("missing");
        expect(message).toContain(
          `aws secretsmanager restore-secret --region ${region} --secret-id ${name}`,
        );
      }
    });

    test_("that holds something else is not quoted and not written over", async () => {
      for (const text of [
        `{"A": 12, "B": ${JSON.stringify(valueOf("quoted").reveal())}}`,
        JSON.stringify(["a", values["quoted"]]),
        `{"A": "${values["quoted"] ?? ""}`,
        "null",
      ]) {
        const name = await secret(text);
        for (const call of [
          () => store.read(placeAt(name, "B")),
          () => store.putNew(placeAt(name, "B"), valueOf("over")),
        ]) {
          expect(await refusalOf(call())).toMatchObject({ kind: "damaged" });
        }
        expect(Object.keys(await labels(name))).toHaveLength(1);
      }
    });
  });

  const environment = (through?: Front): Record<string, string> => ({
    ...aws.env,
    ...(through && { AWS_ENDPOINT_URL: through.address }),
  });

  describe("at one time", () => {
    test_(
      "20 processes write 20 members of a secret without a version, and none is lost",
      async () => {
        const name = await secret();
        const members = Array.from({ length: 20 }, (_, index) => `KEY_${String(index)}`);
        const all = await Promise.all(
          members.map((member) => {
            const task = { place: placeAt(name, member), value: valueOf(member).reveal() };
            return storeProcess({ store: "aws", put: "putIfAbsent", ...task }, environment());
          }),
        );
        const outcomes = await Promise.all(all.map((one) => one.go()));
        expect(outcomes).toEqual(members.map(() => "written"));
        expect(await contents(name)).toEqual(
          Object.fromEntries(members.map((member) => [member, values[member]])),
        );
        // The service keeps those of a day, and takes no more than a hundred or so.
        const versions = await versionsOf(name);
        expect(versions).toBeLessThan(100);
      },
    );
  });

  const firstPut = ["GetSecretValue", "DescribeSecret", "PutSecretValue", "DescribeSecret"];
  const furtherPut = [
    ...["GetSecretValue", "DescribeSecret"],
    ...["PutSecretValue", "UpdateSecretVersionStage"],
  ];
  const cuts = [
    ...firstPut.map((what, index) => ({ put: "first", what, index })),
    ...furtherPut.map((what, index) => ({ put: "further", what, index })),
    ...furtherPut.map((what, index) => ({ put: "new", what, index })),
  ].flatMap((cut) => (["before", "after"] as const).map((moment) => ({ ...cut, moment })));

  describe("a process that is killed (SIGKILL)", () => {
    for (const { put, what, index, moment } of cuts) {
      test_(
        `${moment} call ${String(index)}, ${what}, of a ${put} put leaves old or new, and a second run converges`,
        async () => {
          const old =
            put === "first" ? undefined : { OTHER: "o", ...(put === "new" && { A: "old" }) };
          const name = await secret(old);
          const label = `killed-${put}-${String(index)}-${moment}`;
          const task = {
            ...({ store: "aws", place: placeAt(name, "A") } as const),
            put: put === "new" ? "putNew" : "putIfAbsent",
            value: valueOf(label).reveal(),
          } as const;
          const child = await storeProcess(task, environment(front));
          const calls = put === "first" ? firstPut : furtherPut;
          front.watch((now, call) => {
            if (now !== moment || call.index !== index) return "pass";
            child.kill();
            return "hang";
          });
          expect(await child.go()).toBeUndefined();
          expect(front.calls).toEqual(calls.slice(0, index + 1));
          const decisive = calls.indexOf(
            put === "first" ? "PutSecretValue" : "UpdateSecretVersionStage",
          );
          const done = index > decisive || (index === decisive && moment === "after");
          const next = { ...old, A: values[label] };
          expect(await contents(name).catch(() => undefined)).toEqual(done ? next : old);

          const again = await storeProcess(task, environment());
          expect(await again.go()).toBe(done && put !== "new" ? "present" : "written");
          expect(await contents(name)).toEqual(next);
        },
      );
    }
  });

  /** Does something to the first calls of an operation; everything else passes. */
  const first = (operation: string, moment: Moment, verdict: Verdict, times = 1): Watcher => {
    let left = times;
    return (now, call) => {
      if (now !== moment || call.operation !== operation || left === 0) return "pass";
      left -= 1;
      return verdict;
    };
  };

  describe("a connection that breaks", () => {
    test_(
      "before or after either write: the SDK's second call is the same one, and done once",
      async () => {
        for (const operation of ["PutSecretValue", "UpdateSecretVersionStage"]) {
          for (const moment of ["before", "after"] as const) {
            const name = await secret({ A: "old" });
            front.watch(first(operation, moment, "cut"));
            const value = valueOf(`cut-${operation}-${moment}`);
            const { outcome, version } = await store.putNew(placeAt(name, "A"), value);
            expect([outcome, version]).toEqual(["written", await versionOf(name)]);
            expect(Object.keys(await labels(name))).toHaveLength(2);
          }
        }
      },
    );

    test_(
      "after the label moved, until the SDK gives up: found to be done by its labels",
      async () => {
        const name = await secret({ A: "old" });
        front.watch(first("UpdateSecretVersionStage", "after", "cut", 9));
        const { outcome } = await store.putNew(placeAt(name, "A"), valueOf("label-moved"));
        expect(outcome).toBe("written");
        expect(await contents(name)).toEqual({ A: values["label-moved"] });
        expect(Object.keys(await labels(name))).toHaveLength(2);
      },
    );

    test_(
      "for good, after the value is staged: nobody can tell; the old one is in place",
      async () => {
        const name = await secret({ A: "old" });
        let cut = false;
        front.watch((now, { operation }) => {
          cut ||= operation === "UpdateSecretVersionStage";
          return cut && now === "before" ? "cut" : "pass";
        });
        const { kind } = await refusalOf(store.putNew(placeAt(name, "A"), valueOf("cut-for-good")));
        expect(kind).toBe("uncertain");
        expect(await contents(name)).toEqual({ A: "old" });
      },
    );

    test_("for good, before the value is staged: it is as it was", async () => {
      const name = await secret({ A: "old" });
      front.watch(first("PutSecretValue", "before", "cut", 99));
      const { kind } = await refusalOf(store.putNew(placeAt(name, "A"), valueOf("not-staged")));
      expect(kind).toBe("unreachable");
    });
  });

  describe("a service that puts off", () => {
    test_("ThrottlingException with Retry-After: made again, later", async () => {
      const name = await secret({ A: "old" });
      const times: number[] = [];
      const throttle = first(
        "PutSecretValue",
        "before",
        error(400, "ThrottlingException", { "retry-after": "1" }),
        2,
      );
      front.watch((moment, call) => {
        if (moment === "before" && call.operation === "PutSecretValue") times.push(Date.now());
        return throttle(moment, call);
      });
      const { outcome } = await store.putNew(placeAt(name, "A"), valueOf("throttled"));
      expect(outcome).toBe("written");
      expect(times).toHaveLength(3);
      expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1900);
    });

    test_("503 with an hour of Retry-After, again and again: an end within a minute", async () => {
      const name = await secret({ A: "old" });
      const begun = Date.now();
      front.watch(() => error(503, "ServiceUnavailable", { "retry-after": "3600" }));
      expect(await refusalOf(store.describe(placeAt(name, "A")))).toMatchObject({
        kind: "unreachable",
      });
      expect(Date.now() - begun).toBeLessThan(60_000);
      expect(front.calls).toHaveLength(5);
    });
  });

  test_(
    "credentials that have ended, and none at all, are told from a role that may not",
    async () => {
      const name = await secret({ A: "old" });
      for (const type of ["ExpiredTokenException", "UnrecognizedClientException"]) {
        front.watch(() => error(400, type));
        expect(await refusalOf(store.read(placeAt(name, "A")))).toMatchObject({
          kind: "unauthenticated",
        });
      }
      front.watch(() => error(400, "AccessDeniedException"));
      expect(await refusalOf(store.describe(placeAt(name, "A")))).toMatchObject({ kind: "denied" });
      front.watch(undefined);
      const kept = { ...process.env };
      for (const one of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
        Reflect.deleteProperty(process.env, one);
      }
      Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: "true", HOME: "/nonexistent" });
      const nobody = open({ env: process.env, dir: "", note: () => undefined });
      expect(await refusalOf(nobody.read(placeAt(name, "A")))).toMatchObject({
        kind: "unauthenticated",
      });
      await nobody.close();
      Object.assign(process.env, kept);
    },
  );

  test_("no error says a value, in any form", () => {
    expect(said.length).toBeGreaterThan(50);
    expect(
      leaks(
        said.map((text, index) => [`message ${String(index)}`, text]),
        values,
      ),
    ).toEqual([]);
    return Promise.resolve();
  });
});
