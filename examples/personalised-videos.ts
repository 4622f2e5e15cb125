// Makes a video for each row of a CSV, each with words of its own, by batches. Run it again after a crash: it goes on
// where it was, and nothing is made or paid twice.
//
//   SYNC_API_KEY=… WEBHOOK_SECRET=… PUBLIC_URL=https://hooks.your-company.com/ \
//     node examples/personalised-videos.ts examples/customers.csv videos
//
// PUBLIC_URL is where the API reaches this program (PORT, 3000 by default), through a proxy or a tunnel.

import { createReadStream } from "node:fs";
import { appendFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parse } from "csv-parse";
import { SyncClient } from "sync-api-client";
import { type BatchRow, batchInbox, type EndedBatch, runBatches } from "sync-api-client/batch";
import { fileState } from "sync-api-client/batch/node";
import { handleNode } from "sync-api-client/webhooks";

interface Customer {
  readonly id: string;
  readonly name: string;
  readonly product: string;
}

const { SYNC_BASE_URL, WEBHOOK_SECRET = "", PUBLIC_URL, PORT = "3000" } = process.env;
const [csvPath, folder = "videos"] = process.argv.slice(2);
if (!csvPath || !PUBLIC_URL) {
  console.error(
    "Usage: PUBLIC_URL=https://… node personalised-videos.ts customers.csv [folder for the results]",
  );
  process.exit(2);
}
await mkdir(folder, { recursive: true });

// The API says once that a batch has ended, and not again. So keep what it says on disk before answering 200: if this
// program ends before it has read the results, its next run still knows.
const inbox = batchInbox();
const inboxPath = join(folder, "inbox.jsonl");
for (const line of (await readFile(inboxPath, "utf8").catch(() => "")).split("\n")) {
  if (line.endsWith("}")) inbox.deliver(JSON.parse(line)); // without its end it was never answered with 200
}
const receive = handleNode(
  WEBHOOK_SECRET,
  async ({ type, payload }) => {
    if (type !== "batchFinished") return;
    await appendFile(inboxPath, `\n${JSON.stringify(payload)}`);
    inbox.deliver(payload);
  },
  { onError: (error) => console.error("Webhook refused:", error) },
);
const server = createServer(receive).listen(Number(PORT), () => {
  console.log(`Webhooks: port ${(server.address() as AddressInfo).port}`);
});

/** One row at a time, so a CSV of any length goes through little memory. */
async function* rows(path: string): AsyncGenerator<BatchRow> {
  const parser = parse({ columns: true, bom: true, skip_empty_lines: true });
  const file = createReadStream(path).on("error", (error) => parser.destroy(error));
  for await (const { id, name, product } of file.pipe(parser) as AsyncIterable<Customer>) {
    const script = `Hi ${name}! Thank you for choosing ${product}. Here is how to get the most out of it.`;
    yield {
      request_id: id,
      payload: {
        model: "lipsync-2",
        input: [
          { type: "video", url: "https://your-cdn.com/presenter.mp4" },
          { type: "text", provider: { name: "elevenlabs", voiceId: "EXAVITQu4vr4xnSDxMaL", script } },
        ],
      },
    };
  }
}

/** What the API made of a batch, a JSON line for each customer. */
async function* linesOf(batch: EndedBatch): AsyncGenerator<string> {
  for await (const { kind, requestId, result } of batch.results()) {
    if (kind !== "result") console.error(`${requestId}: ${kind}`);
    yield `${JSON.stringify({ customer: requestId, kind, ...result })}\n`;
  }
}

const batches = runBatches(new SyncClient({ baseUrl: SYNC_BASE_URL }), rows(csvPath), {
  form: { webhook_url: PUBLIC_URL },
  state: fileState(join(folder, "state.json")),
  inbox,
  timeoutMs: 25 * 60 * 60 * 1_000, // a batch takes 24 hours at most; later than that its webhook was lost
  onProgress: ({ number, id, step }) => console.log(`Batch ${number} (${id}): ${step}`),
});
try {
  for await (const batch of batches) {
    if (batch.outcome === "failed") {
      console.error(
        `Batch ${batch.number} failed: rows ${batch.firstLine} to ${batch.lastLine} have no video.`,
      );
      process.exitCode = 1;
      continue;
    }
    // A file a batch, put in place when it is whole: a run that is repeated after a crash writes no row twice.
    const path = join(folder, `batch-${batch.number}.jsonl`);
    await writeFile(`${path}.part`, linesOf(batch));
    await rename(`${path}.part`, path);
    console.log(`Batch ${batch.number}: rows ${batch.firstLine} to ${batch.lastLine} are in ${path}`);
  }
} finally {
  server.close();
}
