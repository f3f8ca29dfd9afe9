import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { parse } from "yaml";
import { render } from "../../../infra/wiring/render";
import { max } from "../../fixtures/aws";
import { external } from "../../fixtures/awsWiring";
import { documentOf } from "../../fixtures/documentOf";
import { arnOf, both, owners, reads, wiringOf, type EcsBlock } from "../support/ecsReads";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";
import { recordedUp, type Up } from "../support/recordedUp";

type Json = Readonly<Record<string, unknown>>;
interface Template {
  readonly Parameters: Record<string, { readonly Default?: string }>;
  readonly Conditions: Json;
  readonly Resources: Record<string, { readonly Properties: Record<string, unknown> }>;
}

const found = findPython("cfn");
const testCfn = testWith("missing" in found ? found.missing : undefined);

/** What the application's template has under the names that the parts use, as small as CloudFormation takes it. */
const application: Template = {
  Parameters: {},
  Conditions: {},
  Resources: {
    LogGroup: { Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: 30 } },
    TaskExecutionRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "ecs-tasks.amazonaws.com" },
              Action: "sts:AssumeRole",
            },
          ],
        },
      },
    },
    TaskDefinition: {
      Type: "AWS::ECS::TaskDefinition",
      Properties: {
        NetworkMode: "awsvpc",
        RequiresCompatibilities: ["FARGATE"],
        Cpu: "512",
        Memory: "1024",
        ContainerDefinitions: [
          {
            Name: "prompt-sentinel",
            Image: "promptsentinel/prompt-sentinel:latest",
            LogConfiguration: {
              LogDriver: "awslogs",
              Options: {
                "awslogs-group": { Ref: "LogGroup" },
                "awslogs-region": { Ref: "AWS::Region" },
                "awslogs-stream-prefix": "ecs",
              },
            },
          },
        ],
      },
    },
  } as unknown as Template["Resources"],
};

/** The application's template with the parts put in, as their comment says. */
function withParts(parts: Template): Template {
  const own = application.Resources["TaskDefinition"]?.Properties ?? {};
  const given = parts.Resources["TaskDefinition"]?.Properties ?? {};
  const [container] = own["ContainerDefinitions"] as readonly Json[];
  const [more] = given["ContainerDefinitions"] as readonly Json[];
  return {
    ...parts,
    Resources: {
      ...application.Resources,
      ...parts.Resources,
      TaskDefinition: {
        ...application.Resources["TaskDefinition"],
        Properties: { ...own, ...given, ContainerDefinitions: [{ ...container, ...more }] },
      },
    },
  };
}

const partsOf = (text: string): Template => parse(text) as Template;

/** It cannot be run as a module, and its own script names the folder that it was installed in. */
const run = "from cfnlint.runner import main; main()";

/** What cfn-lint says of a template, each rule that it breaks. */
async function lint(template: Template): Promise<readonly string[]> {
  if ("missing" in found) throw new Error(found.missing);
  const dir = await mkdtemp(join(tmpdir(), "secrets-test-"));
  try {
    const file = join(dir, "template.json");
    const text = { AWSTemplateFormatVersion: "2010-09-09", ...template };
    await writeFile(file, JSON.stringify(text));
    const options = ["--format", "json", "--regions", "eu-central-1"];
    const { stdout } = await execa(found.python, ["-c", run, ...options, "--", file], {
      reject: false,
      cwd: dir,
    });
    const problems = JSON.parse(stdout) as readonly {
      readonly Rule: { readonly Id: string };
      readonly Message: string;
    }[];
    return problems.map(({ Rule, Message }) => `${Rule.Id}: ${Message}`);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** What a template says once its functions are done, with its parameters' defaults or others. */
function resolved(template: Template, parameters: Readonly<Record<string, string>> = {}): Template {
  const value = (name: string): string => {
    const own = ["AWS::NoValue", "AWS::Region", ...Object.keys(template.Resources)];
    const known = Object.fromEntries(own.map((one) => [one, one]));
    const defaults = Object.entries(template.Parameters).map(([one, { Default }]) => [
      one,
      Default,
    ]);
    const all = { ...known, ...Object.fromEntries(defaults), ...parameters } as Json;
    if (typeof all[name] !== "string") throw new Error(`nothing is known of ${name}`);
    return all[name];
  };
  const functions: Readonly<Record<string, (argument: never) => unknown>> = {
    Ref: (name: string) => value(name),
    Condition: (name: string) => done(template.Conditions[name]),
    "Fn::Sub": (text: string) => text.replace(/\$\{(\w+)\}/g, (_, name: string) => value(name)),
    "Fn::GetAtt": (path: readonly string[]) => path.join("."),
    "Fn::Equals": ([a, b]: readonly unknown[]) => done(a) === done(b),
    "Fn::Not": ([one]: readonly unknown[]) => !(done(one) as boolean),
    "Fn::If": ([name, yes, no]: readonly [string, unknown, unknown]) =>
      done(done(template.Conditions[name]) === true ? yes : no),
    "Fn::Split": ([by, text]: readonly [string, unknown]) => (done(text) as string).split(by),
    "Fn::Select": ([index, list]: readonly [number, unknown]) => (done(list) as string[])[index],
  };
  const done = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(done).filter((one) => one !== "AWS::NoValue");
    if (typeof node !== "object" || node === null) return node;
    const entries = Object.entries(node);
    const [[name, argument] = ["", undefined]] = entries;
    const run = entries.length === 1 ? functions[name] : undefined;
    if (run) return run(argument as never);
    return Object.fromEntries(entries.map(([key, one]) => [key, done(one)]));
  };
  const kept = Object.entries(template.Resources).filter(([, resource]) => {
    const { Condition } = resource as { readonly Condition?: string };
    return Condition === undefined || done(template.Conditions[Condition]) === true;
  });
  return {
    ...template,
    Resources: Object.fromEntries(
      kept.map(([name, { Properties }]) => [
        name,
        { Properties: done(Properties) as Record<string, unknown> },
      ]),
    ),
  };
}

describe("cfn-lint, on the application's template with the parts in it", () => {
  testCfn("finds nothing where the wiring knows everything", async () => {
    const [one, two] = [await recordedUp(max), await documentOf(external)];
    const text = render(wiringOf(one), "cloudformation", { platform: "aws" });
    expect(await lint(withParts(partsOf(text)))).toEqual([]);
    expect(await lint(withParts(partsOf(render(two, "cloudformation"))))).toEqual([]);
  });

  testCfn("finds a field that is none, and a parameter that is left out", async () => {
    const parts = partsOf(render(await documentOf(external), "cloudformation"));
    const { SecretsKeyArn, ...Parameters } = parts.Parameters;
    expect(SecretsKeyArn).toBeDefined();
    expect((await lint(withParts({ ...parts, Parameters }))).join("\n")).toContain("SecretsKeyArn");
    const template = withParts(parts);
    const task = template.Resources["TaskDefinition"]?.Properties ?? {};
    const [container] = task["ContainerDefinitions"] as readonly Json[];
    task["ContainerDefinitions"] = [{ ...container, Secrets: [{ Nom: "X", ValueFrom: "Y" }] }];
    expect((await lint(template)).join("\n")).toContain("Nom");
  });
});

describe("the template with its defaults, on what the engine recorded", () => {
  let made: readonly Up[];
  let template: Template;
  let block: EcsBlock;
  beforeAll(async () => {
    made = await recordedUp(max);
    const wiring = wiringOf(made);
    template = withParts(partsOf(render(wiring, "cloudformation", { platform: "aws" })));
    block = JSON.parse(render(wiring, "ecs", { platform: "aws" })) as EcsBlock;
  });

  test("its task takes the same fields of the same secrets, by the same role, as the format ecs", () => {
    const { Resources } = resolved(template);
    const task = Resources["TaskDefinition"]?.Properties ?? {};
    const [container] = task["ContainerDefinitions"] as readonly { readonly Secrets: unknown }[];
    expect(container?.Secrets).toEqual(
      block.taskDefinition.containerDefinitions[0]?.secrets.map(({ name, valueFrom }) => ({
        Name: name,
        ValueFrom: valueFrom,
      })),
    );
    expect(task["ExecutionRoleArn"]).toBe(block.taskDefinition.executionRoleArn);
    expect(Resources).not.toHaveProperty("TaskExecutionRoleSecrets");
    expect(Resources["SecretsExecutionRoleLogs"]?.Properties).toMatchObject({
      RoleName: "promptsentinel-prod-app-ecs-execution",
      PolicyDocument: { Statement: [{ Resource: ["LogGroup.Arn"] }] },
    });
  });

  const principal = "arn:aws:iam::210987654321:role/prod-prompt-sentinel-execution";
  const readBy = async (policy: unknown): Promise<object> => {
    const can: Partial<Record<string, readonly string[]>> = {};
    for (const child of ["api-keys", "redis", "gdpr", "snyk"]) {
      const reader = { principal, identity: [policy], owner: owners("210987654321") };
      can[child] = await reads(made, child, reader);
    }
    return can;
  };

  test("without an execution role, its own reads these secrets and nothing else", async () => {
    const { Resources } = resolved(template, { SecretsExecutionRoleArn: "" });
    expect(Resources["TaskDefinition"]?.Properties["ExecutionRoleArn"]).toBe(
      "TaskExecutionRole.Arn",
    );
    expect(Resources).not.toHaveProperty("SecretsExecutionRoleLogs");
    const { RoleName, PolicyDocument } = Resources["TaskExecutionRoleSecrets"]?.Properties ?? {};
    expect(RoleName).toBe("TaskExecutionRole");
    expect(await readBy(PolicyDocument)).toEqual({
      "api-keys": both,
      redis: both,
      gdpr: both,
      snyk: [],
    });
  });

  test("without a key, its policy says nothing of keys", () => {
    const parameters = { SecretsExecutionRoleArn: "", SecretsKeyArn: "" };
    const { Resources } = resolved(template, parameters);
    expect(Resources["TaskExecutionRoleSecrets"]?.Properties["PolicyDocument"]).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["secretsmanager:GetSecretValue"],
          Resource: ["api-keys", "redis", "gdpr"].map((one) => arnOf(made, `aws-store-${one}`)),
        },
      ],
    });
  });
});
