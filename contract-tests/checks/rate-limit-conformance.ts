import { type Exchange, headerOf } from "../verify/case.js";
import type { RateLimit, VerifiedContract, VerifiedOperation } from "../verify/verified-contract.js";
import type { Check, Means } from "./check.js";
import { hasCode } from "./error-code.js";

/** More requests than this are too many to provoke a limit with. */
const mostRequests = 2000;

export const rateLimitConformance: Check = {
  name: "rate_limit_conformance",
  severity: "error",
  promise: "As many requests as the contract allows are let through, and no more.",
  judge: (exchange, { history }) => {
    const limits = exchange.case.operation.rateLimits;
    if (limits.length === 0) return undefined;
    const announced = faultOfPolicy(headerOf(exchange.response.headers, "ratelimit-policy"), limits);
    if (announced !== null) return announced;
    if (exchange.response.status !== 429) return undefined;
    const limit = limits.find(
      ({ errorCode }) => errorCode !== null && hasCode(exchange.response, [errorCode]),
    );
    return limit ? faultOfRefusal(exchange, limit, history) : undefined;
  },
  // One after another, and last of all: nothing gets through behind them.
  scenarios: (contract) =>
    policiesOf(contract)
      .filter(({ limit }) => limit.limit < mostRequests)
      .map(({ limit, operation }) => ({
        what: `${limit.name}: ${limit.limit} in ${limit.periodSeconds} s`,
        operation,
        writes: !operation.isRead,
        run: (means) => provoke(means, operation, limit),
      })),
};

/** A server may tell its policies, by the draft of the IETF for `RateLimit-Policy`: those that the contract names must be the same. */
export function faultOfPolicy(header: string | null, limits: readonly RateLimit[]): string | null {
  for (const [, name, parameters = ""] of (header ?? "").matchAll(/"([^"]*)"((?:\s*;\s*[a-z]+=\d+)*)/g)) {
    const limit = limits.find((one) => one.name === name);
    const told = new Map(
      [...parameters.matchAll(/([a-z]+)=(\d+)/g)].map(([, key, value]) => [key, Number(value)]),
    );
    const [quota, window] = [told.get("q"), told.get("w")];
    if (!limit) continue;
    if (quota !== undefined && quota !== limit.limit)
      return `RateLimit-Policy says ${quota} requests for ${name}; the contract says ${limit.limit}.`;
    if (window !== undefined && window !== limit.periodSeconds)
      return `RateLimit-Policy says ${window} s for ${name}; the contract says ${limit.periodSeconds}.`;
  }
  return null;
}

/** A refusal is wrong when there were fewer requests than the limit allows. */
export function faultOfRefusal(
  exchange: Exchange,
  limit: RateLimit,
  history: readonly Exchange[],
): string | null {
  const since = exchange.answeredAtMs - limit.periodSeconds * 1000;
  const counted = history.filter(
    (other) =>
      other !== exchange &&
      other.keyIndex === exchange.keyIndex &&
      other.answeredAtMs >= since &&
      other.sentAtMs <= exchange.answeredAtMs &&
      other.case.operation.rateLimits.some(({ name }) => name === limit.name),
  ).length;
  return counted >= limit.limit
    ? null
    : `Refused after ${counted} requests in ${limit.periodSeconds} s; ${limit.limit} are allowed (${limit.name}).`;
}

async function provoke(means: Means, operation: VerifiedOperation, limit: RateLimit): Promise<void> {
  const maker = means.maker(operation);
  const begun = means.history().length;
  const wanted = limit.limit + 1;
  const lanes = 8;
  let sent = 0;
  let refused = false;
  const lane = async (): Promise<void> => {
    while (sent < wanted && !refused) {
      sent++;
      const args = maker.least();
      const exchange = await means.send(
        maker.case(args, {
          intent: "probe",
          source: "rate_limit_conformance",
          what: `request ${sent} of ${wanted}`,
        }),
      );
      if (!exchange) return;
      if (
        exchange.response.status === 429 &&
        (limit.errorCode === null || hasCode(exchange.response, [limit.errorCode]))
      )
        refused = true;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const mine = means.history().slice(begun);
  const took = (mine.at(-1)?.answeredAtMs ?? 0) - (mine[0]?.sentAtMs ?? 0);
  if (sent < wanted && !refused) return; // stopped
  if (!refused && took > limit.periodSeconds * 1000) return; // too slow to tell
  means.tell(
    refused
      ? null
      : `${wanted} requests in ${Math.ceil(took / 1000)} s, and none is refused; ${limit.limit} in ${limit.periodSeconds} s are allowed (${limit.name}).`,
    mine.slice(-1),
  );
}

/** One operation for each policy, one that costs nothing where there is one. */
function policiesOf({ operations }: VerifiedContract): { limit: RateLimit; operation: VerifiedOperation }[] {
  const names = new Set(operations.flatMap(({ rateLimits }) => rateLimits.map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const under = operations.filter(({ rateLimits }) => rateLimits.some((limit) => limit.name === name));
    const operation = under.find(({ isRead, body }) => isRead && !body) ?? under[0];
    const limit = operation?.rateLimits.find((one) => one.name === name);
    return operation && limit ? [{ limit, operation }] : [];
  });
}
