import type { Approval, JudgedChange } from "../approvals.js";
import type { SourcePlace } from "../change.js";
import type { Evidence } from "../evidence.js";
import type { Verdict } from "../verdict.js";

/** What every report is written from. */
export interface Reported {
  readonly verdict: Verdict;
  readonly changes: readonly ReportedChange[];
  /** What could not be read of either side. */
  readonly problems: { readonly base: readonly UnreadPart[]; readonly revision: readonly UnreadPart[] };
  /** Changes that were left out, since one side could not be read there. */
  readonly unjudged: number;
  readonly expired: readonly Approval[];
  readonly unused: readonly Approval[];
}

export interface ReportedChange extends JudgedChange {
  readonly places: { readonly base: ReportedPlace | null; readonly revision: ReportedPlace | null };
  /** Where a reviewer of the revision meets it: its place there, or that of the nearest part that is left. */
  readonly review: ReportedPlace;
  /** What shows it; `null` where nobody asked, or it is no error. */
  readonly evidence: Evidence | null;
}

export interface ReportedPlace extends SourcePlace {
  /** The line of the file, as it is. */
  readonly text: string | null;
}

interface UnreadPart {
  readonly rule: string;
  readonly message: string;
  readonly remedy: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** The two sides as they were named, and the folders in which their files' names begin. */
export interface Sides {
  readonly base: string;
  readonly revision: string;
  /** From the folder that a review shows, with `/`; empty for that folder itself. */
  readonly baseFolder: string;
  readonly revisionFolder: string;
}

/** A file of a side as a review shows it. */
export function inReview(folder: string, file: string): string {
  return folder === "" ? file : `${folder}/${file}`;
}
