import { object } from "../support/contract.js";
import { type Exchange, jsonOf } from "../verify/case.js";
import { CaseMaker } from "../verify/make-cases.js";
import type { VerifiedContract, VerifiedOperation } from "../verify/verified-contract.js";
import type { Means } from "./check.js";
import { type Following, follow, followingsOf, isSuccess } from "./links.js";

const pauseMs = 40;
/** How long a job's end is waited for. */
const patienceMs = 500;

/** Servers whose jobs take longer than we wait: it is waited once, not in each check. */
const slow = new WeakSet<readonly Exchange[]>();

/** Every way to look at a job that an operation begins: links, and the paths at which batches can be followed. */
export function jobFollowingsOf(contract: VerifiedContract): Following[] {
  const links = followingsOf(contract).filter(({ from, to }) => from.job && to.job);
  const batches = contract.operations.flatMap((from): Following[] => {
    const { followed: to, idProperty } = from.batch ?? { followed: null, idProperty: "" };
    const [parameter] = to?.parameters ?? [];
    if (!to?.job || !parameter || links.some((one) => one.from.id === from.id)) return [];
    return [{ from, to, name: "batch", parameters: { [parameter.name]: `$response.body#/${idProperty}` } }];
  });
  return [...links, ...batches];
}

/** Looks at a job once; `null`: it can't be, or the run is over. */
export async function lookAt(
  means: Means,
  following: Following,
  created: Exchange,
  source: string,
): Promise<Exchange | null> {
  const { contract } = means;
  const { to } = following;
  const isDeclared = contract.operations.includes(to);
  const maker = isDeclared ? means.maker(to) : new CaseMaker(contract, to, 1);
  const next = follow(maker, following, created, source);
  // What the contract only mentions no client has a method for.
  return next && (await means.send(isDeclared ? next : { ...next, args: null }));
}

/** What was seen of each job, its creation first, until all have ended or we wait no longer. */
export async function followToEnd(
  means: Means,
  following: Following,
  created: readonly Exchange[],
  source: string,
): Promise<Exchange[][]> {
  const seen = created.map((one) => [one]);
  const longestMs = slow.has(means.history()) ? 0 : patienceMs;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    for (const exchanges of seen) {
      const [first] = exchanges;
      if (!first || hasEnded(following, exchanges)) continue;
      const exchange = await lookAt(means, following, first, source);
      if (!exchange) return seen;
      if (isSuccess(exchange)) exchanges.push(exchange);
    }
    if (seen.every((exchanges) => hasEnded(following, exchanges))) return seen;
    if (waitedMs >= longestMs) break;
    await means.sleep(pauseMs);
  }
  slow.add(means.history());
  return seen;
}

/** Whether the last look showed the end. */
export function hasEnded({ to: { job } }: Following, exchanges: readonly Exchange[]): boolean {
  const status = statusIn(job?.statusProperty, exchanges.at(-1));
  return job !== null && exchanges.length > 1 && [...job.succeeded, ...job.failed].includes(status);
}

export function hasSucceeded(following: Following, exchanges: readonly Exchange[]): boolean {
  const { job } = following.to;
  const status = statusIn(job?.statusProperty, exchanges.at(-1));
  return hasEnded(following, exchanges) && job?.succeeded.includes(status) === true;
}

export function statusIn(property: string | undefined, exchange: Exchange | undefined): string {
  return exchange && property !== undefined ? String(object(jsonOf(exchange.response))[property]) : "";
}

/** The operation whose jobs the lines of a batch are: that whose path a line names, or else the first that begins any. */
export function lineOperationOf(contract: VerifiedContract, line: unknown): VerifiedOperation | null {
  const makers = contract.operations.filter((one) => one.job !== null && one.batch === null && !one.isRead);
  const words = Object.values(object(line));
  return makers.find(({ path }) => words.includes(path)) ?? makers[0] ?? null;
}
