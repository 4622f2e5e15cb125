import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface RedisProcess extends AsyncDisposable {
  /** For `REDIS_URL`: the path of its Unix socket. */
  readonly url: string;
}

/** A Redis that keeps nothing, gone with the end of the block that holds it. */
export async function startRedis(): Promise<RedisProcess> {
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const socket = join(folder, "s");
  const server = spawn("redis-server", [
    "--port",
    "0",
    "--unixsocket",
    socket,
    "--dir",
    folder,
    "--save",
    "",
  ]);
  const ended = new Promise((done) => server.once("close", done));
  await new Promise<void>((done, fail) => {
    let output = "";
    server.stdout.on("data", (text: Buffer) => {
      output += text;
      if (/ready to accept connections/i.test(output)) done();
    });
    server.once("error", (cause) => fail(new Error("Install a redis-server for this test.", { cause })));
    server.once("exit", () => fail(new Error(`redis-server ended:\n${output}`)));
  });
  return {
    url: socket,
    [Symbol.asyncDispose]: async () => {
      server.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
