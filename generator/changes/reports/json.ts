import type { Reported, ReportedPlace, Sides } from "./reported.js";

/** The judgement as `docs/diff-report.schema.json` describes it, on one line. */
export function toJson(
  { verdict, changes, problems, unjudged, expired, unused }: Reported,
  { base, revision }: Sides,
  elapsedMs: number,
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
    approvals: { expired, unused },
    elapsedMs,
  };
  return `${JSON.stringify(report)}\n`;
}

function withoutText({ text: _, ...place }: ReportedPlace) {
  return place;
}
