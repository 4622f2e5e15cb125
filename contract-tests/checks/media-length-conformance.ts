import { object } from "../support/contract.js";
import type { Exchange } from "../verify/case.js";
import { type MediaLimit, readMediaLimits } from "../verify/extensions.js";
import type { VerifiedContract, VerifiedOperation } from "../verify/verified-contract.js";
import { caseWithLines, runBatch } from "./batch-results.js";
import type { Check, Means } from "./check.js";
import { linesOf } from "./ended-jobs.js";
import { followToEnd, hasEnded, hasSucceeded, jobFollowingsOf, lineOperationOf } from "./follow-jobs.js";
import { type Following, isSuccess } from "./links.js";
import { lasting, withMediaOf } from "./media-addresses.js";

const name = "media_length_conformance";

export const mediaLengthConformance: Check = {
  name,
  severity: "error",
  promise: "Media that last as long as the contract lets are worked on, those that last longer are not.",
  scenarios: (contract) =>
    jobFollowingsOf(contract)
      .filter(({ from }) => limitsOf(contract, from).length > 0)
      .map((following) => ({
        what: following.from.id,
        operation: following.from,
        writes: !following.from.isRead,
        run: (means) => (following.from.batch ? tryLines(means, following) : tryJobs(means, following)),
      })),
};

/** How long the media of a try last, next to the limit it is made for. */
const tries = [
  { length: "short", of: (limit: number) => limit / 2 },
  { length: "at", of: (limit: number) => limit },
  { length: "over", of: (limit: number) => limit + 0.5 },
  { length: "far", of: (limit: number) => limit * 50 },
] as const;

type Length = (typeof tries)[number]["length"];

/** What became of the tries of one limit; left out where it was not seen. */
export interface Tried {
  readonly limit: MediaLimit;
  readonly worked: Partial<Record<Length, boolean>>;
}

/** The limits of an operation's own requests, or of the lines of its file. */
function limitsOf({ judge }: VerifiedContract, { mediaLimits, form }: VerifiedOperation): MediaLimit[] {
  const lines = form?.parts.find((part) => part.lines !== null)?.lines;
  return lines ? readMediaLimits(judge, lines.schema) : [...mediaLimits];
}

async function tryJobs(means: Means, following: Following): Promise<void> {
  const { from } = following;
  const maker = means.maker(from);
  const schema = from.form?.schema ?? from.body?.schema ?? true;
  const made: { limit: MediaLimit; length: Length; exchange: Exchange }[] = [];
  const limits = limitsOf(means.contract, from);
  for (const limit of limits)
    for (const { length, of } of tries) {
      const seconds = of(limit.seconds);
      const args = [maker.least(), ...maker.examples().flatMap((one) => one.args ?? [])]
        .map((one) => withMediaOf(from, { ...one, body: withLimited(one.body, limit) }, seconds))
        .find((one) => one && means.contract.judge.isValid(schema, one.body));
      if (!args) break;
      if (breaksAnother(limits, limit, args.body, seconds)) continue;
      const what = `media of ${seconds} seconds${limit.value === null ? "" : ` for ${limit.value}`}`;
      const exchange = await means.send(maker.case(args, { intent: "probe", source: name, what }));
      if (!exchange) return;
      made.push({ limit, length, exchange });
    }
  const begun = made.map(({ exchange }) => exchange).filter(isSuccess);
  const seen = await followToEnd(means, following, begun, name);
  const workedOf = (exchange: Exchange): boolean | undefined => {
    if (!isSuccess(exchange)) return [400, 413, 422].includes(exchange.response.status) ? false : undefined;
    const exchanges = seen.find(([first]) => first === exchange) ?? [];
    return hasEnded(following, exchanges) ? hasSucceeded(following, exchanges) : undefined;
  };
  tell(
    means,
    made.map(({ limit, length, exchange }) => ({ limit, length, worked: workedOf(exchange) })),
    made.map(({ exchange }) => exchange),
  );
}

async function tryLines(means: Means, following: Following): Promise<void> {
  const { from } = following;
  const limits = limitsOf(means.contract, from);
  const all = limits.flatMap((limit) =>
    tries.map(({ length, of }) => ({ limit, length, seconds: of(limit.seconds) })),
  );
  const one = caseWithLines(means.maker(from), name, "lines of several lengths", (line, index) => {
    const planned = all[index];
    return planned ? lasting(withLimited(line, planned.limit), planned.seconds) : line;
  });
  const lines = one && linesOf(one);
  if (!one || !lines?.uniqueBy || !means.contract.judge.isValid(from.form?.schema ?? true, one.args?.body))
    return;
  const ended = await runBatch(means, one);
  if (!ended?.results) return;
  const { resultIdProperty = "", resultBodyProperty = "" } = from.batch ?? {};
  const job = lineOperationOf(means.contract, lines.values[0])?.job;
  const statusOf = (line: unknown): string => {
    const id = object(line)[lines.uniqueBy ?? ""];
    const result = ended.results?.find((result) => object(result)[resultIdProperty] === id);
    return String(object(object(result)[resultBodyProperty])[job?.statusProperty ?? ""]);
  };
  tell(
    means,
    all.slice(0, lines.values.length).map(({ limit, length, seconds }, index) => {
      const line = lines.values[index];
      const status = breaksAnother(limits, limit, line, seconds) ? "" : statusOf(line);
      const worked = job?.succeeded.includes(status)
        ? true
        : job?.failed.includes(status)
          ? false
          : undefined;
      return { limit, length, worked };
    }),
    ended.exchanges,
  );
}

function withLimited(body: unknown, { at, value }: MediaLimit): unknown {
  if (value === null) return body;
  const [first, ...rest] = at;
  if (first === undefined) return value;
  return { ...object(body), [first]: withLimited(object(body)[first], { at: rest, value, seconds: 0 }) };
}

/** Whether media of this length are too long by another limit: then what becomes of them says nothing of this one. */
function breaksAnother(
  limits: readonly MediaLimit[],
  own: MediaLimit,
  body: unknown,
  seconds: number,
): boolean {
  return limits.some(({ at, value, seconds: most }) => {
    const found = at.reduce<unknown>((here, token) => object(here)[token], body);
    const isMeant = value === null ? found !== undefined : found === value;
    return most !== own.seconds && most < seconds && isMeant && seconds <= own.seconds;
  });
}

function tell(
  means: Means,
  made: readonly {
    readonly limit: MediaLimit;
    readonly length: Length;
    readonly worked: boolean | undefined;
  }[],
  exchanges: readonly Exchange[],
): void {
  const tried = [...new Set(made.map(({ limit }) => limit))].map((limit): Tried => {
    const own = made.filter((one) => one.limit === limit && one.worked !== undefined);
    return { limit, worked: Object.fromEntries(own.map(({ length, worked }) => [length, worked])) };
  });
  const fault = faultOfLengths(tried);
  if (fault !== undefined) means.tell(fault, exchanges);
}

/**
 * What is wrong by the tries of several limits. A server that does not know how long media last says nothing: it works on all
 * of them, or on none. `undefined`: it is such a one.
 */
export function faultOfLengths(tried: readonly Tried[]): string | null | undefined {
  const judged = tried.filter(({ worked }) => worked.short === true);
  if (!judged.some(({ worked }) => worked.far === false)) return undefined;
  for (const { limit, worked } of judged) {
    const what = `${limit.at.join("/")}${limit.value === null ? "" : ` ${limit.value}`}`;
    if (worked.at === false)
      return `Media of ${limit.seconds} seconds are not worked on; ${what} lets them last so long.`;
    if (worked.over === true || worked.far === true)
      return `Media of more than ${limit.seconds} seconds are worked on; ${what} lets them last no longer.`;
  }
  return null;
}
