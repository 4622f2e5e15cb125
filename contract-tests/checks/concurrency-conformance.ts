import type { Job } from "../support/answers.js";
import { object } from "../support/contract.js";
import { type Exchange, headerOf, jsonOf } from "../verify/case.js";
import {
  answerFor,
  type Plan,
  type VerifiedContract,
  type VerifiedOperation,
} from "../verify/verified-contract.js";
import type { Check, Means } from "./check.js";
import { hasCode } from "./error-code.js";
import { type Following, follow, followingsOf, isSuccess, sendValid } from "./links.js";

export const concurrencyConformance: Check = {
  name: "concurrency_conformance",
  severity: "error",
  promise: "As many jobs as the plan allows are at work at a time, and no more.",
  scenarios: (contract) => {
    const most = Math.max(0, ...contract.plans.map(({ concurrency }) => concurrency ?? 0));
    if (most === 0) return [];
    const jobs = followingsOf(contract).filter(({ from, to }) => from.job && to.job);
    // All jobs share one number; one operation shows it.
    return jobs.slice(0, 1).map((following) => ({
      what: following.from.id,
      operation: following.from,
      writes: true,
      run: (means) => fill(means, following, most),
    }));
  },
};

async function fill(means: Means, following: Following, most: number): Promise<void> {
  const created: Exchange[] = [];
  for (let count = 0; count <= most; count++) {
    const exchange = await sendValid(means, following.from, "concurrency_conformance");
    if (!exchange) return;
    if (isSuccess(exchange)) {
      created.push(exchange);
      continue;
    }
    if (exchange.response.status !== 429) return;
    if (!hasCode(exchange.response, means.contract.concurrencyCodes)) {
      const unknown = unknownCode(means.contract, exchange);
      if (unknown !== null) means.tell(unknown, [exchange]);
      return;
    }
    const active = await countActive(means, following);
    const fault =
      faultOfRefusal(means.contract, means.options.plan, active) ??
      faultOfCode(means.contract, exchange) ??
      faultOfNumbers(means.contract, means.options.plan, exchange);
    means.tell(fault, [exchange]);
    return;
  }
  const active = await countActive(means, following);
  means.tell(faultOfNoRefusal(means.contract, means.options.plan, active), created.slice(-1));
}

/** A 429 whose code is neither that of a rate nor that of jobs: no client can tell what to wait for. */
function unknownCode(
  { errorCodeProperty, concurrencyCodes }: VerifiedContract,
  exchange: Exchange,
): string | null {
  const code = errorCodeProperty === null ? undefined : object(jsonOf(exchange.response))[errorCodeProperty];
  const known = [
    ...concurrencyCodes,
    ...exchange.case.operation.rateLimits.map(({ errorCode }) => errorCode),
  ];
  return typeof code !== "string" || known.includes(code)
    ? null
    : `Refused with the code "${code}", which is that of no limit; they are ${known.join(", ")}.`;
}

/** Where the contract shows the refusal of this rule, its code is the one to be told. */
function faultOfCode({ errorCodeProperty }: VerifiedContract, exchange: Exchange): string | null {
  if (errorCodeProperty === null) return null;
  const shown = exchange.case.operation.refusals.filter(({ rule }) => rule === "concurrency");
  const wanted: unknown[] = shown
    .map(({ value }) => value[errorCodeProperty])
    .filter((code) => code !== undefined);
  const code = object(jsonOf(exchange.response))[errorCodeProperty];
  return wanted.length === 0 || wanted.includes(code)
    ? null
    : `The code of too many jobs is "${String(code)}"; by the contract it is "${wanted.join('" or "')}".`;
}

/** What the refusal tells of the plan's number and of the jobs at work, in the body and in headers. */
function faultOfNumbers(contract: VerifiedContract, plan: string | null, exchange: Exchange): string | null {
  const { operation } = exchange.case;
  const { headers, body, status } = exchange.response;
  const told = (word: string): { readonly name: string; readonly number: number }[] => {
    const property = contract.errorWords.get(word);
    const inBody = property === undefined ? undefined : object(jsonOf({ body }))[property];
    const inHeaders = (answerFor(operation, status)?.headers ?? [])
      .filter(({ schema }) => object(schema)["x-holds"] === word)
      .map(({ name }) => ({ name, number: Number(headerOf(headers, name) ?? Number.NaN) }));
    return [
      ...(typeof inBody === "number" ? [{ name: property ?? "", number: inBody }] : []),
      ...inHeaders.filter(({ number }) => !Number.isNaN(number)),
    ];
  };
  const numbers = contract.plans
    .filter(({ name, concurrency }) => concurrency !== null && (plan === null || name === plan))
    .map(({ concurrency }) => Number(concurrency));
  const limit = told("concurrencyLimit").find(({ number }) => !numbers.includes(number));
  if (limit) return `${limit.name} is ${limit.number}; plans allow ${numbers.join(", ")} jobs at a time.`;
  const active = told("activeJobs").find(({ number }) => !numbers.some((most) => number >= most));
  return active
    ? `Refused for too many jobs, and ${active.name} is ${active.number}; plans allow ${numbers.join(", ")}.`
    : null;
}

/** How many of all jobs that this run began are still at work, as the server tells. */
async function countActive(means: Means, following: Following): Promise<number> {
  const begun = means
    .history()
    .filter(
      (one) =>
        isSuccess(one) &&
        one.case.operation.job &&
        !one.case.operation.isRead &&
        followsTo(means.contract, one.case.operation),
    );
  let active = 0;
  for (const exchange of begun.slice(-200)) {
    const next = follow(means.maker(following.to), following, exchange, "concurrency_conformance");
    const seen = next && (await means.send(next));
    const { statusProperty, pending } = following.to.job as Job;
    if (seen && isSuccess(seen) && pending.includes(String(object(jsonOf(seen.response))[statusProperty])))
      active++;
  }
  return active;
}

function followsTo(contract: VerifiedContract, operation: VerifiedOperation): boolean {
  return followingsOf(contract).some(({ from }) => from.id === operation.id);
}

/** Refused while so many were at work: some plan must allow just so many. */
export function faultOfRefusal(
  { plans }: { plans: readonly Plan[] },
  plan: string | null,
  active: number,
): string | null {
  const allowed = plans.filter(({ name }) => plan === null || name === plan);
  if (allowed.some(({ concurrency }) => concurrency === active)) return null;
  const told = allowed.map(({ name, concurrency }) => `${name} ${concurrency ?? "as agreed"}`).join(", ");
  return `Refused while ${active} jobs are at work; allowed are: ${told}.`;
}

/** Never refused: right only where the plan has more room, or has a number of its own. */
export function faultOfNoRefusal(
  { plans }: { plans: readonly Plan[] },
  plan: string | null,
  active: number,
): string | null {
  const possible = plans.filter(({ name }) => plan === null || name === plan);
  if (possible.some(({ concurrency }) => concurrency === null || active <= concurrency)) return null;
  return `${active} jobs are at work, and none was refused; the plan allows ${possible.map(({ concurrency }) => concurrency).join(" or ")}.`;
}
