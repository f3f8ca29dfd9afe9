interface Failure {
  readonly message: string;
  readonly code?: string;
  readonly stderr?: string;
  readonly stdout?: string;
}

/** Why a command of Go's failed, in one line: of its own words the first that are not of its progress. */
export function whyGoFailed(error: unknown): string {
  const { message, code, stderr = "", stdout = "" } = error as Failure;
  if (code === "ENOENT") return "there is no Go on PATH";
  // `go mod download -json` tells it in its JSON: https://go.dev/ref/mod#go-mod-download
  const inJson = /"Error": "(.*)"/.exec(stdout)?.[1]?.split("\\n")[0];
  // `go build -v` and its downloads name one package or module to a line.
  const said = stderr
    .split("\n")
    .find((line) => line.trim().includes(" ") && !line.startsWith("go: downloading "));
  return inJson ?? said?.trim() ?? message.split("\n")[0] ?? "failed";
}
