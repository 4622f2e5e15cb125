import type { Job } from "../support/answers.js";
import { object } from "../support/contract.js";
import { type Exchange, jsonOf, type VerifyCase } from "../verify/case.js";
import { caseWithLines, runBatch } from "./batch-results.js";
import type { Check, Means } from "./check.js";
import { faultOfBatch, faultOfEnd } from "./ended-jobs.js";
import { followToEnd, jobFollowingsOf, lookAt, statusIn } from "./follow-jobs.js";
import { type Following, isSuccess } from "./links.js";
import { unreachable, withMedia } from "./media-addresses.js";

const name = "job_lifecycle_conformance";

export const jobLifecycleConformance: Check = {
  name,
  severity: "error",
  promise:
    "A job begins as pending, goes forward only, and what has ended stays as it is and says what came of it.",
  judge: (exchange, { contract }) => {
    const { batch } = exchange.case.operation;
    const { args } = exchange.case;
    if (!batch?.dryRunProperty || !isSuccess(exchange)) return undefined;
    if (object(args?.body)[batch.dryRunProperty] !== true) return undefined;
    return contract.judge.isValid(batch.schema, jsonOf(exchange.response))
      ? `With ${batch.dryRunProperty} a batch is begun all the same.`
      : null;
  },
  scenarios: (contract) =>
    jobFollowingsOf(contract).map((following) => ({
      what: following.from.id,
      operation: following.from,
      writes: !following.from.isRead,
      run: (means) => (following.from.batch ? liveBatch(means, following) : liveJobs(means, following)),
    })),
};

/** A job as the contract's example has it, and one of media that no server can get. */
async function liveJobs(means: Means, following: Following): Promise<void> {
  const maker = means.maker(following.from);
  const least = maker.least();
  const without = withMedia(following.from, least, unreachable);
  const cases: VerifyCase[] = [
    maker.case(least, { intent: "positive", source: name, what: "valid" }),
    ...(without
      ? [maker.case(without, { intent: "probe", source: name, what: "of media that are not there" })]
      : []),
  ];
  const created: Exchange[] = [];
  for (const one of cases) {
    const exchange = await means.send(one);
    if (exchange && isSuccess(exchange)) created.push(exchange);
  }
  for (const exchanges of await followToEnd(means, following, created, name))
    means.tell(await faultOfLife(means, following, exchanges), exchanges);
}

async function liveBatch(means: Means, following: Following): Promise<void> {
  const one = caseWithLines(means.maker(following.from), name, "valid", (line) => line);
  const ended = one && (await runBatch(means, one));
  if (!ended) return;
  const { exchanges, results } = ended;
  means.tell(
    (await faultOfLife(means, following, exchanges)) ?? faultOfBatch(means.contract, one, exchanges, results),
    exchanges,
  );
}

/** What is wrong with a job as it was seen, one time after another; it is looked at once more when it has ended. */
async function faultOfLife(
  means: Means,
  following: Following,
  exchanges: readonly Exchange[],
): Promise<string | null> {
  const job = following.to.job as Job;
  const [created] = exchanges;
  const again = created ? await lookAt(means, following, created, name) : null;
  if (again?.response.status === 404 || again?.response.status === 410)
    return `What was begun can't be found again: ${again.response.status} at ${again.case.request.target}.`;
  const all = [...exchanges, ...(again && isSuccess(again) ? [again] : [])];
  const statuses = all.map((exchange) => statusIn(job.statusProperty, exchange));
  const body = object(jsonOf((all.at(-1) as Exchange).response));
  return faultOfStatuses(job, statuses) ?? faultOfEnd(job, idOf(following, created), body);
}

function idOf({ parameters }: Following, created: Exchange | undefined): unknown {
  const [expression = ""] = Object.values(parameters);
  return created && object(jsonOf(created.response))[expression.replace("$response.body#/", "")];
}

/** What is wrong with the statuses that a job was seen in, one after another; `null`: nothing. */
export function faultOfStatuses(job: Job, statuses: readonly string[]): string | null {
  const [first = ""] = statuses;
  const ended = (status: string): boolean => [...job.succeeded, ...job.failed].includes(status);
  const known = [...job.pending, ...job.succeeded, ...job.failed];
  const strange = statuses.find((status) => !known.includes(status));
  if (strange !== undefined)
    return `A job is ${strange}, of which the contract does not say whether it is at work or has ended; it knows ${known.join(", ")}.`;
  if (!job.pending.includes(first))
    return `A new job is ${first} at once; it must be one of ${job.pending.join(", ")}.`;
  for (const [index, status] of statuses.entries()) {
    const before = statuses[index - 1];
    if (before === undefined || before === status) continue;
    if (ended(before)) return `A job that was ${before} is ${status} later.`;
    if (job.pending.indexOf(status) !== -1 && job.pending.indexOf(status) < job.pending.indexOf(before))
      return `A job went back from ${before} to ${status}.`;
  }
  return null;
}
