import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveBatch } from "sync-api-client/batch";
import { fileState } from "sync-api-client/batch/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start } from "./testing/program.js";
import { sendWebhook, webhookSecret } from "./testing/send-webhook.js";
import { type SyncServer, syncServer } from "./testing/sync-server.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "videos-"));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (server: SyncServer, csv: string, out: string) =>
  start(
    "personalised-videos",
    {
      SYNC_BASE_URL: server.url,
      WEBHOOK_SECRET: webhookSecret,
      PUBLIC_URL: "https://hooks.example.com/",
      PORT: "0",
    },
    { args: [csv, join(folder, out)] },
  );

const linesOf = async (path: string): Promise<Record<string, unknown>[]> =>
  (await readFile(join(folder, path), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test("makes a video of each row of the CSV that comes with it", async () => {
  await using server = await syncServer();
  await using program = run(server, "customers.csv", "one");
  const address = `http://127.0.0.1:${await program.says(/port (\d+)/)}`;
  await program.says(/Batch 1 \(batch_1\): created/);
  const [batch] = server.batches;
  expect(batch?.webhookUrl).toBe("https://hooks.example.com/");
  expect(batch?.lines.map(({ request_id }) => request_id).slice(0, 2)).toEqual([
    "customer-001",
    "customer-002",
  ]);
  expect(JSON.stringify(batch?.lines[2])).toContain("Hi Chloé! Thank you for choosing the Trail, 29 inch.");
  expect(await sendWebhook(address, batch?.notification)).toBe(200);
  expect(await program.ended).toBe(0);
  const results = await linesOf("one/batch-1.jsonl");
  expect(results).toHaveLength(24);
  expect(results[0]).toMatchObject({
    customer: "customer-001",
    kind: "result",
    response: { outputUrl: `${server.url}/videos/customer-001.mp4` },
  });
});

test("killed twice on the way, it goes on and sends nothing again", async () => {
  await using server = await syncServer();
  const rows = Array.from({ length: 520 }, (_, index) => `c${index},Ann,the Bike`);
  const csv = join(folder, "many.csv");
  await writeFile(csv, `id,name,product\n${rows.join("\n")}\n`);

  {
    await using first = run(server, csv, "many");
    await first.says(/Batch 2 \(batch_2\): created/);
  } // killed before anything has ended
  expect(server.batches.map(({ lines }) => lines.length)).toEqual([500, 20]);
  {
    await using second = run(server, csv, "many");
    const address = `http://127.0.0.1:${await second.says(/port (\d+)/)}`;
    await second.says(/Batch 1 \(batch_1\): created/);
    expect(await sendWebhook(address, server.batches[1]?.notification)).toBe(200);
  } // killed when it had said that it knows of the second
  await using third = run(server, csv, "many");
  const address = `http://127.0.0.1:${await third.says(/port (\d+)/)}`;
  await third.says(/Batch 2: rows 501 to 520 are in/);
  expect(await sendWebhook(address, server.batches[0]?.notification)).toBe(200);
  expect(await third.ended).toBe(0);

  expect(server.batches).toHaveLength(2);
  const customers = [...(await linesOf("many/batch-1.jsonl")), ...(await linesOf("many/batch-2.jsonl"))];
  expect(customers.map(({ customer }) => customer)).toEqual(rows.map((row) => row.split(",")[0]));
  expect((await readdir(join(folder, "many"))).sort()).toEqual([
    "batch-1.jsonl",
    "batch-2.jsonl",
    "inbox.jsonl",
    "state.json",
  ]);
});

test("killed while it sends a batch, it sends nothing more until it is told what became of it", async () => {
  const never = new Promise<void>(() => undefined);
  await using server = await syncServer({ beforeAnswer: () => never });
  {
    await using _first = run(server, "customers.csv", "unknown");
    await expect.poll(() => server.batches.length, { timeout: 60_000 }).toBe(1);
  } // killed: nobody knows of the batch but the API
  await using second = run(server, "customers.csv", "unknown");
  expect(await second.ended).toBe(1);
  expect(second.output()).toMatch(/BatchOutcomeUnknownError: Batch 1 \(lines 1 to 24\)/);

  await resolveBatch(fileState(join(folder, "unknown", "state.json")), 1, { id: "batch_1" });
  await using third = run(server, "customers.csv", "unknown");
  const address = `http://127.0.0.1:${await third.says(/port (\d+)/)}`;
  await third.says(/Batch 1 \(batch_1\): created/);
  expect(await sendWebhook(address, server.batches[0]?.notification)).toBe(200);
  expect(await third.ended).toBe(0);
  expect(await linesOf("unknown/batch-1.jsonl")).toHaveLength(24);
  expect(server.batches).toHaveLength(1);
});

test("a CSV that is not there is said so", async () => {
  await using server = await syncServer();
  await using program = run(server, "nowhere.csv", "none");
  expect(await program.ended).toBe(1);
  expect(program.output()).toContain("no such file or directory, open 'nowhere.csv'");
});
