import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isStoreError } from "../../../../stores/errors";
import { busSocket } from "../../../../stores/keyring/busAddress";
import { inTempDir } from "../../../fixtures/tempDir";

const named = (address: string) => busSocket({ DBUS_SESSION_BUS_ADDRESS: address });

describe("the socket of the session's bus", () => {
  test.each([
    ["unix:path=/run/user/1000/bus", "/run/user/1000/bus"],
    ["unix:path=/tmp/dbus-a%2cb%3D,guid=00ff", "/tmp/dbus-a,b="],
    ["unix:guid=00ff,path=/tmp/a=b", "/tmp/a=b"],
    ["unix:abstract=/tmp/dbus-x,guid=00ff", "\0/tmp/dbus-x"],
    ["tcp:host=localhost,port=1;unix:path=/tmp/second", "/tmp/second"],
  ])("of %s", (address, socket) => {
    expect(named(address)).toBe(socket);
  });

  test.each([
    "unixexec:path=/usr/bin/id",
    "tcp:host=h,port=1",
    "autolaunch:",
    "unix:dir=/tmp",
    "unix:path=%zz",
  ])("is not that of %s", (address) => {
    const refused = () => named(address);
    expect(refused).toThrow("DBUS_SESSION_BUS_ADDRESS names no Unix socket");
  });

  test("is systemd's where none is named, and none where there is none", () =>
    inTempDir(async (dir) => {
      const of = () => busSocket({ XDG_RUNTIME_DIR: dir, DBUS_SESSION_BUS_ADDRESS: "" });
      expect(of).toThrow("there is no D-Bus session");
      await writeFile(join(dir, "bus"), "");
      expect(of()).toBe(join(dir, "bus"));
      try {
        busSocket({});
      } catch (error) {
        expect(isStoreError(error, "unavailable")).toBe(true);
      }
    }));
});
