import { escapeInvisible } from "../../render/plain-text.js";
import type { Reported, ReportedPlace, Sides } from "./reported.js";

interface Compiled {
  readonly status: string;
  readonly findings?: unknown;
}

const withoutFindings = ({ findings: _, ...compiled }: Compiled): object => compiled;

/** The judgement as `docs/diff-report.schema.json` describes it, on one line. */
export function toJson(
  { verdict, changes, problems, unjudged, expired, unused }: Reported,
  { base, revision }: Sides,
  { elapsedMs, compiled }: { readonly elapsedMs: number; readonly compiled: Compiled | null },
): string {
  const report = {
    ok: true,
    base,
    revision,
    verdict,
    changes: changes.map(({ places, review, ...change }) => ({
      ...change,
      places: {
        base: places.base && withoutText(places.base),
        revision: places.revision && withoutText(places.revision),
      },
      review: withoutText(review),
    })),
    problems,
    unjudged,
    compiled: compiled && withoutFindings(compiled),
    approvals: { expired, unused },
    elapsedMs,
  };
  return `${escapeInvisible(JSON.stringify(report))}\n`;
}

function withoutText({ text: _, ...place }: ReportedPlace) {
  return place;
}
