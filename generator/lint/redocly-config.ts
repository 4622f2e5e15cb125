import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Config, createConfig, type RawUniversalConfig } from "@redocly/openapi-core";
import { isObject } from "../load/document-walk.js";
import type { Problem } from "../load/problem.js";
import { readSpecFile, type SpecFile, SpecFileError } from "../load/spec-file.js";
import { list, object } from "./node.js";

const fileName = "redocly.yaml";
const builtIn = ["minimal", "recommended", "recommended-strict", "spec"];
/** What is read; anything else would load code or other files, or is not about linting a spec. */
const known = ["extends", "rules", "oas3_0Rules", "oas3_1Rules"];

export interface RedoclyConfig {
  readonly config: Config;
  /** The file it came from; `null` if it is our own default. */
  readonly file: SpecFile | null;
  readonly problems: readonly Problem[];
}

/**
 * The `redocly.yaml` beside the root file, or else Redocly's strict rules. Only rules are read from it: no plugin, no
 * other file, nothing from the network, so that linting a stranger's spec runs nothing of theirs.
 *
 * @param strict whether what Redocly only recommends is an error by default
 */
export async function redoclyConfig(rootPath: string, strict: boolean): Promise<RedoclyConfig> {
  const path = join(dirname(rootPath), fileName);
  if (!(await stat(path).catch(() => null))) return byDefault(strict, []);
  let file: SpecFile;
  try {
    file = await readSpecFile(path);
  } catch (error) {
    if (!(error instanceof SpecFileError)) throw error;
    const { message, remedy, place } = error;
    return byDefault(strict, [problem("error", place, null, message, remedy)]);
  }
  const given = object(file.value);
  const at = (pointer: string, message: string, remedy: string): Problem =>
    problem("warning", file.placeOf(pointer), pointer, message, remedy);
  const problems = Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) =>
      at(`#/${key}`, `The key ${JSON.stringify(key)} is not read.`, `Read are: ${known.join(", ")}.`),
    );
  const names = list(given["extends"]);
  for (const [index, name] of names.entries()) {
    if (builtIn.includes(String(name))) continue;
    problems.push(
      at(`#/extends/${index}`, `${JSON.stringify(name)} is not read.`, `Read are: ${builtIn.join(", ")}.`),
    );
  }
  const raw = {
    extends: names.filter((name) => builtIn.includes(String(name))),
    ...Object.fromEntries(
      Object.entries(given).filter(
        ([key, value]) => key !== "extends" && known.includes(key) && isObject(value),
      ),
    ),
  } as RawUniversalConfig;
  try {
    return { config: await createConfig(raw), file, problems };
  } catch (error) {
    const { message } = error as Error;
    return byDefault(strict, [
      problem("error", file.placeOf("#"), "#", message, "See Redocly's documentation."),
    ]);
  }
}

async function byDefault(strict: boolean, problems: readonly Problem[]): Promise<RedoclyConfig> {
  const config = await createConfig({
    extends: [strict ? "recommended-strict" : "recommended"],
    rules: {
      // Takes `anyOf: [{required: [a]}, {required: [b]}]` for a mistake.
      "no-required-schema-properties-undefined": "off",
    },
  });
  return { config, file: null, problems };
}

function problem(
  severity: Problem["severity"],
  place: { line: number; column: number } | null,
  pointer: string | null,
  message: string,
  remedy: string,
): Problem {
  const { line, column } = place ?? { line: null, column: null };
  return { rule: "redocly-config", severity, file: fileName, line, column, pointer, message, remedy };
}
