import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import SwaggerParser from "@apidevtools/swagger-parser";
import { type Bundle, bundle, type Origin } from "./bundle.js";
import { inCanonicalOrder } from "./canonical-order.js";
import { checkStructure } from "./check-structure.js";
import { isObject, type JsonObject } from "./document-walk.js";
import { findRoot, rootProblem } from "./find-root.js";
import { isInside } from "./is-inside.js";
import { type Problem, SpecError } from "./problem.js";
import { parseSpecText, readSpecFile, type SpecFile, SpecFileError, specLimits } from "./spec-file.js";
import { underOverlays } from "./under-overlays.js";
import { upgradeFrom30 } from "./upgrade-3-0.js";

/** A spec that was read, resolved and found valid: one OpenAPI 3.1 document, in canonical order. */
export interface LoadedSpec {
  readonly rootPath: string;
  readonly document: JsonObject;
  /** Every file the document was made of, absolute: the root, the others sorted, then the overlays. */
  readonly sources: readonly string[];
  /** Those of them that are overlays, in the order in which they were applied. */
  readonly overlays: readonly string[];
  /** What was read of a source; on disk it may have changed since. */
  readonly fileOf: (path: string) => SpecFile | undefined;
  /** A problem at a pointer of `document`, placed in the file where it was written. */
  readonly problemAt: (pointer: string, problem: Pick<Problem, "rule" | "message" | "remedy">) => Problem;
  /** The file and pointer where the value at a pointer of `document` was written. */
  readonly originOf: (pointer: string) => Origin;
}

export interface ReadOptions {
  /** OpenAPI's own structure is not checked in larger specs, where that takes longer than everything else. */
  readonly maxCheckedBytes?: number;
  /** Another state of this spec, read before: what was left as it was is not resolved again, and both share it. */
  readonly like?: SpecReading | null;
}

/** What could be read of a spec, valid or not, with everything found wrong on the way. */
export interface SpecReading extends LoadedSpec {
  /** The version its author wrote; `document` is 3.1 either way. */
  readonly version: "3.0" | "3.1";
  readonly files: ReadonlyMap<string, SpecFile>;
  /** The document as the overlays leave it, in its author's version; `null` without overlays: then it is the files. */
  readonly overlaid: JsonObject | null;
  /** Files that are named by a `$ref` and could not be used, with the reason. */
  readonly unusable: ReadonlyMap<string, SpecFileError>;
  readonly problems: readonly Problem[];
  /** What another state of the spec may have in common with this one. */
  readonly parts: Bundle["parts"];
}

/**
 * Reads an OpenAPI 3.0 or 3.1 spec with all the files it refers to.
 *
 * @param spec path of the root file, or of a folder that holds `openapi.yaml`, `openapi.yml` or `openapi.json`
 * @param overlays paths of OpenAPI Overlays that change it, in this order
 * @throws {SpecError} with every problem found. Files outside the root file's folder and the network are refused.
 */
export async function loadSpec(spec: string, overlays: readonly string[] = []): Promise<LoadedSpec> {
  const { problems, ...loaded } = await readSpec(spec, overlays);
  if (problems.length > 0) throw new SpecError(problems);
  return loaded;
}

/**
 * As {@link loadSpec}, but goes on after a problem, for who wants to find every one of them: a `$ref` that can't be
 * followed leaves an empty object, and then OpenAPI's own structure is not checked.
 *
 * @throws {SpecError} only if there is no OpenAPI document at all
 */
export async function readSpec(
  spec: string,
  overlays: readonly string[] = [],
  { maxCheckedBytes = Infinity, like = null }: ReadOptions = {},
): Promise<SpecReading> {
  const rootPath = await findRoot(spec);
  const { files, unusable } = await readFiles(rootPath);
  const rootFile = files.get(rootPath) as SpecFile;
  const version = checkVersion(rootFile);

  const written = bundle({ rootPath, files, unusable, like });
  const {
    document: bundled,
    originOf,
    overlaid,
    ...more
  } = await underOverlays({ rootPath, written, overlays });
  const filesAndOverlays = new Map([...files, ...more.files]);
  const placed = (origin: Origin, problem: Pick<Problem, "rule" | "message" | "remedy">): Problem => {
    const place = filesAndOverlays.get(origin.file)?.placeOf(origin.pointer);
    return {
      ...problem,
      severity: "error",
      file: relative(dirname(rootPath), origin.file),
      line: place?.line ?? null,
      column: place?.column ?? null,
      pointer: origin.pointer,
    };
  };
  const problemAt: LoadedSpec["problemAt"] = (pointer, problem) => placed(originOf(pointer), problem);
  const unresolved = [
    ...written.problems,
    ...more.findings.map(({ origin, ...finding }) => placed(origin, finding)),
  ];
  const bytes = [...files.values()].reduce((sum, { text }) => sum + text.length, 0);
  const isChecked = unresolved.length === 0 && bytes <= maxCheckedBytes;
  const structural = isChecked ? await checkStructure(bundled) : [];
  const problems = [...unresolved, ...structural.map(({ at, ...problem }) => problemAt(at, problem))];

  const document = inCanonicalOrder(version === "3.0" ? upgradeFrom30(bundled) : bundled);
  const others = [...files.keys()].filter((path) => path !== rootPath).sort();
  const sources = [...new Set([rootPath, ...others, ...more.overlays])];
  return {
    rootPath,
    document,
    sources,
    overlays: more.overlays,
    fileOf: (path) => filesAndOverlays.get(path),
    problemAt,
    originOf,
    version,
    files: filesAndOverlays,
    overlaid,
    unusable,
    problems,
    parts: written.parts,
  };
}

/** Reads the root and all that it refers to. Swagger-parser finds and follows the `$ref`s; what may be read is decided here. */
async function readFiles(rootPath: string) {
  const folder = dirname(rootPath);
  const files = new Map<string, SpecFile>();
  const unusable = new Map<string, SpecFileError>();
  let bytes = 0;

  const read = async (path: string): Promise<SpecFile> => {
    const known = files.get(path);
    if (known) return known;
    if (!(await isInside(folder, path))) {
      throw new SpecFileError(
        "ref-outside",
        "The file is outside the spec's folder.",
        "Move it below the folder of the spec's root file; nothing else is read.",
      );
    }
    const file = await readSpecFile(path);
    bytes += file.text.length;
    if (bytes > specLimits.bytes) {
      throw new SpecFileError(
        "spec-too-large",
        `The spec's files have more than ${specLimits.bytes} bytes.`,
        "Split the contract.",
      );
    }
    files.set(path, file);
    return file;
  };

  try {
    await read(rootPath);
  } catch (error) {
    if (!(error instanceof SpecFileError)) throw error;
    const { rule, message, remedy, place } = error;
    throw rootProblem(relative(folder, rootPath), rule, message, remedy, place ?? {});
  }
  if (!refersToFiles(files.get(rootPath)?.value)) return { files, unusable };
  const parser = new SwaggerParser();
  await parser
    .resolve(rootPath, {
      continueOnError: true,
      resolve: {
        http: false,
        file: {
          order: 1,
          canRead: true,
          read: async ({ url }: { url: string }) => {
            const path = pathOf(url);
            try {
              return (await read(path)).text;
            } catch (error) {
              if (error instanceof SpecFileError) unusable.set(path, error);
              throw error;
            }
          },
        },
      },
      parse: {
        json: false,
        text: false,
        binary: false,
        yaml: {
          order: 1,
          canParse: true,
          parse: ({ url, data }: { url: string; data: unknown }) =>
            (files.get(pathOf(url)) ?? parseSpecText(url, String(data))).value,
        },
      },
    } as SwaggerParser.Options)
    // Each file's own error is kept above; the bundle reports those that the contract really needs.
    .catch(() => undefined);
  return { files, unusable };
}

/** Whether any `$ref`, wherever it stands, leads out of the file. */
function refersToFiles(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(refersToFiles);
  const { $ref } = value as JsonObject;
  if (typeof $ref === "string" && !$ref.startsWith("#")) return true;
  for (const key in value) {
    const part = (value as JsonObject)[key];
    if (typeof part === "object" && part !== null && refersToFiles(part)) return true;
  }
  return false;
}

function pathOf(url: string): string {
  const [bare = ""] = url.split("#");
  if (bare.startsWith("file:")) return fileURLToPath(bare);
  try {
    return resolve(decodeURIComponent(bare));
  } catch {
    return resolve(bare);
  }
}

function checkVersion(root: SpecFile): "3.0" | "3.1" {
  const refuse = (rule: string, message: string, remedy: string): never => {
    throw rootProblem(root.path.split(sep).at(-1) ?? root.path, rule, message, remedy, {
      line: 1,
      column: 1,
      pointer: "#",
    });
  };
  const { value } = root;
  if (!isObject(value)) {
    return refuse(
      "not-openapi",
      "The file is not an OpenAPI document: its root is not a map.",
      "Start with `openapi: 3.1.0`.",
    );
  }
  if (value["swagger"] !== undefined) {
    return refuse(
      "swagger-2",
      "This is a Swagger 2.0 document; OpenAPI 3.0 or 3.1 is needed.",
      "Convert it first, for example with the npm package swagger2openapi.",
    );
  }
  const version = value["openapi"];
  if (version === undefined) {
    return refuse(
      "not-openapi",
      "The file is not an OpenAPI document: it has no `openapi` field.",
      "Start with `openapi: 3.1.0`.",
    );
  }
  const line = typeof version === "string" ? /^3\.[01](?=\.\d+$)/.exec(version)?.[0] : undefined;
  if (line === undefined) {
    return refuse(
      "openapi-version",
      `OpenAPI version ${JSON.stringify(version)} is not supported; 3.0.x and 3.1.x are.`,
      'Write the version as text, for example `openapi: "3.1.0"`.',
    );
  }
  return line as "3.0" | "3.1";
}
