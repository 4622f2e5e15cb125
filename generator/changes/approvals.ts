import { isObject } from "../load/document-walk.js";
import type { Change } from "./change.js";
import { dayOf } from "./rules/lifecycle-days.js";

/** One change that someone has let pass, for a time. */
export interface Approval {
  readonly fingerprint: string;
  readonly reason: string;
  readonly author: string;
  /** Last day on which it holds. */
  readonly expires: string;
}

/** A change as it is reported, with who let it pass. */
export interface JudgedChange extends Change {
  readonly approval: Approval | null;
}

export interface FileFault {
  /** JSON pointer in the file. */
  readonly at: string;
  readonly message: string;
}

/** Reads `specwright-approvals.yaml`: `{ approvals: [{ fingerprint, reason, author, expires }] }`. */
export function readApprovals(value: unknown): {
  approvals: readonly Approval[];
  faults: readonly FileFault[];
} {
  const faults: FileFault[] = [];
  const list = isObject(value) ? (value["approvals"] ?? []) : value === null ? [] : undefined;
  if (!Array.isArray(list)) {
    return { approvals: [], faults: [{ at: "#", message: "The file has no list `approvals`." }] };
  }
  const approvals = list.flatMap((entry: unknown, index): Approval[] => {
    const at = `#/approvals/${index}`;
    const words = isObject(entry) ? entry : {};
    const { fingerprint, reason, author, expires } = words;
    for (const [key, text] of Object.entries({ reason, author }))
      if (typeof text !== "string" || text.trim() === "")
        faults.push({ at, message: `The approval has no ${key}.` });
    if (!/^[0-9a-f]{16}$/.test(String(fingerprint)))
      faults.push({ at, message: "The approval has no fingerprint of 16 hexadecimal digits, in quotes." });
    const day = typeof expires === "string" ? dayOf(expires) : null;
    if (day === null)
      faults.push({ at, message: "The approval has no day on which it `expires`, such as 2031-12-31." });
    return [
      {
        fingerprint: String(fingerprint),
        reason: String(reason),
        author: String(author),
        expires: day ?? "",
      },
    ];
  });
  return { approvals, faults };
}

export interface Approved {
  readonly changes: readonly JudgedChange[];
  /** Approvals that no longer hold, though their change is there. */
  readonly expired: readonly Approval[];
  /** Approvals of changes that are not there. */
  readonly unused: readonly Approval[];
}

/** Marks the changes that were approved, for as long as that holds. */
export function approve(changes: readonly Change[], approvals: readonly Approval[], today: string): Approved {
  const valid = new Map(
    approvals.filter(({ expires }) => expires >= today).map((one) => [one.fingerprint, one]),
  );
  const found = new Set(changes.map(({ fingerprint }) => fingerprint));
  return {
    changes: changes.map((change) => ({ ...change, approval: valid.get(change.fingerprint) ?? null })),
    expired: approvals.filter(({ fingerprint }) => found.has(fingerprint) && !valid.has(fingerprint)),
    unused: approvals.filter(({ fingerprint }) => !found.has(fingerprint)),
  };
}
