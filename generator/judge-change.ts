import { dirname, relative } from "node:path";
import { type Approval, approve, type JudgedChange } from "./changes/approvals.js";
import type { CompileFinding, SourcePlace } from "./changes/change.js";
import { compareContracts } from "./changes/compare-contracts.js";
import { tellApart } from "./changes/compile/tell-apart.js";
import { applySeverities, type Configuration } from "./changes/configuration.js";
import type { Evidence } from "./changes/evidence.js";
import { judge, type Verdict } from "./changes/verdict.js";
import { isObject, isSameValue, valueAt } from "./load/document-walk.js";
import { fromPointer, toPointer } from "./load/json-pointer.js";
import { lineStarts } from "./load/line-starts.js";
import type { SpecReading } from "./load/load-spec.js";
import type { Problem } from "./load/problem.js";
import type { SpecFile } from "./load/spec-file.js";

/** A change with the places in the files where it was written, and the lines that stand there. */
export interface PlacedChange extends JudgedChange {
  readonly places: { readonly base: ShownPlace | null; readonly revision: ShownPlace | null };
  /** Where a reviewer of the revision meets it: its place there, or that of the nearest part that is left. */
  readonly review: ShownPlace;
  /** What shows it; `null` where nobody asked, it is a note, or nothing shows a warning. */
  readonly evidence: Evidence | null;
}

export interface ShownPlace extends SourcePlace {
  /** The line of the file, as it is. */
  readonly text: string | null;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly changes: readonly PlacedChange[];
  /** What could not be read of either side; nothing that depends on it was judged. */
  readonly problems: { readonly base: readonly Problem[]; readonly revision: readonly Problem[] };
  /** Places that were left out, since one side could not be read there. */
  readonly unjudged: number;
  readonly expired: readonly Approval[];
  readonly unused: readonly Approval[];
}

export interface JudgeOptions {
  readonly today: string;
  readonly configuration: Configuration;
  readonly approvals: readonly Approval[];
  /** What the compiler found, if it was asked and could say. */
  readonly compile?: readonly CompileFinding[] | null;
}

/** Compares two specs, as far as they could be read, and judges what changed. */
export function judgeChange(
  base: SpecReading,
  revision: SpecReading,
  { today, configuration, approvals, compile = null }: JudgeOptions,
): Judgement {
  const policy = { today, deprecationDays: configuration.deprecationDays };
  const [lostInBase, lostInRevision] = [lostPlaces(base), lostPlaces(revision)];
  const unjudged = new Set<string>();
  const readable = compareContracts(base.document, revision.document, policy, (pointers) => {
    const lost =
      isLost(base, lostInBase, pointers.base) || isLost(revision, lostInRevision, pointers.revision);
    if (lost) unjudged.add(`${pointers.base} ${pointers.revision}`);
    return !lost;
  });
  const has = (pointer: string): boolean => valueAt(revision.document, fromPointer(pointer)) !== undefined;
  const met = compile ? tellApart(readable, compile, has) : readable;
  const { changes, expired, unused } = approve(applySeverities(met, configuration), approvals, today);
  return {
    verdict: judge(changes, versions(base, revision)),
    changes: changes.map((change) => ({
      ...change,
      evidence: null,
      places: {
        base: placeOf(base, change.pointers.base),
        revision: placeOf(revision, change.pointers.revision),
      },
      review: placeAt(
        revision,
        change.pointers.revision ?? whatIsLeft(revision, change.pointers.base ?? "#"),
      ),
    })),
    problems: { base: base.problems, revision: revision.problems },
    unjudged: unjudged.size,
    expired,
    unused,
  };
}

function versions(base: SpecReading, revision: SpecReading) {
  const version = ({ document: { info } }: SpecReading): string | null =>
    isObject(info) && ["string", "number"].includes(typeof info["version"]) ? String(info["version"]) : null;
  // A new number alone is no change of what it numbers.
  const rest = ({ document }: SpecReading) => ({
    ...document,
    info: { ...(isObject(document["info"]) ? document["info"] : {}), version: null },
  });
  return {
    before: version(base),
    after: version(revision),
    differs: !isSameValue(rest(base), rest(revision)),
  };
}

/** Places, as `file pointer`, that stand for something that could not be read. */
function lostPlaces({ problems }: SpecReading): ReadonlySet<string> {
  const lost = problems.filter(({ rule }) => rule !== "openapi-structure");
  return new Set(lost.map(({ file, pointer }) => `${file} ${(pointer ?? "#").replace(/\/\$ref$/, "")}`));
}

function isLost(spec: SpecReading, lost: ReadonlySet<string>, pointer: string | null): boolean {
  if (lost.size === 0 || pointer === null) return false;
  const { file, pointer: at } = spec.originOf(pointer);
  const name = relative(dirname(spec.rootPath), file);
  // A parameter that could not be read seems to be gone: then the pointer is that of its operation.
  return [...lost].some(
    (place) => place === `${name} ${at}` || place.startsWith(`${name} ${at}/parameters/`),
  );
}

function placeOf(spec: SpecReading, pointer: string | null): ShownPlace | null {
  return pointer === null ? null : placeAt(spec, pointer);
}

/** The nearest part above a pointer that the document still has. */
function whatIsLeft({ document }: SpecReading, pointer: string): string {
  const tokens = fromPointer(pointer);
  while (tokens.length > 0 && valueAt(document, tokens) === undefined) tokens.pop();
  return toPointer(tokens);
}

function placeAt(spec: SpecReading, pointer: string): ShownPlace {
  const origin = spec.originOf(pointer);
  const file = spec.fileOf(origin.file);
  const place = file?.placeOf(origin.pointer);
  return {
    file: relative(dirname(spec.rootPath), origin.file),
    line: place?.line ?? null,
    column: place?.column ?? null,
    pointer: origin.pointer,
    text: file && place ? lineOf(file, place.line) : null,
  };
}

const maxLineLength = 160;

function lineOf(file: SpecFile, line: number): string | null {
  const starts = lineStarts(file);
  const start = starts[line - 1];
  if (start === undefined) return null;
  const end = (starts[line] ?? file.text.length + 1) - 1;
  return file.text.slice(start, Math.min(end, start + maxLineLength)).trim();
}
