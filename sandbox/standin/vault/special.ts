import { record } from "../../../stores/vault/client";
import { difference } from "../diff";
import type { ResourceModel, Values } from "../model";
import { snake, type Kind } from "./written";

/** What the mounts share: created at a path that must be free, tuned in place, unmounted on delete. */
interface Mounted {
  /** Where mounts of this kind are: `sys/mounts` or `sys/auth`. */
  readonly at: string;
  readonly required: readonly string[];
  readonly defaults: Values;
  readonly replaceOn: readonly string[];
  /** Properties of the mount itself. */
  readonly own: readonly string[];
}

function mounted(row: Mounted): Kind {
  return (api) => {
    const model: ResourceModel = {
      required: row.required,
      defaults: (inputs) => ({ ...row.defaults, ...inputs }),
      diff: (recorded, wanted, before) =>
        difference({ replaceOn: row.replaceOn, computed: ["accessor"] }, recorded, wanted, before),
      // The server answers 400 where something is mounted already: `path is already in use`.
      async create(inputs) {
        const path = String(inputs["path"]);
        await api().write(`${row.at}/${path}`, picked(inputs, row.own));
        return { id: path, properties: await after(model, path, inputs) };
      },
      async read(id, recorded) {
        const answer = await api().read(`${row.at}/${id}`);
        if (answer === undefined) return undefined;
        const read = row.own.map((name) => [name, answer[snake(name)]] as const);
        return {
          id,
          properties: {
            ...recorded,
            ...Object.fromEntries(
              read.filter(([, value]) => value !== undefined && value !== null),
            ),
            path: id,
            accessor: answer["accessor"],
          },
        };
      },
      async update(id, recorded, wanted) {
        const tuned = changed(row.own, recorded, wanted);
        // Tuning a login method's mount goes by its path below sys/mounts.
        const tune = row.at === "sys/auth" ? `sys/mounts/auth/${id}/tune` : `${row.at}/${id}/tune`;
        if (tuned.length > 0) await api().write(tune, picked(wanted, tuned));
        return after(model, id, wanted);
      },
      async delete(id) {
        await api().remove(`${row.at}/${id}`);
      },
    };
    return model;
  };
}

const picked = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(
    names.filter((name) => values[name] !== undefined).map((name) => [snake(name), values[name]]),
  );

const changed = (names: readonly string[], recorded: Values, wanted: Values): string[] =>
  names.filter((name) => JSON.stringify(recorded[name]) !== JSON.stringify(wanted[name]));

/** The state after a write is what the server then shows. */
async function after(model: ResourceModel, id: string, inputs: Values): Promise<Values> {
  const found = await model.read(id, inputs);
  if (found) return found.properties;
  throw new Error(`${id}: was written and is not there`);
}

/** `vault_mount`: https://registry.terraform.io/providers/hashicorp/vault/latest/docs/resources/mount */
export const mount = mounted({
  at: "sys/mounts",
  required: ["path", "type"],
  defaults: {},
  replaceOn: ["path", "type"],
  own: ["type", "description", "options"],
});

/** `vault_auth_backend`: https://registry.terraform.io/providers/hashicorp/vault/latest/docs/resources/auth_backend */
export const authBackend = mounted({
  at: "sys/auth",
  required: ["type"],
  defaults: {},
  replaceOn: ["path", "type"],
  own: ["type", "description"],
});

/** `vault_policy`: overwrites what exists. https://registry.terraform.io/providers/hashicorp/vault/latest/docs/resources/policy */
export const policy: Kind = (api) => {
  const at = (name: string): string => `sys/policies/acl/${name}`;
  const put = async (values: Values): Promise<void> => {
    await api().write(at(String(values["name"])), { policy: values["policy"] });
  };
  return {
    required: ["name", "policy"],
    defaults: (inputs) => inputs,
    diff: (recorded, wanted, before) =>
      difference({ replaceOn: ["name"], computed: [] }, recorded, wanted, before),
    async create(inputs) {
      await put(inputs);
      return { id: String(inputs["name"]), properties: inputs };
    },
    async read(id) {
      const found = await api().read(at(id));
      return found && { id, properties: { name: id, policy: found["policy"] } };
    },
    async update(_id, _recorded, wanted) {
      await put(wanted);
      return wanted;
    },
    async delete(id) {
      await api().remove(at(id));
    },
  };
};

/** `vault_audit`: everything forces a new one. https://registry.terraform.io/providers/hashicorp/vault/latest/docs/resources/audit */
export const audit: Kind = (api) => ({
  required: ["type", "options"],
  defaults: (inputs) => ({ path: inputs["type"], ...inputs }),
  diff: (recorded, wanted, before) =>
    difference({ replaceOn: ["path", "type", "options"], computed: [] }, recorded, wanted, before),
  async create(inputs) {
    const path = String(inputs["path"]);
    await api().write(`sys/audit/${path}`, { type: inputs["type"], options: inputs["options"] });
    return { id: path, properties: inputs };
  },
  async read(id) {
    const found = record((await api().read("sys/audit"))?.[`${id}/`]);
    return found["type"] === undefined
      ? undefined
      : { id, properties: { path: id, type: found["type"], options: found["options"] } };
  },
  update: () => Promise.reject(new Error("an audit device is replaced, never updated")),
  async delete(id) {
    await api().remove(`sys/audit/${id}`);
  },
});

/** `vault_generic_endpoint`: https://registry.terraform.io/providers/hashicorp/vault/latest/docs/resources/generic_endpoint */
export const genericEndpoint: Kind = (api) => {
  const parsed = (text: unknown): Record<string, unknown> =>
    typeof text === "string" && text !== "" ? record(JSON.parse(text)) : {};
  const write = async (values: Values): Promise<void> => {
    await api().write(String(values["path"]), parsed(values["dataJson"]));
  };
  const model: ResourceModel = {
    required: ["path", "dataJson"],
    defaults: (inputs) => ({
      disableRead: false,
      disableDelete: false,
      ignoreAbsentFields: false,
      ...inputs,
      // Compared as JSON, whatever the spaces and the order.
      dataJson: canonical(parsed(inputs["dataJson"])),
    }),
    diff: (recorded, wanted, before) =>
      difference({ replaceOn: ["path"], computed: [] }, recorded, wanted, before),
    async create(inputs) {
      await write(inputs);
      const path = String(inputs["path"]);
      return { id: path, properties: await after(model, path, inputs) };
    },
    async read(id, recorded) {
      const answer = await api().read(id);
      if (answer === undefined) return undefined;
      const supplied = parsed(recorded["dataJson"]);
      const relevant =
        recorded["ignoreAbsentFields"] === true
          ? Object.fromEntries(
              Object.entries(supplied).map(([name, value]) => [
                name,
                name in answer ? answer[name] : value,
              ]),
            )
          : answer;
      return { id, properties: { ...recorded, path: id, dataJson: canonical(relevant) } };
    },
    async update(id, _recorded, wanted) {
      await write(wanted);
      return after(model, id, wanted);
    },
    async delete(id, recorded) {
      if (recorded["disableDelete"] !== true) await api().remove(id);
    },
  };
  return model;
};

/** JSON with its names in order, as the provider normalizes it. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
