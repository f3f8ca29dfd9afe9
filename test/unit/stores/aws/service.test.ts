import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { isLost, meaning } from "../../../../stores/aws/errors";
import { callSettings, serviceAddress, serviceOf } from "../../../../stores/aws/service";

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

  test("does not wait for ever for the rest of an answer that has begun, which may have been a write's", async () => {
    const server = createServer((_from, to) => {
      to.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).write("{");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { throwOnRequestTimeout, ...waits } = callSettings.requestHandler;
    // A hundredth of each wait.
    const short: Readonly<Record<string, number>> = Object.fromEntries(
      Object.entries(waits).map(([name, ms]) => [name, ms / 100]),
    );
    const service = new SecretsManagerClient({
      ...callSettings,
      requestHandler: { throwOnRequestTimeout, ...short },
      region: "eu-central-1",
      endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const error: unknown = await service
      .send(new DescribeSecretCommand({ SecretId: "x" }))
      .catch((reason: unknown) => reason);
    expect(isLost(error)).toBe(true);
    expect(meaning(error, "x: describing")).toMatchObject({ kind: "unreachable" });
    service.destroy();
    server.closeAllConnections();
    server.close();
  }, 20_000);

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
