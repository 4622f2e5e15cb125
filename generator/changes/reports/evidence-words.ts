import type { Evidence, Objection } from "../evidence.js";

/** Evidence for a reader. What is quoted of a spec is escaped by the report. */
export interface EvidenceWords {
  readonly lead: string;
  /** A line for a shell, or an answer; `null`: nothing is shown. */
  readonly code: string | null;
  readonly language: "sh" | "http";
  readonly objections: readonly string[];
}

/** As much of a line as a report shows; JSON has the whole. */
const maxLength = 1200;
const maxObjections = 3;

/** `null`: nobody asked, or there is nothing to show that a reader of the change does not know. */
export function evidenceWords(evidence: Evidence | null): EvidenceWords | null {
  if (evidence === null) return null;
  if (evidence.kind === "none")
    return { lead: `Nothing is shown. ${evidence.reason}`, code: null, language: "sh", objections: [] };
  const objections = evidence.refusals.slice(0, maxObjections).map(describe);
  if (evidence.kind === "request") {
    const condition = evidence.condition === null ? "" : ` ${evidence.condition}`;
    return {
      lead: `Was let through, and is refused now.${condition}`,
      code: clip(evidence.curl),
      language: "sh",
      objections,
    };
  }
  const { status, mediaType, headers, body } = evidence.response;
  const parts = [
    ...(status === null ? [] : [status]),
    ...(mediaType === null ? [] : [mediaType]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === null ? [] : [body]),
  ];
  return {
    lead:
      status === null ? "May be sent now, and was not told of." : "May be answered now, and was not told of.",
    code: clip(parts.join("  ")),
    language: "http",
    objections,
  };
}

/** The same as lines of plain text. */
export function evidenceLines(evidence: Evidence | null): readonly string[] {
  const words = evidenceWords(evidence);
  return words ? [words.lead, ...(words.code === null ? [] : [words.code]), ...words.objections] : [];
}

/** `body /input/0: must be string (type)` */
function describe({ in: place, name, pointer, keyword, message }: Objection): string {
  const where = [place, ...(name === null ? [] : [name])].join(" ");
  return `${where}${pointer === "" ? "" : ` ${pointer}`}: ${message} (${keyword})`;
}

const clip = (text: string): string => (text.length > maxLength ? `${text.slice(0, maxLength)} …` : text);
