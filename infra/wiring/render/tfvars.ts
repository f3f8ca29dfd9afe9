import { cannotTask, ecsTask } from "./ecsTask";
import { aligned } from "./hcl";
import type { Renderer } from "./renderer";

/** Values of the application's own variables (deployment/terraform/variables.tf) that the stack knows. */
export const tfvars: Renderer = {
  summary: "a .tfvars file for the application's Terraform variables",
  cannot: cannotTask,
  render(input) {
    const values = { aws_region: ecsTask(input).region, environment: input.wiring.stage };
    return `${comment.map((line) => `# ${line}\n`).join("")}${aligned(values)}`;
  },
};

const comment = [
  "For deployment/terraform of the application. It has no variable for a secret that exists: the format terraform has what",
  "takes its place. Until then anthropic_api_key is required, and openai_api_key and gemini_api_key can be set: none stands here.",
  "main.tf gives environment to API_ENV, which takes other names: the format terraform mends that too.",
];
