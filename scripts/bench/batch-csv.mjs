// Builds batches from a CSV of so many rows, read as a stream; prints how much memory that took at most.
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { batchRow } from "./batch-rows.mjs";

const [subpath, count] = process.argv.slice(2);
const { buildBatches } = await import(pathToFileURL(subpath).href);

/** The text of the CSV, in pieces as a file's stream has them. */
function* csv() {
  const piece = 1_000;
  for (let first = 0; first < Number(count); first += piece) {
    yield Array.from({ length: piece }, (_, offset) => `${first + offset},Customer ${first + offset}\n`).join(
      "",
    );
  }
}

async function* rows() {
  let rest = "";
  for await (const text of Readable.from(csv())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const [index, name] = line.split(",");
      yield batchRow(Number(index), name);
    }
  }
}

const start = performance.now();
let batches = 0;
for await (const { file } of buildBatches(rows())) if (file.size > 0) batches += 1;
const seconds = (performance.now() - start) / 1_000;
console.log(JSON.stringify({ batches, seconds, maxRssBytes: process.resourceUsage().maxRSS * 1_024 }));
