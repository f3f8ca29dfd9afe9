import { serviceAddress, serviceOf } from "../../../../stores/aws/service";

const flag = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

describe("the service of a region", () => {
  test("is made without the SDK's warning of older Nodes, and the environment is as it was", async () => {
    const warned = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    try {
      const service = serviceOf("eu-central-1");
      expect(await service.config.region()).toBe("eu-central-1");
      service.destroy();
      expect(warned).not.toHaveBeenCalled();
      expect(flag in process.env).toBe(false);
    } finally {
      warned.mockRestore();
    }
  });

  test.each([
    [{}, "AWS Secrets Manager"],
    [{ AWS_ENDPOINT_URL: "http://user:word@127.0.0.1:5000/x" }, "http://127.0.0.1:5000"],
    [
      {
        AWS_ENDPOINT_URL: "http://127.0.0.1:1",
        AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://127.0.0.1:2",
      },
      "http://127.0.0.1:2",
    ],
    [{ AWS_ENDPOINT_URL: "no address" }, "AWS Secrets Manager"],
  ])("%j goes by %s", (env, address) => {
    expect(serviceAddress(env)).toBe(address);
  });
});
