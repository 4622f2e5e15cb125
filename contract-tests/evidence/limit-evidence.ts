import { readLines } from "../sandbox/batch-lines.js";
import { array, type JsonObject, object } from "../support/contract.js";
import { type Evidence, type EvidenceFinding, none } from "./evidence.js";
import type { JoinedContract, SideOperation } from "./joined-contract.js";
import { refusal } from "./judge-request.js";
import { leastRequest, type MadeRequest } from "./make-request.js";
import { type Rate, tellingRequests } from "./rate-count.js";
import { shown } from "./request-evidence.js";

/** A request that was just let through, and under which condition; `null`: the finding is about none of the limits. */
export function limitEvidence(joined: JoinedContract, finding: EvidenceFinding): Evidence | null {
  const { revision } = joined;
  const operation = operationOf(joined, finding);
  const request = (): MadeRequest | null => {
    if (!operation) return null;
    const to = revision.operations.get(operation.title) ?? null;
    return leastRequest(joined, { from: operation, to });
  };
  const proof = (condition: string, keyword: string, message: string): Evidence => {
    const made = request();
    return made
      ? shown(joined, made, [refusal("operation", keyword, message)], condition)
      : none(`In words only: ${condition}`);
  };
  switch (finding.id) {
    case "rate-limit-added":
    case "rate-limit-decreased": {
      const [was, is] = [rateOf(finding.before), rateOf(finding.after)];
      if (!is) return none("In words only: the rate is not told in numbers.");
      const telling = tellingRequests(was, is);
      if (!telling) return none("In words only: no requests tell the two rates apart.");
      const { count, everyMs, retryAfterSeconds } = telling;
      const pace = everyMs === 0 ? "at once" : `one every ${everyMs / 1000} s`;
      const before = was === null ? "no limit" : `${was.limit} in ${was.periodSeconds} s`;
      return proof(
        `Sent ${count} times, ${pace}; all were let through before (${before}).`,
        "x-rate-limit",
        `must be sent at most ${is.limit} times in ${is.periodSeconds} s: number ${count} is answered with 429, and may be sent again after ${retryAfterSeconds} s`,
      );
    }
    case "plan-concurrency-decreased":
      return proof(
        `Sent ${Number(finding.before)} times, by a customer of the plan, while none of the jobs has ended.`,
        "x-plans",
        `must be at work at most ${Number(finding.after)} at a time: answered with 429`,
      );
    case "plan-removed":
    case "plan-feature-removed":
    case "required-feature-added": {
      const plan = planWithout(joined, finding);
      return proof(
        plan === null ? "Sent by a customer of the plan." : `Sent by a customer of the plan ${plan}.`,
        finding.id === "plan-removed" ? "x-plans" : "x-required-feature",
        finding.id === "plan-removed"
          ? "must be sent by a customer of a plan that there is"
          : `must be sent by a customer of a plan with ${String(finding.before ?? finding.after)}`,
      );
    }
    case "idempotency-removed":
    case "idempotency-header-changed": {
      const made = request();
      const header = String(finding.before);
      if (!made || !operation) return null;
      const again = { ...made, args: { ...made.args, header: { ...made.args.header, [header]: "1" } } };
      return shown(
        joined,
        again,
        [
          refusal(
            "header",
            "x-idempotency",
            "is not looked at: sent again, the request is carried out again",
          ),
        ],
        `Sent twice with ${header}; before, the second answer was the first one's.`,
      );
    }
  }
  return /-max-(bytes|seconds)-(decreased|set)$/.test(finding.id) ? largerThanBefore(joined, finding) : null;
}

/** A file that was let through and no longer is, told by its size: its bytes, its seconds, or its lines. */
export function largerThanBefore(joined: JoinedContract, finding: EvidenceFinding): Evidence | null {
  if (/-(lines-(added|removed)|unique-by-changed)$|^response-.*-lines-/.test(finding.id))
    return none("In words only: it is a part of a form that is read line by line.");
  const [, side, unit] =
    /^request-.*-(max|min)-(bytes|seconds|lines)-(?:set|(?:de|in)creased)$/.exec(finding.id) ?? [];
  const operation = operationOf(joined, finding);
  if (unit === undefined || !operation) return null;
  const { before, after } = finding;
  const to = joined.revision.operations.get(operation.title) ?? null;
  const isMost = side === "max";
  const count = Number(after) + (isMost ? 1 : -1);
  const counted =
    unit === "lines" ? refusedLines(count, isMost ? "maxItems" : "minItems", before, after) : null;
  return shown(
    joined,
    leastRequest(joined, { from: operation, to }),
    [
      refusal(
        "body",
        `x-${side}-${unit}`,
        counted ?? `must have at ${isMost ? "most" : "least"} ${Number(after)} ${unit}`,
      ),
    ],
    `With a file of ${count} ${unit}; ${typeof before === "number" ? before : "any number"} were let through.`,
  );
}

/** What the sandbox says to a file of so many lines, which it takes by the old rule; `null`: it can't tell them apart. */
function refusedLines(
  count: number,
  key: "minItems" | "maxItems",
  before: unknown,
  after: unknown,
): string | null {
  if (!(count >= 0 && count <= mostLines)) return null;
  const bytes = Buffer.from("{}\n".repeat(count));
  const read = (limit: unknown) =>
    readLines("file", bytes, { ...noRules, [key]: typeof limit === "number" ? limit : null }, () => null);
  const now = read(after);
  return read(before).rule === null && now.rule !== null ? (now.faults[0]?.message ?? null) : null;
}

const mostLines = 100_000;
const noRules = { minItems: null, maxItems: null, uniqueBy: null };

/** The operation that it concerns; of what concerns all, one that is likely to cost something. */
function operationOf({ base }: JoinedContract, { operations }: EvidenceFinding): SideOperation | null {
  const [title] = operations;
  if (title !== undefined) return base.operations.get(title) ?? null;
  const all = [...base.operations.values()].filter(({ kind }) => kind === "operation");
  return (
    all.find(({ value }) => value["x-required-feature"] !== undefined) ??
    all.find(({ method }) => method === "POST") ??
    all[0] ??
    null
  );
}

/** `60 in 60 s`, as the finding tells a rate. */
function rateOf(text: unknown): Rate | null {
  const [, limit, periodSeconds] = /^(\d+) in (\d+) s$/.exec(String(text)) ?? [];
  return limit === undefined ? null : { limit: Number(limit), periodSeconds: Number(periodSeconds) };
}

/** A plan of both sides whose customers are shut out, or the one that is gone. */
function planWithout(
  { base, revision }: JoinedContract,
  { id, pointers, after }: EvidenceFinding,
): string | null {
  const plans = (document: JsonObject): JsonObject[] =>
    array(object(document["x-plans"])["plans"]).map(object);
  if (id !== "required-feature-added") {
    const index = Number(pointers.base?.split("/").at(-1));
    const name = plans(base.document)[index]?.["name"];
    return name === undefined ? null : String(name);
  }
  const without = plans(revision.document).find(({ features }) => !array(features).includes(after));
  return without ? String(without["name"]) : null;
}
