import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface RedisServer extends AsyncDisposable {
  /** The Unix socket it listens on. */
  readonly path: string;
  /** Holds its breath: connections stay, nothing is answered. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

const missing =
  "There is no redis-server, and these tests need a real one. Install it: `apt-get install redis-server`, or `brew install redis`.";

/** A Redis of its own in a temporary folder, which keeps nothing; gone with the end of the block that holds it. */
export async function redisServer(...settings: readonly string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  const path = join(folder, "s");
  const server = spawn(
    "redis-server",
    ["--port", "0", "--unixsocket", path, "--dir", folder, "--save", "", "--appendonly", "no", ...settings],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = new Promise<void>((resolve) => {
    server.on("close", () => resolve());
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const listen = (text: Buffer): void => {
      output += text.toString();
      if (/ready to accept connections/i.test(output)) resolve();
    };
    server.stdout.on("data", listen);
    server.stderr.on("data", listen);
    server.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Error(missing) : error);
    });
    server.on("exit", () => reject(new Error(`redis-server did not start:\n${output}`)));
  });
  const stop = async (): Promise<void> => {
    server.kill("SIGKILL"); // it has nothing to save, and a frozen one hears nothing else
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    path,
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
