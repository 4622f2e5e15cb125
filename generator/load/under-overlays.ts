import { realpath } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { applyOverlays } from "./apply-overlays.js";
import { type Bundle, bundle, type Origin } from "./bundle.js";
import type { JsonObject } from "./document-walk.js";
import { isInside } from "./is-inside.js";
import { type Overlay, readOverlay } from "./overlay.js";
import { type Problem, SpecError } from "./problem.js";
import { readSpecFile, type SpecFile, SpecFileError } from "./spec-file.js";

type Finding = Pick<Problem, "rule" | "message" | "remedy"> & { readonly origin: Origin };

interface UnderOverlays {
  readonly document: JsonObject;
  readonly originOf: (pointer: string) => Origin;
  /** The changed document; `null` if there was no overlay. */
  readonly overlaid: JsonObject | null;
  /** The overlays' files, and their absolute paths in the order in which they were given. */
  readonly files: ReadonlyMap<string, SpecFile>;
  readonly overlays: readonly string[];
  /** What is wrong with the overlays, and with references of the document they leave. */
  readonly findings: readonly Finding[];
}

/**
 * A bundled document as overlays leave it, each value still known by the file and pointer where it was written. They
 * see one document, whatever files it was written in, and refer to its places alone.
 *
 * @throws {SpecError} for an overlay that can't be read
 */
export async function underOverlays(input: {
  readonly rootPath: string;
  readonly written: Bundle;
  readonly overlays: readonly string[];
}): Promise<UnderOverlays> {
  const { rootPath, written } = input;
  if (input.overlays.length === 0) {
    const { document, originOf } = written;
    return { document, originOf, overlaid: null, files: new Map(), overlays: [], findings: [] };
  }
  const { files, paths, overlays, findings } = await readOverlays(rootPath, input.overlays);
  const { document: overlaid, sourceOf, findings: ofApplying } = applyOverlays(written.document, overlays);
  for (const { file, pointer, ...finding } of ofApplying)
    findings.push({ ...finding, origin: { file, pointer } });

  const originOfOverlaid = (pointer: string): Origin => {
    const source = sourceOf(pointer);
    return source.overlay === null
      ? written.originOf(source.pointer)
      : { file: source.overlay, pointer: source.pointer };
  };
  // Bundling once more follows the references that the overlays wrote, or left without what they refer to.
  const nowhere = { line: 1, column: 1 };
  const file: SpecFile = { path: rootPath, text: "", value: overlaid, placeOf: () => nowhere };
  const again = bundle({ rootPath, files: new Map([[rootPath, file]]), unusable: new Map() });
  for (const { rule, message, remedy, pointer } of again.problems) {
    const origin = originOfOverlaid(pointer ?? "#");
    findings.push({
      rule,
      message,
      remedy: files.has(origin.file) ? ofOverlay(rule, remedy) : ofSpec(rule, remedy),
      origin,
    });
  }
  const originOf = (pointer: string): Origin => originOfOverlaid(again.originOf(pointer).pointer);
  return { document: again.document, originOf, overlaid, files, overlays: paths, findings };
}

function ofOverlay(rule: string, remedy: string): string {
  if (rule !== "ref-dangling") return remedy;
  return "Refer to a place of the contract as it then is, such as `#/components/schemas/Thing`; an overlay refers to no other file.";
}

function ofSpec(rule: string, remedy: string): string {
  if (rule !== "ref-dangling") return remedy;
  return "An overlay removed what it refers to: let the overlay change this reference too.";
}

async function readOverlays(rootPath: string, given: readonly string[]) {
  const folder = dirname(rootPath);
  const files = new Map<string, SpecFile>();
  const paths: string[] = [];
  const overlays: Overlay[] = [];
  const findings: Finding[] = [];
  const unreadable: Problem[] = [];
  for (const name of given) {
    const path = await realpath(resolve(name)).catch(() => resolve(name));
    paths.push(path);
    try {
      if (!(await isInside(folder, path))) throw outside;
      const file = files.get(path) ?? (await readSpecFile(path));
      files.set(path, file);
      const read = readOverlay(file);
      overlays.push(read.overlay);
      for (const { pointer, ...finding } of read.findings)
        findings.push({ ...finding, origin: { file: path, pointer } });
      if (read.extends !== null && !isFor(read.extends, path, rootPath)) {
        const shown = JSON.stringify(relative(folder, rootPath));
        findings.push({
          rule: "overlay-extends",
          message: `The overlay is for another document: it extends ${JSON.stringify(read.extends)}, not ${shown}.`,
          remedy:
            "Name the spec's root file, relative to the overlay, or apply the overlay to the spec it is for.",
          origin: { file: path, pointer: "#/extends" },
        });
      }
    } catch (error) {
      if (!(error instanceof SpecFileError)) throw error;
      const { rule, message, remedy, place } = error;
      const at = { file: relative(folder, path), line: place?.line ?? null, column: place?.column ?? null };
      unreadable.push({ rule, severity: "error", ...at, pointer: null, message, remedy });
    }
  }
  if (unreadable.length > 0) throw new SpecError(unreadable);
  return { files, paths, overlays, findings };
}

const outside = new SpecFileError(
  "overlay-outside",
  "The overlay is outside the spec's folder.",
  "Move it below the folder of the spec's root file; nothing else is read.",
);

/** Whether `extends` names the root file. An address on the network may be its home: that is not looked up. */
function isFor(reference: string, overlay: string, rootPath: string): boolean {
  if (/^[a-z][a-z0-9+.-]+:/i.test(reference)) return !/^file:/i.test(reference);
  try {
    return resolve(dirname(overlay), decodeURIComponent(reference)) === rootPath;
  } catch {
    return false;
  }
}
