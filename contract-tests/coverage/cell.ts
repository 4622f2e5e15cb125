/** What is counted apart, in the order of reports. */
export const dimensions = [
  "operations",
  "statuses",
  "mediaTypes",
  "parameters",
  "keywords",
  "limits",
] as const;
export type Dimension = (typeof dimensions)[number];

/** One thing that a test of the contract can show. */
export interface Cell {
  /** The same in each run, as long as the contract is. */
  readonly id: string;
  readonly dimension: Dimension;
  /** Id of the operation or the webhook; `null`: it belongs to all. */
  readonly operation: string | null;
  /** What it is about: `413`, `query status`, `body /options/temperature`. */
  readonly subject: string;
  /** Of a keyword or limit: which, with its value. Else empty. */
  readonly rule: string;
  /** What has to be seen: `answered`, `refused`, `satisfied` … */
  readonly side: string;
  /** JSON pointer of it in the spec, references followed. */
  readonly pointer: string;
  /** The case that would cover it, in words. */
  readonly missing: string;
  /** Why nothing can ever cover it; `null`: something can. */
  readonly cannot: string | null;
}
