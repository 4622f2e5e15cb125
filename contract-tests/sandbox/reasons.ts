import type { Fault } from "./fault.js";
import type { Passage } from "./rate-gate.js";
import type { BodyError } from "./read-body.js";
import type { Reason } from "./refusal.js";
import type { KeyPlace, Plan } from "./sandbox-contract.js";

// Why a request is refused, in the words of the one who refuses it: one function a rule.

const general = (message: string): readonly Fault[] => [{ pointer: "", rule: "", message }];

export function keyMissing({ in: place, name }: KeyPlace): Reason {
  const where = place === "bearer" || place === "basic" ? "Authorization header" : `${place} ${name}`;
  return {
    rule: "keyMissing",
    statuses: [401, 403],
    faults: general(`No key was sent; it goes into the ${where}.`),
  };
}

export const keyUnknown: Reason = {
  rule: "keyUnknown",
  statuses: [401, 403],
  faults: general("The key is unknown or was revoked."),
};

export function rateExceeded({ policy, retryAfterSeconds, early }: NonNullable<Passage["stopped"]>): Reason {
  const { name, limit, periodSeconds, errorCode } = policy;
  const before = early ? "Retried before Retry-After had passed. " : "";
  return {
    rule: "rateLimit",
    statuses: [429],
    errorCode,
    faults: general(
      `${before}Rate limit exceeded: ${limit} requests in ${periodSeconds} seconds (${name}). Try again in ${retryAfterSeconds} seconds.`,
    ),
    held: { retryAfterSeconds },
    headers: { "Retry-After": String(retryAfterSeconds) },
  };
}

export function featureMissing(feature: string, plan: Plan, plans: readonly Plan[]): Reason {
  const having = plans.filter(({ features }) => features.includes(feature)).map(({ title }) => title);
  const who = having.length === 0 ? "no plan has it" : `it needs ${having.join(" or ")}`;
  return {
    rule: "feature",
    statuses: [402, 403],
    faults: general(`The plan ${plan.title} has no ${feature}; ${who}.`),
  };
}

/** @param sent the media type that came, `null` if none */
export function wrongMediaType(sent: string | null, taken: string, method: string): Reason {
  const message =
    sent === null
      ? `is missing; it must be ${taken}`
      : `must be ${taken}, not ${JSON.stringify(sent.slice(0, 100))}`;
  return {
    rule: "mediaType",
    statuses: [415, 400],
    faults: [{ pointer: "Content-Type", in: "header", rule: "mediaType", message }],
    headers: method === "PATCH" ? { "Accept-Patch": taken } : { Accept: taken },
  };
}

export const unreadableBody = ({ rule, fault }: BodyError): Reason => ({
  rule,
  statuses: rule === "maxBytes" ? [413, 400] : [400, 422],
  faults: [fault],
});

/** 400 for the form of a request; which of several answers is right the contract's examples say. */
export function wrongShape(faults: readonly Fault[]): Reason {
  const rule = faults.length === 1 ? faults[0]?.rule : null;
  const statuses = rule === "maxBytes" ? [413, 400] : rule === "contentType" ? [422, 415, 400] : [400, 422];
  return { rule: "shape", statuses, faults };
}

export const unknownPreference: Reason = {
  rule: "prefer",
  statuses: [404],
  faults: [
    {
      pointer: "Prefer",
      in: "header",
      rule: "prefer",
      message: "asks for an answer that the contract does not have",
    },
  ],
};

export const faultyIdempotencyKey = (faults: readonly Fault[]): Reason => ({
  rule: "idempotencyKey",
  statuses: [400, 422],
  faults,
});

export const idempotencyConflict = (header: string): Reason => ({
  rule: "idempotencyConflict",
  statuses: [409, 422],
  faults: [
    { pointer: header, in: "header", rule: "idempotencyConflict", message: "was used with another body" },
  ],
});

export const idempotencyInProgress = (header: string): Reason => ({
  rule: "idempotencyInProgress",
  statuses: [409],
  faults: [
    {
      pointer: header,
      in: "header",
      rule: "idempotencyInProgress",
      message: "belongs to a request that is still in progress",
    },
  ],
  headers: { "Retry-After": "2" },
});
