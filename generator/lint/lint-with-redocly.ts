import { dirname, relative } from "node:path";
import {
  BaseResolver,
  type Document,
  lintDocument,
  type NormalizedProblem,
  ResolveError,
  Source,
} from "@redocly/openapi-core";
import { extensionNames, speaksOurs } from "../contract/extensions.js";
import { isObject } from "../load/document-walk.js";
import { toPointer } from "../load/json-pointer.js";
import type { SpecReading } from "../load/load-spec.js";
import type { Problem } from "../load/problem.js";
import type { SpecFile } from "../load/spec-file.js";
import { object } from "./node.js";
import { type RedoclyConfig, redoclyConfig } from "./redocly-config.js";
import { remedyFor } from "./redocly-remedies.js";

/**
 * Rules that our `example-valid` does the work of: theirs forbid, in a branch of a union, the properties that are
 * declared outside it, give up on some schemas, and know no end with a hostile pattern.
 */
export const ownWork: readonly string[] = [
  "no-invalid-media-type-examples",
  "no-invalid-parameter-examples",
  "no-invalid-schema-examples",
];

export interface RedoclyReport {
  readonly problems: readonly Problem[];
  /** How many of its rules were on. */
  readonly rules: number;
}

/**
 * Redocly's rules over the files as they were written or, under overlays, over the one document they leave. It sees
 * only what was read already: no other file, no network.
 */
export async function lintWithRedocly(spec: SpecReading): Promise<RedoclyReport> {
  const configured = await redoclyConfig(spec.rootPath, speaksOurs(spec.document));
  configured.config.skipRules([...ownWork]);
  const resolver = new LoadedFiles(spec.overlaid ? new Map() : spec.files);
  const found = await lintDocument({
    document: resolver.documentOf(rootOf(spec)),
    config: configured.config,
    externalRefResolver: resolver,
  }).catch((error: unknown) => {
    if (spec.problems.length === 0) throw error;
    return []; // it gives up on some faults, a circle of `$ref`s for one; that has been reported, and the rest comes next time
  });
  const used = spec.overlaid ? referredToInExtensions(spec.overlaid) : new Set<string>();
  const problems = found
    .filter(({ ignored }) => !ignored)
    .filter(({ ruleId, location: [at] }) => ruleId !== "no-unused-components" || !used.has(at?.pointer ?? ""))
    .map((problem) => place(problem, spec));
  const version = spec.version === "3.0" ? "oas3_0" : "oas3_1";
  const rules = Object.values(configured.config.rules[version]).filter((rule) => {
    return (typeof rule === "string" ? rule : rule.severity) !== "off";
  }).length;
  return { problems: [...configured.problems, ...misspelt(configured), ...problems], rules };
}

function rootOf({ files, rootPath, overlaid }: SpecReading): SpecFile {
  const written = files.get(rootPath) as SpecFile;
  return overlaid ? { ...written, text: JSON.stringify(overlaid), value: overlaid } : written;
}

class LoadedFiles extends BaseResolver {
  readonly #files: ReadonlyMap<string, SpecFile>;
  readonly #documents = new Map<string, Document>();

  constructor(files: ReadonlyMap<string, SpecFile>) {
    super();
    this.#files = files;
  }

  documentOf(file: SpecFile): Document {
    let document = this.#documents.get(file.path);
    if (!document) {
      document = { source: new Source(file.path, file.text), parsed: file.value };
      this.#documents.set(file.path, document);
    }
    return document;
  }

  override async resolveDocument<T>(base: string | null, reference: string) {
    const file = this.#files.get(this.resolveExternalRef(base, reference));
    if (file) return this.documentOf(file) as Document<T>;
    throw new ResolveError(new Error("the file can't be used"));
  }

  override async loadExternalRef(reference: string): Promise<Source> {
    throw new ResolveError(new Error(`${reference} was not read`));
  }
}

function place(problem: NormalizedProblem, spec: SpecReading): Problem {
  const [location] = problem.location;
  const path = location?.source.absoluteRef ?? spec.rootPath;
  const pointer = location?.pointer === undefined ? null : exactPointer(problem.ruleId, location.pointer);
  const severity = problem.severity === "error" ? "error" : "warning";
  const said = {
    rule: problem.ruleId,
    message: problem.message.replace(/\s+/g, " ").trim(),
    remedy: remedyFor(problem.ruleId, problem.suggest),
  };
  if (spec.overlaid) return { ...spec.problemAt(pointer ?? "#", said), severity };
  const at = pointer === null ? null : spec.files.get(path)?.placeOf(pointer);
  return {
    ...said,
    severity,
    file: relative(dirname(spec.rootPath), path),
    line: at?.line ?? null,
    column: at?.column ?? null,
    pointer,
  };
}

/** What our extensions refer to. Redocly does not look into them, and so takes it for unused. */
function referredToInExtensions(document: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (value: unknown, within: boolean): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, within);
    if (!isObject(value)) return;
    if (within && typeof value["$ref"] === "string") found.add(value["$ref"]);
    for (const [key, part] of Object.entries(value)) visit(part, within || extensionNames.includes(key));
  };
  visit(document, false);
  return found;
}

/** Some rules point beside what they mean. */
function exactPointer(rule: string, pointer: string): string {
  if (rule === "operation-operationId-unique") return pointer.replace(/\/[^/]*$/, "/operationId");
  if (rule === "no-unresolved-refs") return `${pointer}/$ref`;
  return pointer === "#/" ? "#" : pointer;
}

/** Names in the configuration that are no rule's, and so do nothing. */
function misspelt({ config, file }: RedoclyConfig): Problem[] {
  if (!file) return [];
  const { rules } = config.getUnusedRules();
  return Object.keys(object(object(file.value)["rules"]))
    .filter((name) => rules.includes(name))
    .map((name) => {
      const pointer = toPointer(["rules", name]);
      return {
        rule: "redocly-config",
        severity: "warning",
        file: "redocly.yaml",
        ...file.placeOf(pointer),
        pointer,
        message: `Redocly has no rule ${JSON.stringify(name)} for this kind of document.`,
        remedy: "Mend its spelling, or take it out.",
      };
    });
}
