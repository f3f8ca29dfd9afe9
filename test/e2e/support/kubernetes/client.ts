import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";

/** A manifest, as far as every kind has it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Who asks: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
export interface Person {
  readonly user: string;
  readonly groups?: readonly string[];
}

/** Where the server is, and with what to log in. PEM. */
export interface Access {
  readonly address: string;
  readonly ca: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly token?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** What `kubectl` prints as warnings: deprecated versions, fields that have no effect, Pod security. */
  readonly warnings: readonly string[];
}

/** A refusal, with the server's own status. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super((body as { message?: string }).message ?? `status ${String(status)}`);
  }
}

export interface ApplyOptions {
  /** Take fields over from other managers. @default false */
  readonly force?: boolean;
  /** Everything but the storing. @default false */
  readonly dryRun?: boolean;
  /** @default "promptsentinel" */
  readonly fieldManager?: string;
}

/**
 * The few requests that tests make. Not @kubernetes/client-node: its typed models are for writing programs, and what is
 * applied here are our own manifests, as they are.
 */
export class KubernetesClient {
  readonly #agent: Agent;

  constructor(
    private readonly access: Access,
    private readonly person?: Person,
    agent?: Agent,
  ) {
    const { ca, certificate, key } = access;
    this.#agent = agent ?? new Agent({ connect: { ca, cert: certificate, key } });
  }

  /** The same client, acting as somebody else, which only the administrator may. */
  as(user: string, ...groups: string[]): KubernetesClient {
    return new KubernetesClient(this.access, { user, groups }, this.#agent);
  }

  async call(method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE", path: string, body?: unknown) {
    const { address, token } = this.access;
    const type = method === "PATCH" ? "application/apply-patch+yaml" : "application/json";
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(address + path, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...(body === undefined ? {} : { "content-type": type }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(this.person && { "impersonate-user": this.person.user }),
        ...(this.person?.groups?.length && { "impersonate-group": [...this.person.groups] }),
      },
      // JSON is YAML.
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    const warnings = [headers["warning"] ?? []].flat();
    const json = String(headers["content-type"]).includes("json");
    return { status: statusCode, body: json ? (JSON.parse(text) as unknown) : text, warnings };
  }

  /** @throws {Refused} */
  async ask<T = Manifest>(...args: Parameters<KubernetesClient["call"]>): Promise<T> {
    const { status, body } = await this.call(...args);
    if (status >= 300) throw new Refused(status, body);
    return body as T;
  }

  /**
   * Server-side apply (https://kubernetes.io/docs/reference/using-api/server-side-apply/). A field that the server does
   * not know is an error, not a warning.
   * @returns what is stored now, with the server's defaults
   * @throws {Refused}
   */
  async apply(manifest: Manifest, options: ApplyOptions = {}): Promise<Manifest> {
    const { force = false, dryRun = false, fieldManager = "promptsentinel" } = options;
    const query = new URLSearchParams({ fieldManager, fieldValidation: "Strict" });
    if (force) query.set("force", "true");
    if (dryRun) query.set("dryRun", "All");
    return this.ask("PATCH", `${await this.pathOf(manifest)}?${String(query)}`, manifest);
  }

  /** @throws {Refused} */
  async get(object: Pick<Manifest, "apiVersion" | "kind" | "metadata">): Promise<Manifest> {
    return this.ask("GET", await this.pathOf(object));
  }

  /**
   * Whether somebody may do that, by the server's own word:
   * https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/
   */
  async may(
    { user, groups = [] }: Person,
    action: {
      readonly verb: string;
      readonly resource: string;
      readonly group?: string;
      readonly subresource?: string;
      readonly namespace?: string;
      readonly name?: string;
    },
  ): Promise<boolean> {
    const review = await this.ask<{ readonly status: { readonly allowed: boolean } }>(
      "POST",
      "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SubjectAccessReview",
        spec: { user, groups, resourceAttributes: action },
      },
    );
    return review.status.allowed;
  }

  /** Waits until a role that was just bound has reached the server's own memory. */
  async untilMay(...[person, action]: Parameters<KubernetesClient["may"]>): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!(await this.may(person, action))) {
      if (Date.now() > deadline)
        throw new Refused(403, { message: `${person.user} still may not` });
      await sleep(20);
    }
  }

  /** A service account's own token: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
  async tokenOf(namespace: string, name: string, audiences: readonly string[] = []) {
    const { status } = await this.ask<{ readonly status: { readonly token: string } }>(
      "POST",
      `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { audiences, expirationSeconds: 600 },
      },
    );
    return status.token;
  }

  /** Applies CustomResourceDefinitions, and waits until the server serves what they define. */
  async define(definitions: readonly Manifest[]): Promise<void> {
    for (const definition of definitions) await this.apply(definition);
    for (const definition of definitions) {
      const { group, names, versions } = definition["spec"] as Definition;
      for (const { name } of versions.filter(({ served }) => served)) {
        const deadline = Date.now() + 30_000;
        while (
          !(await this.resourcesOf(`${group}/${name}`)).some((one) => one.kind === names.kind)
        ) {
          if (Date.now() > deadline) throw new Error(`${definition.metadata.name}: not served`);
          await sleep(50);
        }
      }
    }
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  private async pathOf(object: Pick<Manifest, "apiVersion" | "kind" | "metadata">) {
    const { apiVersion, kind, metadata } = object;
    const resource = (await this.resourcesOf(apiVersion)).find((one) => one.kind === kind);
    if (!resource) throw new Error(`the server has no ${kind} in ${apiVersion}`);
    const { namespace = "default" } = metadata;
    const within = resource.namespaced ? `/namespaces/${namespace}` : "";
    return `${baseOf(apiVersion)}${within}/${resource.name}/${metadata.name}`;
  }

  /** Which resource a kind is: https://kubernetes.io/docs/reference/using-api/api-concepts/#discovery-api */
  private async resourcesOf(apiVersion: string): Promise<readonly Resource[]> {
    const { status, body } = await this.call("GET", baseOf(apiVersion));
    if (status === 404) return [];
    if (status !== 200) throw new Refused(status, body);
    const { resources } = body as { readonly resources: readonly Resource[] };
    return resources.filter(({ name }) => !name.includes("/"));
  }
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

interface Definition {
  readonly group: string;
  readonly names: { readonly kind: string };
  readonly versions: readonly { readonly name: string; readonly served: boolean }[];
}

const baseOf = (apiVersion: string): string =>
  `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
