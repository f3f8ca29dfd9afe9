import { denied, invalid } from "./errors";
import { hostOf, parsedName, secretName, versionName, type Kind, type Name } from "./names";
import {
  operations,
  type Message,
  type Method,
  type Operation,
  type Permission,
} from "./operations";
import { Secrets } from "./secrets";
import type { Tokens } from "./tokens";
import type { Lookup } from "./versions";

/** What a permission is asked of, by the attributes that conditions see.
 * https://cloud.google.com/iam/docs/conditions-resource-attributes */
export interface Resource {
  readonly service: "secretmanager.googleapis.com" | "cloudresourcemanager.googleapis.com";
  readonly type:
    | `secretmanager.googleapis.com/${"Secret" | "SecretVersion"}`
    | "cloudresourcemanager.googleapis.com/Project";
  /** With the project's number. A version is named as it was asked for: no page says whether `latest` is looked up first. */
  readonly name: string;
}

/**
 * Whether a member may. The stand-in knows no role, group or policy.
 * @param member as a policy writes it
 */
export type Decide = (
  member: string,
  permission: Permission,
  resource: Resource,
  time: Date,
) => boolean;

/** What a request turned out to be, without what was in it. */
export interface Call {
  readonly method: Method;
  member?: string;
  /** The full name of what it is about. */
  resource?: string;
  /** gRPC's name of the answer's code, or CUT. */
  code: string;
  /** When it came. Milliseconds. */
  readonly at: number;
}

/** The API, without the connections that it is reached by. */
export class Service {
  private readonly secrets: Secrets;

  constructor(
    private readonly lookup: Lookup,
    private readonly tokens: Tokens,
    private readonly decide: Decide,
  ) {
    this.secrets = new Secrets(lookup.place, lookup.now);
  }

  /**
   * Answers a request: first who it is, then whether it may, then whether there is anything.
   * @param call is filled in with what it is
   * @throws ServiceError
   */
  answer(method: Method, message: Message, authorization: string | undefined, call: Call): object {
    const member = this.tokens.callerOf(authorization);
    call.member = member;
    const { permission, about, named, run }: Operation = operations[method];
    const name = parsedName(about, named(message));
    const resource = this.resourceOf(about, name);
    call.resource = resource.name;
    const { place, now } = this.lookup;
    // Of another project nothing is known, not even that it is there.
    const here = [place.projectId, place.projectNumber].includes(name.project);
    if (!here || !this.decide(member, permission, resource, now())) {
      throw denied(permission, name.asked);
    }
    return run({ ...this.lookup, secrets: this.secrets, name, message });
  }

  private resourceOf(about: Kind, { asked, location, secret, version }: Name): Resource {
    const { place } = this.lookup;
    if (location !== place.location) throw invalid(`${asked}: is not at ${hostOf(place)}`);
    if (about === "project") {
      const name = `projects/${place.projectNumber}`;
      const service = "cloudresourcemanager.googleapis.com";
      return { service, type: `${service}/Project`, name };
    }
    const service = "secretmanager.googleapis.com";
    return about === "secret"
      ? { service, type: `${service}/Secret`, name: secretName(place, secret) }
      : { service, type: `${service}/SecretVersion`, name: versionName(place, secret, version) };
  }
}
