import { forgetEmptyVariables } from "../../../cli/emptyVariables";

test("variables of the options that are empty are as if they were not set; others stay", () => {
  const env = {
    ...{ SECRET_METHOD: "", PULUMI_STACK: "", DOTENV_ENVIRONMENT: "" },
    ...{ OPENAI_API_KEY: "", PATH: "/bin" },
  };
  forgetEmptyVariables(env);
  expect(env).toStrictEqual({ OPENAI_API_KEY: "", PATH: "/bin" });
});

test("those that say something stay", () => {
  const env = { SECRET_METHOD: "vault", PULUMI_STACK: "dev" };
  forgetEmptyVariables(env);
  expect(env).toStrictEqual({ SECRET_METHOD: "vault", PULUMI_STACK: "dev" });
});
