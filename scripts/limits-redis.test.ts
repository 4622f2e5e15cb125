import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { SyncClient } from "sync-api-client";
import { redisLimits } from "sync-api-client/limits/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisClients } from "../generator/testing/redis-clients.js";
import { type RedisServer, redisServer } from "../generator/testing/redis-server.js";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const scratch = join(root, "node_modules", ".cache", `limits-redis-${process.pid}`);

const readme = await readFile(join(root, "generated", "README.md"), "utf8");
const [, section = ""] = readme.split("## Limits through Redis\n");
const programs = [...(section.split("\n## ")[0]?.matchAll(/```ts\n([\s\S]*?)```/g) ?? [])].map(
  ([, text = ""]) => text,
);
const address = "redis://localhost:6379";

let server: RedisServer;
let port: number;
beforeAll(async () => {
  port = await freePort();
  server = await redisServer("--port", String(port), "--bind", "127.0.0.1");
  await mkdir(scratch, { recursive: true });
});
afterAll(async () => {
  await server.stop();
  await rm(scratch, { recursive: true, force: true });
});

describe("the programs of the package's README", () => {
  it("are one for ioredis and one for redis", () => {
    expect(programs.map((text) => /from "(ioredis|redis)"/.exec(text)?.[1])).toEqual(["ioredis", "redis"]);
    for (const text of programs) expect(text).toContain(address);
  });

  it.each(["ioredis", "ioredis-5", "redis", "redis-5", "redis-4"])("run with %s", async (library) => {
    const text = programFor(library).replace(address, `redis://127.0.0.1:${port}`);
    const stub = `globalThis.fetch = async () => Response.json([]);\n`;
    const use = `\nawait sync.generations.list();\nconsole.log(await redis.exists("{main-account}:rate:standard"));\nawait redis.quit();\nprocess.exit(0);\n`;
    const { code } = await transform(stub + text + use, { loader: "ts", format: "esm" });
    const path = join(scratch, `${library}.mjs`);
    await writeFile(path, code);
    const { stdout } = await run(process.execPath, [path], { env: { ...process.env, SYNC_API_KEY: "key" } });
    expect(stdout).toBe("1\n");
  });

  // The oldest and the newest; our own type-check holds every version of both libraries to the interface.
  it.each(["users-typescript-5.4", "users-typescript-7"])(
    "type-check under %s",
    async (compiler) => {
      const paths = ["ioredis", "redis"].map((library) => {
        return { path: join(scratch, `${compiler}-${library}.mts`), text: programFor(library) };
      });
      for (const { path, text } of paths) await writeFile(path, text);
      const settings =
        "--noEmit --strict --exactOptionalPropertyTypes --target es2022 --module nodenext --skipLibCheck";
      const tsc = join(root, "node_modules", compiler, "bin", "tsc");
      const types = [
        "--types",
        "node",
        "--typeRoots",
        join(root, "node_modules", "@types"),
        ...paths.map(({ path }) => path),
      ];
      const { stdout } = await run(process.execPath, [tsc, ...settings.split(" "), ...types], {
        cwd: tmpdir(), // no settings of ours, which would be meant for other files
      }).catch((error: { stdout: string }) => error);
      expect(stdout).toBe("");
    },
    60_000,
  );
});

it("two clients share the jobs of a plan", async () => {
  const seen: string[] = [];
  const running = new Set<string>();
  const clientOn = async (name: "ioredis 6" | "redis 6") => {
    const { client, end } = await redisClients[name](server.path);
    const fetch = async (input: Request | URL | string): Promise<Response> => {
      const { method, url } = input as Request;
      const asked = new URL(url).pathname.split("/").at(-1) ?? "";
      seen.push(`${name} ${method} ${asked}`);
      const id = method === "POST" ? `job-${running.size + 1}` : asked;
      if (method === "POST") running.add(id);
      // The second has ended by the time that somebody looks.
      const status = method === "GET" && id === "job-2" ? "COMPLETED" : "PROCESSING";
      return Response.json(
        { id, status, createdAt: "", model: "lipsync-2", input: [] },
        { status: method === "POST" ? 201 : 200 },
      );
    };
    const rateLimit = redisLimits(client, { prefix: "plan" });
    const sync = new SyncClient({
      apiKey: "key",
      fetch: fetch as typeof globalThis.fetch,
      plan: "creator",
      rateLimit,
    });
    const create = () =>
      sync.generations.create({
        model: "lipsync-2",
        input: [
          { type: "video", url: "v" },
          { type: "audio", url: "a" },
        ],
      });
    return { create, end };
  };
  const first = await clientOn("ioredis 6");
  const second = await clientOn("redis 6");
  for (let job = 1; job <= 3; job++) await first.create();
  const { id } = await second.create();
  expect(id).toBe("job-4");
  // It looked for an end among the jobs of the other, and took that one's place.
  expect(seen.slice(0, 3)).toEqual(Array(3).fill("ioredis 6 POST generate"));
  expect(seen).toContain("redis 6 GET job-2");
  expect(seen.at(-1)).toBe("redis 6 POST generate");
  first.end();
  second.end();
});

/** The README's program, with one version of the library that it is for. */
function programFor(library: string): string {
  const [name = ""] = library.split("-");
  const text = programs[name === "ioredis" ? 0 : 1] ?? "";
  return text.replace(`from "${name}"`, `from "${library}"`);
}

async function freePort(): Promise<number> {
  const holder = createServer();
  await new Promise<void>((done) => holder.listen(0, "127.0.0.1", done));
  const { port: free } = holder.address() as { port: number };
  await new Promise((done) => holder.close(done));
  return free;
}
