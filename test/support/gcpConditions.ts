import type { Binding } from "./gcpBindings";
import { expressionOf } from "./gcpCel";

/** Number of each project, by its id: Google knows them by both. */
export type Projects = Readonly<Record<string, string>>;

/** What a condition is asked about. */
export interface Asked {
  readonly resource: string;
  readonly at: string;
}

/** https://cloud.google.com/iam/docs/conditions-overview#limitations */
const unconditional = /^(allUsers|allAuthenticatedUsers|roles\/(owner|editor|viewer))$/;

/**
 * Whether a grant holds for what is asked. A condition whose evaluation is an error grants nothing.
 * @throws when Google would refuse the condition, or it has what is not known here
 */
export function conditionOf(
  { name, role, member, condition }: Binding,
  projects: Projects,
): (asked: Asked) => boolean {
  if (condition === undefined) return () => true;
  if (unconditional.test(member) || unconditional.test(role)) {
    throw new Error(`${name}: ${role} for ${member} takes no condition`);
  }
  const { expression } = condition;
  const holds = expressionOf(expression, ["request", "resource"]);
  const ofResource = /\bresource\./.test(expression);
  return ({ resource, at }) => {
    const time = new Date(at);
    if (Number.isNaN(time.getTime())) throw new Error(`asked at ${at}, which is no time`);
    const attributes = ofResource ? attributesOf(resource, projects) : {};
    try {
      return holds({ request: { time }, resource: attributes }) === true;
    } catch {
      return false;
    }
  };
}

/**
 * What a condition knows of a resource. Its name has the project's number.
 * https://cloud.google.com/iam/docs/conditions-resource-attributes
 * @throws when that is not known here
 */
function attributesOf(resource: string, projects: Projects): Readonly<Record<string, string>> {
  const [, id = "", rest = "", secret, version] =
    /^projects\/([^/]+)((?:(?:\/locations\/[^/]+)?(\/secrets\/[^/]+)(\/versions\/[^/]+)?)?)$/.exec(
      resource,
    ) ?? [];
  if (id === "") throw new Error(`${resource}: a condition asks for it, which is not known here`);
  const name = `projects/${projects[id] ?? ""}${rest}`;
  const of = (service: string, kind: string) => ({
    ...{ name, service: `${service}.googleapis.com`, type: `${service}.googleapis.com/${kind}` },
  });
  if (secret === undefined) return of("cloudresourcemanager", "Project");
  return of("secretmanager", version === undefined ? "Secret" : "SecretVersion");
}
