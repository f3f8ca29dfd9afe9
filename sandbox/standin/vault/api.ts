import { errorsOf, record, VaultError, type VaultClient } from "../../../stores/vault/client";
import type { Values } from "../model";

/** Told of each write before it is sent and after it has been answered: where a test can cut a run off. */
export type Observer = (moment: "before" | "after", call: string) => void | Promise<void>;

/** The calls that the resource types are made of. */
export class Api {
  constructor(
    private readonly client: VaultClient,
    private readonly observe: Observer | undefined,
  ) {}

  /** Undefined when nothing is there: 404, or the 400 of a mount that does not exist. */
  async read(path: string): Promise<Values | undefined> {
    const { status, body } = await this.client.call("GET", path);
    const errors = errorsOf(body);
    const noMount = errors.some((text) => /^No (secret engine mount|auth engine) at/.test(text));
    if (status === 404 || (status === 400 && noMount)) return undefined;
    if (status >= 300) throw new VaultError("GET", path, status, errors);
    return record(record(body)["data"] ?? body);
  }

  async write(path: string, body: Values): Promise<void> {
    await this.change("POST", path, body);
  }

  async remove(path: string): Promise<void> {
    await this.change("DELETE", path);
  }

  private async change(method: "POST" | "DELETE", path: string, body?: Values): Promise<void> {
    await this.observe?.("before", `${method} ${path}`);
    await this.client.ask(method, path, body);
    await this.observe?.("after", `${method} ${path}`);
  }
}
