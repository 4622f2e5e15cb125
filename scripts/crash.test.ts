import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";

/** What an application does for each order: the key is its own, kept with the order. */
const program = `
import { SyncClient } from "sync-api-client";
const sync = new SyncClient({ apiKey: "sk-crash", baseUrl: process.env.BASE_URL });
const input = [{ type: "video", url: "https://example.com/v.mp4" }, { type: "audio", url: "https://example.com/a.wav" }];
const job = await sync.generations.createAndWait({ model: "lipsync-2", input }, { idempotencyKey: "order-17", pollMs: 20 });
console.log(job.id, job.status);
`;

/** Makes one job a key, and answers the first create only when it is told to. */
const jobs = new Map<string, string>();
let creates = 0;
let accepted: () => void = () => undefined;
const firstAccepted = new Promise<void>((resolve) => {
  accepted = resolve;
});
const server = createServer((request, response) => {
  request.resume();
  const reply = (id: string, status: string): void =>
    void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ id, status }));
  if (request.method === "GET") return reply(String(request.url).split("/").at(-1) ?? "", "COMPLETED");
  creates++;
  const key = String(request.headers["idempotency-key"]);
  const id = jobs.get(key) ?? `job-${jobs.size + 1}`;
  jobs.set(key, id);
  if (creates > 1) reply(id, "PENDING");
  else accepted(); // and never answer
});

beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it("a process that is killed after its job was accepted finds the same job when it starts again", async () => {
  const start = () =>
    spawn(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: import.meta.dirname,
      env: { ...process.env, BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      stdio: ["ignore", "pipe", "inherit"],
    });
  const first = start();
  await firstAccepted;
  first.kill("SIGKILL");
  await once(first, "exit");

  const second = start();
  let printed = "";
  second.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const [code] = (await once(second, "exit")) as [number];
  expect(code).toBe(0);
  expect(printed).toBe("job-1 COMPLETED\n");
  expect(jobs.size).toBe(1);
});
