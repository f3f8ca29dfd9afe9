import type { Found, ResourceModel, Values } from "../model";
import { difference, emptyLike } from "../diff";
import { record } from "../../../stores/vault/client";
import type { Api } from "./api";

/** A resource type, once it knows the server that it talks to. */
export type Kind = (api: () => Api) => ResourceModel;

/** A type that is one path, written, read and deleted as a whole: a row of the table. */
export interface Written {
  /** Path with properties in braces; also the resource's id, by which it is imported. */
  readonly path: string;
  readonly required: readonly string[];
  readonly replaceOn: readonly string[];
  /** Properties that stand in the body, by the server's name in snake case. */
  readonly fields: readonly string[];
  readonly defaults: Values;
  readonly computed?: readonly string[];
  /** A property with a path of its own below the resource's. */
  readonly apart?: string;
  /** A map whose values are comma-separated here and lists on the server. */
  readonly lists?: string;
  readonly staysOnDelete?: boolean;
}

export const snake = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Makes a type from its row. A write replaces what exists: the provider asks nothing before it. */
export function written(row: Written): Kind {
  const computed = [...(row.computed ?? []), ...(row.apart === undefined ? [] : [row.apart])];
  const idOf = (values: Values): string =>
    row.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  const pattern = new RegExp(`^${row.path.replaceAll(/\{(\w+)\}/g, "(?<$1>.+)")}$`);

  return (api) => {
    const read = async (id: string): Promise<Found | undefined> => {
      const named = pattern.exec(id)?.groups;
      if (named === undefined) throw new Error(`invalid id ${id}: expected ${row.path}`);
      const answer = await api().read(id);
      if (answer === undefined) return undefined;
      const own = row.fields.map((name): [string, unknown] => [
        name,
        fromServer(row, name, answer[snake(name)]),
      ]);
      const apart =
        row.apart === undefined
          ? {}
          : await api().read(`${id}/${snake(row.apart).replaceAll("_", "-")}`);
      return {
        id,
        properties: {
          ...named,
          ...Object.fromEntries(own.filter(([, value]) => value !== null && value !== undefined)),
          ...(row.apart === undefined ? {} : { [row.apart]: apart?.[snake(row.apart)] }),
        },
      };
    };
    const write = async (id: string, values: Values): Promise<void> => {
      const body = row.fields.filter((name) => values[name] !== undefined);
      await api().write(
        id,
        Object.fromEntries(body.map((name) => [snake(name), toServer(row, name, values[name])])),
      );
      if (row.apart !== undefined && values[row.apart] !== undefined) {
        await api().write(`${id}/${snake(row.apart).replaceAll("_", "-")}`, {
          [snake(row.apart)]: values[row.apart],
        });
      }
    };
    const written = async (id: string): Promise<Found> => {
      const found = await read(id);
      if (found) return found;
      throw new Error(`${id}: was written and is not there`);
    };
    return {
      required: row.required,
      defaults: (inputs) => ({ ...row.defaults, ...inputs }),
      diff: (recorded, wanted, before) =>
        difference({ replaceOn: row.replaceOn, computed }, recorded, wanted, before),
      async create(inputs) {
        const id = idOf(inputs);
        await write(id, inputs);
        return written(id);
      },
      read,
      async update(id, recorded, wanted) {
        const unset = row.fields.filter(
          (name) => wanted[name] === undefined && recorded[name] !== undefined,
        );
        const emptied = unset
          .filter((name) => !computed.includes(name))
          .map((name) => [name, emptyLike(recorded[name])] as const);
        const apartSame = row.apart !== undefined && recorded[row.apart] === wanted[row.apart];
        const changed = apartSame ? without(wanted, row.apart) : wanted;
        await write(id, { ...Object.fromEntries(emptied), ...changed });
        return (await written(id)).properties;
      },
      async delete(id) {
        if (row.staysOnDelete !== true) await api().remove(id);
      },
    };
  };
}

const without = (values: Values, name: string | undefined): Values =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

const toServer = ({ lists }: Written, name: string, value: unknown): unknown =>
  name === lists
    ? Object.fromEntries(
        Object.entries(record(value)).map(([key, text]) => [key, String(text).split(",")]),
      )
    : value;

function fromServer({ lists }: Written, name: string, value: unknown): unknown {
  if (name === lists) {
    return Object.fromEntries(
      Object.entries(record(value)).map(([key, list]) => [
        key,
        Array.isArray(list) ? list.join(",") : list,
      ]),
    );
  }
  // The server drops the mask of a single address; the provider puts it back.
  if (name === "tokenBoundCidrs" && Array.isArray(value)) {
    return value.map((address) => {
      const text = String(address);
      if (text.includes("/")) return text;
      return `${text}/${text.includes(":") ? "128" : "32"}`;
    });
  }
  return value;
}
