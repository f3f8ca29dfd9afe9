const { PolicyPack } = require("@pulumi/policy");

new PolicyPack("of-the-test", {
  policies: [
    {
      name: "reads-an-arn",
      description: "Reads an ARN.",
      enforcementLevel: "mandatory",
      validateResource({ props }, report) {
        if (String(props.queueUrl ?? "").startsWith("no")) report("never");
      },
    },
  ],
});
