import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { render } from "../../../infra/wiring/render";
import { max, min } from "../../fixtures/aws";
import { external } from "../../fixtures/awsWiring";
import { documentOf } from "../../fixtures/documentOf";
import { arnOf, wiringOf, type EcsBlock } from "../support/ecsReads";
import { findTools } from "../support/goTools/find";
import { testWith } from "../support/needs";
import { recordedUp, type Up } from "../support/recordedUp";

const found = findTools("tofu");
const testTofu = testWith("missing" in found ? found.missing : undefined);

/** Runs commands of OpenTofu's in a folder of these files, and gives what the last of them wrote. */
async function tofu(
  files: Readonly<Record<string, string>>,
  commands: readonly (readonly string[])[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  if ("missing" in found) throw new Error(found.missing);
  const dir = await mkdtemp(join(tmpdir(), "secrets-test-"));
  try {
    for (const [name, text] of Object.entries({ ...files, "empty.tfrc": "" })) {
      await writeFile(join(dir, name), text);
    }
    let last = "";
    for (const command of commands) {
      const { stdout } = await execa(join(found.bin, "tofu"), [...command], {
        cwd: dir,
        env: { TF_CLI_CONFIG_FILE: join(dir, "empty.tfrc"), CHECKPOINT_DISABLE: "1", ...env },
      });
      last = stdout;
    }
    return last;
  } finally {
    await rm(dir, { recursive: true });
  }
}

const init = ["init", "-input=false", "-no-color"];

/**
 * The variables that the application's deployment/terraform declares and that matter here. The provider hashicorp/aws is
 * not among the Go modules that tests take OpenTofu from, so its main.tf is not planned.
 */
const application = `
variable "aws_region" {
  type    = string
  default = "us-east-1"
}
variable "environment" {
  type = string
  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "one of dev, staging, prod"
  }
}
variable "redis_enabled" {
  type    = bool
  default = false
}
variable "anthropic_api_key" {
  type      = string
  sensitive = true
}
variable "openai_api_key" {
  type    = string
  default = ""
}
variable "gemini_api_key" {
  type    = string
  default = ""
}
output "region" {
  value = var.aws_region
}
output "environment" {
  value = var.environment
}
`;

describe("tfvars", () => {
  interface Message {
    readonly "@message": string;
    readonly diagnostic?: { readonly summary: string };
    readonly changes?: unknown;
  }
  /** What a plan with the file complains of, and with which outputs it would end. */
  const planned = async (text: string) => {
    const plan = ["plan", "-input=false", "-json", "-var-file", "stack.tfvars"];
    const files = { "variables.tf": application, "stack.tfvars": text };
    const lines = (await tofu(files, [init, plan], { TF_VAR_anthropic_api_key: "" })).split("\n");
    const messages = lines.map((line) => JSON.parse(line) as Message);
    return messages.flatMap(({ diagnostic }) => diagnostic?.summary ?? []);
  };

  testTofu("sets variables that the application declares, to what it takes", async () => {
    for (const raw of [max, min]) {
      expect(await planned(render(await documentOf(raw), "tfvars"))).toEqual([]);
    }
  });

  testTofu(
    "a variable that it does not declare would be told, and a stage that it refuses",
    async () => {
      const text = render(await documentOf(min), "tfvars");
      expect(await planned(`${text}secret_arn = "x"\n`)).toEqual(["Value for undeclared variable"]);
      await expect(planned(text.replace('"dev"', '"development"'))).rejects.toThrow();
    },
  );

  testTofu("arrives in the variables", async () => {
    const apply = ["apply", "-input=false", "-auto-approve", "-no-color", "-var-file", "a.tfvars"];
    const files = {
      "variables.tf": application,
      "a.tfvars": render(await documentOf(max), "tfvars"),
    };
    const outputs = await tofu(files, [init, apply, ["output", "-json"]], {
      TF_VAR_anthropic_api_key: "",
    });
    expect(JSON.parse(outputs)).toMatchObject({
      region: { value: "eu-central-1" },
      environment: { value: "prod" },
    });
  });
});

describe("terraform", () => {
  const fmt = ["fmt", "-check", "-diff", "-no-color"];

  testTofu("is HCL, in the form of `terraform fmt`", async () => {
    for (const raw of [max, min, external]) {
      const document = await documentOf(raw);
      const files = {
        "secrets.tf": render(document, "terraform"),
        "stack.tfvars": render(document, "tfvars"),
      };
      expect(await tofu(files, [fmt])).toBe("");
    }
    const text = render(await documentOf(min), "terraform");
    for (const broken of [
      text.replace("locals {", "locals"),
      text.replace("\n  name = ", "\n  name="),
    ]) {
      await expect(tofu({ "secrets.tf": broken }, [fmt])).rejects.toThrow();
    }
  });

  describe("what main.tf takes of it, on what the engine recorded", () => {
    let made: readonly Up[];
    beforeAll(async () => {
      made = await recordedUp(max);
    });

    /**
     * The locals and variables of the file, as OpenTofu evaluates them. Data sources and resources need the provider: a
     * text stands for each of their attributes, the recorded ARN of the secret of that name among them.
     */
    const evaluated = async (own: boolean): Promise<Record<string, { value: unknown }>> => {
      const text = render(wiringOf(made), "terraform", { platform: "aws" });
      const blocks = text.match(/^(variable|locals)\b.*\{\n[\s\S]*?^\}$/gm) ?? [];
      const names = new Map(
        [
          ...text.matchAll(/^data "aws_secretsmanager_secret" "(\w+)" \{\n {2}name = "(.+)"$/gm),
        ].map(([, word = "", name = ""]) => [word, name]),
      );
      const children: Readonly<Record<string, string>> = {
        "promptsentinel/api-keys": "api-keys",
        "promptsentinel/cache": "redis",
        "promptsentinel/gdpr": "gdpr",
      };
      const known = blocks
        .join("\n")
        .replaceAll(/data\.aws_secretsmanager_secret\.(\w+)\.arn/g, (_, word: string) =>
          JSON.stringify(arnOf(made, `aws-store-${children[names.get(word) ?? ""] ?? "none"}`)),
        )
        .replaceAll("aws_iam_role.ecs_task_execution.arn", '"its own"');
      const outputs = ["secrets", "api_env", "execution_role_arn"].map(
        (name) => `output "${name}" {\n  value = local.promptsentinel_${name}\n}\n`,
      );
      const apply = ["apply", "-input=false", "-auto-approve", "-no-color"];
      const files = { "main.tf": `${known}\n${outputs.join("")}` };
      const env = { TF_VAR_own_execution_role: String(own) };
      return JSON.parse(await tofu(files, [init, apply, ["output", "-json"]], env)) as Record<
        string,
        { value: unknown }
      >;
    };

    testTofu("is what the format ecs says", async () => {
      const block = JSON.parse(render(wiringOf(made), "ecs", { platform: "aws" })) as EcsBlock;
      expect(await evaluated(false)).toMatchObject({
        secrets: { value: block.taskDefinition.containerDefinitions[0]?.secrets },
        api_env: { value: "production" },
        execution_role_arn: { value: block.taskDefinition.executionRoleArn },
      });
    });

    testTofu("is the application's own role for whoever keeps it", async () => {
      expect((await evaluated(true))["execution_role_arn"]?.value).toBe("its own");
    });
  });
});
