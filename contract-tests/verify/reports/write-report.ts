import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { VerifyReport } from "../report.js";
import { harOf } from "./har.js";
import { junitOf } from "./junit.js";
import { markdownOf } from "./markdown.js";

const formats: Readonly<Record<string, (report: VerifyReport) => string>> = {
  ".json": (report) => `${JSON.stringify(report, null, 1)}\n`,
  ".xml": junitOf,
  ".har": harOf,
  ".md": markdownOf,
};

/** Writes a report in the format of its name, whole or not at all. */
export async function writeReport(path: string, report: VerifyReport): Promise<void> {
  const format = formats[extname(path).toLowerCase()];
  if (!format)
    throw new Error(`${path} is no name of a report: it must end in ${Object.keys(formats).join(", ")}.`);
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const unfinished = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeFile(unfinished, format(report));
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}
