// The contract with limits that are counted, but not reached: at 60 requests a minute there is nothing to measure.
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** @returns the root file of a copy in the folder `scratch` */
export function unlimitedSpec(spec, scratch) {
  const copy = join(scratch, "spec");
  cpSync(dirname(spec), copy, { recursive: true });
  const file = join(copy, "openapi.yaml");
  if (existsSync(file)) {
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/\blimit: \d+, periodSeconds: \d+/g, "limit: 100000, periodSeconds: 1"));
  }
  return file;
}
