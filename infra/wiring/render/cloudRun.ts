import { coordinate } from "./coordinate";
import { image } from "./image";
import { keysOf, loginOf, withoutLogin, type Renderer } from "./renderer";
import { yamlText } from "./yamlText";

/**
 * A service whose instances get the keys from Secret Manager at their start.
 * https://cloud.google.com/run/docs/reference/yaml/v1#service, https://cloud.google.com/run/docs/configuring/services/secrets
 */
export const cloudRun: Renderer = {
  summary: "a service for `gcloud run services replace`",
  cannot(input) {
    if (input.platform.secretMethod !== "gcp") return "Cloud Run reads keys of Google Cloud alone";
    // What it calls a secret has no place for a region:
    // https://cloud.google.com/run/docs/reference/rest/v1/Container#secretkeyselector
    if (keysOf(input, "app").some(({ locator }) => locator["location"] !== undefined)) {
      return "Cloud Run is not documented to read regional secrets; fix: set gcp.secrets.replication to userManaged or automatic, which makes new secrets";
    }
    return loginOf(input, "app", "cloudRun") ? undefined : withoutLogin(input, "app", ["cloudRun"]);
  },
  render(input) {
    const { serviceAccount = "", projectId = "" } = loginOf(input, "app", "cloudRun") ?? {};
    const keys = keysOf(input, "app").map((key) => ({
      env: key.env,
      name: coordinate(key, "name"),
      version: coordinate(key, "version"),
      project: coordinate(key, "projectId"),
    }));
    const aliases = keys
      .filter(({ project }) => project !== projectId)
      .map(({ name, project }) => `${name}:projects/${project}/secrets/${name}`);
    const service = {
      apiVersion: "serving.knative.dev/v1",
      kind: "Service",
      // A secret without a project is one of the service's own: gcloud refuses another project than this.
      metadata: { name: input.target.release, namespace: projectId },
      spec: {
        template: {
          ...(aliases.length > 0 && {
            metadata: { annotations: { "run.googleapis.com/secrets": aliases.join(",") } },
          }),
          spec: {
            serviceAccountName: serviceAccount,
            containers: [
              {
                image,
                env: [
                  { name: "API_ENV", value: input.wiring.apiEnv },
                  ...keys.map(({ env, name, version }) => ({
                    name: env,
                    valueFrom: { secretKeyRef: { name, key: version } },
                  })),
                ],
              },
            ],
          },
        },
      },
    };
    return yamlText(service, [
      "gcloud run services replace <this file> --region <region>",
      "It takes the place of the whole service: add your own settings, and the image's version.",
      "An instance reads the keys when it starts: replace the service after a rotation.",
    ]);
  },
};
