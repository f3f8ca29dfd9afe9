import { isDeepStrictEqual } from "node:util";
import type { ResourceModel, StandIn, Values } from "../model";
import { serve, type RunningStandIn } from "../server";
import { resourceClass } from "./sdk";
import { exampleAccount, placeOf, shaped } from "./shapes";

/**
 * One stand-in for every provider: it keeps what it is given, and makes up what the installed SDK says that a provider
 * adds. It knows nothing of what a provider would refuse, and nothing of what forces a replacement.
 */
export function serveGenericStandIn(): Promise<RunningStandIn> {
  let settings: Values = {};
  const standIn: StandIn = {
    packageName: "every",
    version: "1.0.0",
    notice:
      "this is one stand-in for all providers, not the real plugins: outputs are made up, and a change may be an update or a replacement, which is not known here",
    configure(given) {
      settings = { ...settings, ...given };
    },
    model: (type) => model(type, () => settings),
    invoke(token) {
      const answer = functions[token];
      if (answer) return answer(settings);
      throw new Error(
        `${token}: the stand-in does not know this function; fix: compute what the program needs from its settings`,
      );
    },
  };
  return serve(standIn);
}

function model(type: string, settings: () => Values): ResourceModel {
  const { required, outputs } = resourceClass(type);
  const complete = (inputs: Values, name: string): Values => {
    const place = placeOf(type, name, inputs, settings());
    return {
      ...Object.fromEntries(
        Object.entries(outputs).map(([property, form]) => [
          property,
          shaped(property, form, place),
        ]),
      ),
      ...(inputs["tags"] === undefined ? {} : { tagsAll: inputs["tags"] }),
      ...inputs,
    };
  };
  return {
    required,
    defaults: (inputs) => inputs,
    diff(_recorded, wanted, before) {
      const names = [...new Set([...Object.keys(before), ...Object.keys(wanted)])];
      return {
        changes: names.filter((name) => !isDeepStrictEqual(before[name], wanted[name])),
        replaces: [],
      };
    },
    create(inputs, name) {
      const properties = complete(inputs, name);
      const id = [properties["arn"], properties["name"], name].find(
        (one) => typeof one === "string" && one !== "",
      );
      return Promise.resolve({ id: String(id), properties });
    },
    read: (id, recorded) => Promise.resolve({ id, properties: recorded }),
    update: (_id, recorded, wanted) => Promise.resolve({ ...recorded, ...wanted }),
    delete: () => Promise.resolve(),
  };
}

/** Functions that tell where the program runs: by the providers' own documentation of them. */
const functions: Readonly<Record<string, (settings: Values) => Values>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: exampleAccount,
    arn: `arn:aws:iam::${exampleAccount}:user/rehearsal`,
    id: exampleAccount,
    userId: "AIDACKCEVSQ6C2EXAMPLE",
  }),
  "aws:index/getPartition:getPartition": () => ({
    dnsSuffix: "amazonaws.com",
    id: "aws",
    partition: "aws",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": ({ region }) => ({ id: region, region, name: region }),
};
