import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";
import { toPolicy } from "./toPolicy";

new PolicyPack("promptsentinel-secrets", {
  enforcementLevel: "mandatory",
  policies: rules().map((rule) => toPolicy(rule)),
});
