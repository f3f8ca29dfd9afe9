// Loaded before a program: kills it, as nothing can be caught, at the KILL_AT-th call that changes a file below
// KILL_BELOW; a write of a text is cut off in its middle first. Without KILL_AT it counts the calls into KILL_COUNT.
const fs = require("node:fs");

const below = process.env["KILL_BELOW"];
const at = Number(process.env["KILL_AT"] ?? "-1");
const count = process.env["KILL_COUNT"];
const write = fs.writeFileSync;
let calls = 0;

const changes = [
  "mkdirSync",
  "linkSync",
  "renameSync",
  "rmSync",
  "rmdirSync",
  "unlinkSync",
  "openSync",
  "writeFileSync",
  "fchmodSync",
];

const isOurs = (name, [target, second]) => {
  if (name === "openSync" && (second === undefined || second === "r")) return false;
  return typeof target === "number" || String(target).startsWith(below);
};

for (const name of changes) {
  const original = fs[name];
  fs[name] = (...args) => {
    if (isOurs(name, args) && calls++ === at) {
      if (name === "writeFileSync")
        original(args[0], args[1].slice(0, args[1].length / 2), args[2]);
      process.kill(process.pid, "SIGKILL");
    }
    return original(...args);
  };
}

if (count !== undefined) process.on("exit", () => write(count, String(calls)));
