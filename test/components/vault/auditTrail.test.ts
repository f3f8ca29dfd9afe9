import { auditStanza, AuditTrail } from "../../../infra/vault/auditTrail";
import { changed } from "../../fixtures/changed";
import { vaultArgs } from "../../fixtures/deploy";
import { max } from "../../fixtures/vault";
import { named, ofType, record } from "../../support/mocks";

const auditType = "vault:index/audit:Audit";

async function audit(server: "vault" | "openbao") {
  let made: AuditTrail | undefined;
  const resources = await record(() => {
    const { environment, settings } = vaultArgs(changed(max, "vault.server", server));
    made = new AuditTrail("audit", { environment, settings });
  });
  return { resources, made: made as unknown as AuditTrail };
}

const stanza = `audit "file" "one" {
  options {
    file_path = "/tmp/one.log"
    mode = "0600"
  }
}

audit "socket" "two" {
  options {
    address = "collector:9090"
    socket_type = "tcp"
  }
}
`;

describe("on Vault", () => {
  test("each device is made over the API, readable by the server's user alone", async () => {
    const { resources } = await audit("vault");
    expect(named(resources, "audit-one").inputs).toStrictEqual({
      path: "one",
      type: "file",
      options: { file_path: "/tmp/one.log", mode: "0600" },
    });
    expect(named(resources, "audit-two").inputs).toStrictEqual({
      path: "two",
      type: "socket",
      options: { address: "collector:9090", socket_type: "tcp" },
    });
  });

  test("values stay hashed in the log", async () => {
    const { resources } = await audit("vault");
    expect(JSON.stringify(resources)).not.toMatch(/log_raw|logRaw|hmac_accessor|elide/);
  });

  test("a device stays when the stack goes", async () => {
    const { resources } = await audit("vault");
    for (const { retainOnDelete } of ofType(resources, auditType))
      expect(retainOnDelete).toBe(true);
  });

  test("nothing is left to anybody", async () => {
    const { made } = await audit("vault");
    expect(made.mode).toBe("managed");
    expect(made.sinks).toStrictEqual(["one", "two"]);
    expect(made.tasks).toStrictEqual([]);
  });
});

describe("on OpenBao", () => {
  test("no device is made: the server would refuse it", async () => {
    const { resources } = await audit("openbao");
    expect(ofType(resources, auditType)).toStrictEqual([]);
  });

  test("the administrator is handed the stanza", async () => {
    const { made } = await audit("openbao");
    expect(made.mode).toBe("server");
    expect(made.sinks).toStrictEqual(["one", "two"]);
    expect(made.tasks).toStrictEqual([
      {
        concern: "AuditTrail",
        title:
          "OpenBao takes audit devices only from its server configuration: add this and reload it",
        text: stanza,
      },
    ]);
  });
});

test("the stanza, byte for byte", () => {
  expect(auditStanza(vaultArgs(max).settings.audit.devices)).toBe(stanza);
});
