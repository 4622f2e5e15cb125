// A batch of 500 lines, built and checked by `sync-api-client/batch`, against what one would write by hand with Ajv; and
// the memory that a CSV of a million rows takes.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import SwaggerParser from "@apidevtools/swagger-parser";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { batchRow, rowLimit } from "./batch-rows.mjs";
import { benchFolder, median, ratio, root, table } from "./measure.mjs";

const runsARound = 20;
const subpath = join(root, "generated", "dist", "batch.js");

export async function measure({ spec, rounds }) {
  if (!existsSync(subpath)) {
    console.log(
      "\nBatches: generated/dist/batch.js is not there; the contract has none, or `npm run build` is due.",
    );
    return;
  }
  const { buildBatches } = await import(pathToFileURL(subpath).href);
  const rows = Array.from({ length: rowLimit }, (_, index) => batchRow(index));
  const works = {
    "by hand: JSON.stringify and a check that Ajv compiled": await byHand(spec),
    "sync-api-client/batch": async () => {
      let size = 0;
      for await (const { file } of buildBatches(rows)) size += file.size;
      return size;
    },
  };
  const times = new Map(Object.keys(works).map((name) => [name, []]));
  for (let round = -3; round < rounds; round++) {
    for (const [name, work] of Object.entries(works)) {
      const before = process.cpuUsage();
      for (let count = 0; count < runsARound; count++) await work(rows);
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) times.get(name).push((user + system) / runsARound / 1000); // the first three warm the compiler
    }
  }
  const medians = [...times].map(([name, list]) => [name, median(list)]);
  const [[, base]] = medians;
  table(
    `A batch of ${rowLimit} lines, built and checked`,
    ["How", "Ratio", "ms of CPU"],
    medians.map(([name, value]) => [name, ratio(value, base), value.toFixed(2)]),
  );
  table(
    "Batches from a CSV, in a process of its own",
    ["Rows", "Batches", "Largest memory (RSS), MiB", "Seconds"],
    [100_000, 1_000_000].map(fromCsv),
  );
}

async function byHand(spec) {
  const document = await SwaggerParser.dereference(spec);
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  (addFormatsModule.default ?? addFormatsModule)(ajv);
  const check = ajv.compile(document.components.schemas.BatchLine);
  return (rows) => {
    const ids = new Set();
    const lines = rows.map((row) => {
      if (!check(row)) throw new Error(ajv.errorsText(check.errors));
      if (ids.has(row.request_id)) throw new Error(`There are two ${row.request_id}.`);
      ids.add(row.request_id);
      return JSON.stringify(row);
    });
    return new File([`${lines.join("\n")}\n`], "batch.jsonl", { type: "application/jsonl" }).size;
  };
}

function fromCsv(count) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(benchFolder, "batch-csv.mjs"), subpath, String(count)],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  const { batches, maxRssBytes, seconds } = JSON.parse(stdout);
  return [count.toLocaleString("en"), batches, Math.round(maxRssBytes / 2 ** 20), seconds.toFixed(1)];
}
