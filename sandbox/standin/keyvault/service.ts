import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { Backups } from "./backups";
import type { VaultFacts } from "./bundles";
import { badParameter, forbiddenByRbac } from "./errors";
import {
  operations,
  routed,
  type DataAction,
  type Operation,
  type OperationName,
} from "./operations";
import { apiVersion, checkedName } from "./requests";
import type { Tokens } from "./tokens";
import { Vault } from "./vault";

/**
 * Whether a caller may: its object id, the data action, and the secret, which is not there where the whole vault is
 * asked about, as a list does (https://learn.microsoft.com/azure/key-vault/general/rbac-abac#read-secret-metadata).
 */
export type Authorize = (oid: string, action: DataAction, secret: string | undefined) => boolean;

/** What a request turned out to be, without what was in it. */
export interface Call {
  /** Of the operation in the vault's log; not there where none was found. */
  operation?: OperationName;
  oid?: string;
  secret?: string | undefined;
  /** Zero where the connection was cut. */
  status: number;
  /** When it came. Milliseconds. */
  readonly at: number;
}

/** What is answered when nothing goes wrong. */
export interface Answer {
  readonly status: 200 | 204;
  readonly body?: object;
}

/** The API, without the connections that it is reached by. */
export class Service {
  private readonly vault: Vault;
  private readonly backups = new Backups();

  constructor(
    private readonly facts: VaultFacts,
    private readonly tokens: Tokens,
    private readonly authorize: Authorize,
  ) {
    this.vault = new Vault(facts);
  }

  /**
   * Answers a request: first who it is, then whether it may, then whether there is anything.
   * @param call is filled in with what it is
   * @throws ServiceError
   */
  async answer(request: IncomingMessage, call: Call): Promise<Answer> {
    const { oid } = this.tokens.callerOf(request.headers.authorization);
    call.oid = oid;
    const url = new URL(request.url ?? "/", this.facts.url);
    const { operation, name: named, version } = routed(request.method ?? "", url);
    call.operation = operation;
    const { tellsPrevious } = apiVersion(url.searchParams);
    const { action, names, run }: Operation = operations[operation];
    const body = await bodyOf(request);
    const name = named === undefined ? names?.(this.backups, body) : checkedName(named);
    call.secret = name;
    if (!this.authorize(oid, action, name)) {
      throw forbiddenByRbac(oid, action, name === undefined ? "the vault" : `secrets/${name}`);
    }
    const { facts, vault, backups } = this;
    const result = run({ facts, vault, backups, url, name: name ?? "", version, body });
    if (result === undefined) return { status: 204 };
    return {
      status: 200,
      body: tellsPrevious ? result : { ...result, previousVersion: undefined },
    };
  }
}

/** https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses#request-body-requirements */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (!["PUT", "PATCH", "POST"].includes(request.method ?? "")) return undefined;
  // A recovery and a backup have none, which is not JSON.
  if (!(Number(request.headers["content-length"] ?? 0) > 0)) return undefined;
  try {
    return await json(request);
  } catch {
    throw badParameter("the body is not JSON");
  }
}
