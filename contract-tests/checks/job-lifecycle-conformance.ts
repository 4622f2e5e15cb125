import type { Job } from "../support/answers.js";
import { object } from "../support/contract.js";
import { type Exchange, jsonOf } from "../verify/case.js";
import type { Check } from "./check.js";
import { follow, followingsOf, isSuccess, sendValid } from "./links.js";

const polls = 6;
const pauseMs = 40;

export const jobLifecycleConformance: Check = {
  name: "job_lifecycle_conformance",
  severity: "error",
  promise: "A job begins as pending, goes forward only, and what has ended stays as it is.",
  scenarios: (contract) =>
    followingsOf(contract)
      .filter(({ from, to }) => from.job && to.job)
      .map((following) => ({
        what: following.from.id,
        operation: following.from,
        writes: !following.from.isRead,
        run: async (means) => {
          const created = await sendValid(means, following.from, "job_lifecycle_conformance");
          if (!created || !isSuccess(created)) return;
          const exchanges: Exchange[] = [created];
          for (let poll = 0; poll < polls; poll++) {
            const next = follow(means.maker(following.to), following, created, "job_lifecycle_conformance");
            const seen = next && (await means.send(next));
            if (!seen) break;
            if (isSuccess(seen)) exchanges.push(seen);
            await means.sleep(pauseMs);
          }
          const job = following.from.job as Job;
          const statuses = exchanges.map(({ response }) =>
            String(object(jsonOf(response))[job.statusProperty]),
          );
          means.tell(faultOfStatuses(job, statuses), exchanges);
        },
      })),
};

/** What is wrong with the statuses that a job was seen in, one after another; `null`: nothing. */
export function faultOfStatuses(job: Job, statuses: readonly string[]): string | null {
  const [first = ""] = statuses;
  const ended = (status: string): boolean => [...job.succeeded, ...job.failed].includes(status);
  const known = (status: string): boolean => ended(status) || job.pending.includes(status);
  if (known(first) && !job.pending.includes(first))
    return `A new job is ${first} at once; it must be one of ${job.pending.join(", ")}.`;
  for (const [index, status] of statuses.entries()) {
    const before = statuses[index - 1];
    if (before === undefined || before === status || !known(status) || !known(before)) continue;
    if (ended(before)) return `A job that was ${before} is ${status} later.`;
    if (job.pending.indexOf(status) !== -1 && job.pending.indexOf(status) < job.pending.indexOf(before))
      return `A job went back from ${before} to ${status}.`;
  }
  return null;
}
