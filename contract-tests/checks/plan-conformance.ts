import type { Exchange } from "../verify/case.js";
import type { Plan, VerifiedOperation } from "../verify/verified-contract.js";
import type { Check, Means, Scenario } from "./check.js";
import { followToEnd, hasEnded, jobFollowingsOf } from "./follow-jobs.js";
import { type Following, isSuccess, sendValid } from "./links.js";
import { withMediaOf } from "./media-addresses.js";

const name = "plan_conformance";
/** More jobs than this are too many to use a month up with. */
const mostJobs = 10;

/** Needs a key whose plan is known. */
export const planConformance: Check = {
  name,
  severity: "error",
  promise: "A key gets what its plan has: features, media of that length, jobs of a month; and no more.",
  scenarios: (contract) => {
    if (contract.plans.length === 0) return [];
    const jobs = jobFollowingsOf(contract).filter(({ from }) => !from.batch && !from.isRead);
    const following = jobs.find(({ from }) => !from.form) ?? jobs[0];
    const about = (
      what: string,
      operation: VerifiedOperation,
      run: (means: Means, plan: Plan) => Promise<void>,
    ): Scenario => ({
      what,
      operation,
      writes: !operation.isRead,
      run: async (means) => {
        const plan = means.contract.plans.find((one) => one.name === means.options.plan);
        if (plan) await run(means, plan);
      },
    });
    return [
      ...contract.operations
        .filter(({ feature }) => feature !== null)
        .map((operation) =>
          about(`the feature of ${operation.id}`, operation, (means, plan) =>
            tryFeature(means, plan, operation),
          ),
        ),
      ...(following
        ? [
            about("length of media", following.from, (means, plan) => tryLengths(means, plan, following)),
            about("jobs of a month", following.from, (means, plan) => tryMonth(means, plan, following)),
          ]
        : []),
    ];
  },
};

/** Whether a plan is the reason of a refusal. */
const isOfPlan = ({ response: { status } }: Exchange): boolean => status === 402 || status === 403;

async function tryFeature(means: Means, plan: Plan, operation: VerifiedOperation): Promise<void> {
  const exchange = await sendValid(means, operation, name);
  if (!exchange) return;
  const has = plan.features.includes(operation.feature ?? "");
  if (has && isOfPlan(exchange))
    means.tell(
      `The plan ${plan.name} has ${operation.feature}, and is refused it (${exchange.response.status}).`,
      [exchange],
    );
  else if (!has && isSuccess(exchange))
    means.tell(`The plan ${plan.name} does without ${operation.feature}, and is given it.`, [exchange]);
  else if (has ? isSuccess(exchange) : isOfPlan(exchange)) means.tell(null, [exchange]);
}

/** What is far too long goes first: a server that takes it does not know how long media last. */
async function tryLengths(means: Means, plan: Plan, following: Following): Promise<void> {
  const { from } = following;
  const most =
    plan.maxSeconds ?? Math.max(0, ...means.contract.plans.map(({ maxSeconds }) => maxSeconds ?? 0));
  if (most === 0) return;
  const send = async (seconds: number): Promise<Exchange | null> => {
    const maker = means.maker(from);
    const args = withMediaOf(from, maker.least(), seconds);
    return (
      args &&
      means.send(maker.case(args, { intent: "probe", source: name, what: `media of ${seconds} seconds` }))
    );
  };
  const far = await send(most * 50);
  if (!far) return;
  if (plan.maxSeconds === null) {
    if (isOfPlan(far))
      means.tell(
        `The plan ${plan.name} lets media last as long as they like, and is refused (${far.response.status}).`,
        [far],
      );
    return;
  }
  if (!isOfPlan(far)) return;
  if (!(await hasRoom(means, following))) return;
  const over = await send(most + 0.5);
  if (over && isSuccess(over)) {
    means.tell(
      `Media of more than ${most} seconds are taken; the plan ${plan.name} lets them last no longer.`,
      [over],
    );
    return;
  }
  if (!(await hasRoom(means, following))) return;
  const at = await send(most);
  if (!at) return;
  if (isSuccess(at)) means.tell(null, [at]);
  else if (isOfPlan(at)) {
    const short = await send(most / 2); // a key may be refused whatever it sends
    if (short && isSuccess(short))
      means.tell(`Media of ${most} seconds are refused; the plan ${plan.name} lets them last so long.`, [at]);
  }
}

/** How many were created before, no one outside knows: only too many of this run's own are a fault. */
async function tryMonth(means: Means, plan: Plan, following: Following): Promise<void> {
  const { jobsPerMonth } = plan;
  if (jobsPerMonth === null || jobsPerMonth > mostJobs) return;
  for (let tries = 0; tries <= jobsPerMonth + 1; tries++) {
    if (!(await hasRoom(means, following))) return;
    const exchange = await sendValid(means, following.from, name);
    if (!exchange) return;
    if (isOfPlan(exchange)) {
      means.tell(null, [exchange]);
      return;
    }
    const created = createdBy(means, following);
    if (isSuccess(exchange) && created.length > jobsPerMonth) {
      means.tell(
        `${created.length} jobs are created; the plan ${plan.name} has ${jobsPerMonth} in a month.`,
        [exchange],
      );
      return;
    }
    if (!isSuccess(exchange)) return;
  }
}

function createdBy(means: Means, { from }: Following): Exchange[] {
  return means.history().filter((one) => isSuccess(one) && one.case.operation.id === from.id);
}

/** Whether the last job has ended, so that it keeps no other's place. */
async function hasRoom(means: Means, following: Following): Promise<boolean> {
  const [last] = createdBy(means, following).slice(-1);
  if (!last) return true;
  const [seen = []] = await followToEnd(means, following, [last], name);
  return hasEnded(following, seen);
}
