import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const path = join(root, "node_modules", ".cache", `batch-memory-${process.pid}.mjs`);
afterAll(() => rm(path, { force: true }));

/** Reads a CSV of so many rows as it comes, in pieces that end anywhere, makes batches of it, and says what that took. */
const program = `import { buildBatches } from "sync-api-client/batch";
const count = Number(process.argv[2]);
async function* csv() {
  let rest = "id,video,audio\\n";
  for (let row = 0; row < count; row++) {
    rest += "row-" + String(row).padStart(8, "0") + ",https://cdn.example.com/v/" + row + ".mp4,https://cdn.example.com/a/" + row + ".wav\\n";
    if (rest.length > 60_000) {
      yield rest.slice(0, 59_999);
      rest = rest.slice(59_999);
    }
  }
  yield rest;
}
async function* rows() {
  let rest = "";
  let isHead = true;
  for await (const chunk of csv()) {
    const lines = (rest + chunk).split("\\n");
    rest = lines.pop();
    for (const line of lines) {
      const [id, video, audio] = line.split(",");
      if (!isHead) yield { request_id: id, payload: { model: "lipsync-2", input: [{ type: "video", url: video }, { type: "audio", url: audio }] } };
      isHead = false;
    }
  }
}
let peak = 0;
let lines = 0;
let batches = 0;
let kept = 0;
let files = [];
for await (const { file, requestIds } of buildBatches(rows())) {
  lines += requestIds.length;
  files.push(new WeakRef(file));
  if (++batches % 20 > 0) continue;
  await new Promise(setImmediate); // within one task no WeakRef lets go
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  peak = Math.max(peak, heapUsed + external);
  files = files.filter((file) => file.deref());
  kept = Math.max(kept, files.length);
}
console.log(JSON.stringify({ lines, batches, peak, kept }));
`;

interface Taken {
  readonly lines: number;
  readonly batches: number;
  /** Bytes that were in use after a garbage collection, at most. */
  readonly peak: number;
  /** Files of batches that were passed and yet not let go, at most. */
  readonly kept: number;
}

async function take(count: number): Promise<Taken> {
  const { stdout } = await run(process.execPath, ["--expose-gc", path, String(count)]);
  return JSON.parse(stdout) as Taken;
}

it("rows of a CSV by the hundred thousand take the memory of a few batches, and of their packed ids", async () => {
  await writeFile(path, program);
  const few = await take(50_000);
  const many = await take(300_000);
  expect([few.lines, few.batches]).toEqual([50_000, 100]);
  expect([many.lines, many.batches]).toEqual([300_000, 600]);
  const grown = many.peak - few.peak;
  // 250,000 rows more are 55 MB of text (the bench takes a million). Their ids take 13 bytes each and up to 20 beside them, some of it twice while
  // a table grows. What is in use counts, not what the process holds: how soon that is given back is the machine's affair.
  expect(grown, `peak ${few.peak >> 10} → ${many.peak >> 10} KiB`).toBeLessThan(12 * 2 ** 20);
  expect(many.kept, "a file's bytes are not in the heap").toBeLessThan(40);
}, 240_000);
