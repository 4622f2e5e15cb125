import { addressesIn, mediaSeconds } from "../sandbox/media-seconds.js";
import { array, object } from "../support/contract.js";
import { valueAt } from "../support/pointer.js";
import type { CoveredContract, Subject } from "./covered-contract.js";
import type { Evidence } from "./evidence.js";
import {
  featureId,
  type MediaLimit,
  mediaId,
  mediaLimitsOf,
  plansOf,
  policiesOf,
  ratePolicies,
} from "./extension-cells.js";
import { nameOf, type Observation } from "./observation.js";
import type { ReadRequest } from "./read-request.js";

/** Any exchange with a server. */
export interface Told {
  readonly observation: Observation;
  /** `null`: the contract has no such operation, or does not declare this answer. */
  readonly request: ReadRequest | null;
  /** The answer as JSON; `undefined` where it is none. */
  readonly answer: unknown;
  /** Whether the server was told what to answer. */
  readonly isAsked: boolean;
}

/** An exchange with an operation of the contract, whose answer is as the contract says. */
export type ReadExchange = Told & { readonly request: ReadRequest };

function isRead(told: Told): told is ReadExchange {
  return told.request !== null;
}

/** Covers what only several exchanges with one server show together: rates, plans, features, how long media last. */
export function coverServers(contract: CoveredContract, told: readonly Told[], evidence: Evidence): void {
  for (const ofServer of groupsBy(told, ({ observation: { test, server } }) => `${test}\n${server}`)) {
    for (const ofKey of groupsBy(ofServer.filter(isRead), ({ observation }) => observation.key ?? "")) {
      coverRates(contract, ofKey, evidence);
      coverPlans(contract, ofKey, evidence);
      coverLengthsAndMonths(contract, ofKey, evidence);
    }
    coverMedia(ofServer, evidence);
  }
  coverFeatures(contract, told.filter(isRead), evidence);
}

function coverRates(contract: CoveredContract, ofKey: readonly ReadExchange[], evidence: Evidence): void {
  for (const policy of ratePolicies(contract)) {
    let counted = 0;
    let wasRefused = false;
    for (const exchange of ofKey) {
      const { observation, request } = exchange;
      if (!policiesOf(contract, request.one).some(({ name }) => name === policy.name)) continue;
      if (!isRefusedFor(exchange, [policy.errorCode])) {
        counted++;
        continue;
      }
      // Only the first refusal tells the limit: after it time may have passed.
      if (!wasRefused && counted === policy.limit) {
        evidence.add(policy.cellId("at"), nameOf(observation));
        evidence.add(policy.cellId("beyond"), nameOf(observation));
      }
      if (counted >= policy.limit)
        evidence.add(policy.appliedId(request.one.operation.id), nameOf(observation));
      wasRefused = true;
    }
  }
}

function coverPlans(contract: CoveredContract, ofKey: readonly ReadExchange[], evidence: Evidence): void {
  const plans = plansOf(contract);
  const most = Math.max(0, ...plans.map(({ concurrency }) => concurrency ?? 0));
  const plan = plans.find(({ name }) => name === ofKey[0]?.observation.plan);
  if (!plan) return;
  let begun = 0;
  for (const exchange of ofKey) {
    const { operation } = exchange.request.one;
    if (operation.job === null || operation.isRead) continue;
    const test = nameOf(exchange.observation);
    if (isRefusedFor(exchange, contract.verified.concurrencyCodes)) {
      if (begun === plan.concurrency)
        for (const side of ["at", "beyond"]) evidence.add(plan.cellId("concurrency", side), test);
      return; // after it jobs may have ended
    }
    if (isSuccess(exchange)) begun++;
    if (plan.concurrency === null && begun > most)
      evidence.add(plan.cellId("concurrency", "unlimited"), test);
  }
}

/** How long an input of a plan may last, and how many jobs it has a month. */
function coverLengthsAndMonths(
  contract: CoveredContract,
  ofKey: readonly ReadExchange[],
  evidence: Evidence,
): void {
  const plan = plansOf(contract).find(({ name }) => name === ofKey[0]?.observation.plan);
  if (!plan) return;
  const { maxSeconds, jobsPerMonth } = plan;
  const begun = new Set<unknown>();
  for (const exchange of ofKey) {
    const { request, observation, answer } = exchange;
    const { operation, written } = request.one;
    if (operation.job === null || operation.isRead || written["x-requires-feature"] !== undefined) continue;
    const test = nameOf(observation);
    const seconds = mediaSeconds(addressesSent(exchange));
    const isTooLong = maxSeconds !== null && seconds > maxSeconds;
    if (isSuccess(exchange)) {
      begun.add(object(answer)["id"]); // a request that was sent again begins nothing
      if (seconds === maxSeconds) evidence.add(plan.cellId("maxSeconds", "at"), test);
    } else if (observation.status === 402 && isTooLong && seconds <= maxSeconds + 1)
      evidence.add(plan.cellId("maxSeconds", "beyond"), test);
    else if (observation.status === 402 && !isTooLong && begun.size === jobsPerMonth)
      for (const side of ["at", "beyond"]) evidence.add(plan.cellId("jobsPerMonth", side), test);
  }
}

/** The addresses of media in what was sent as a body. */
function addressesSent({ request }: ReadExchange): string[] {
  return [...request.sent].flatMap(([{ parameter }, sent]) =>
    parameter === null && sent.kind === "value" ? addressesIn(sent.value) : [],
  );
}

function coverFeatures(
  contract: CoveredContract,
  exchanges: readonly ReadExchange[],
  evidence: Evidence,
): void {
  const plans = plansOf(contract);
  for (const exchange of exchanges) {
    const { observation, request, isAsked } = exchange;
    const feature = request.one.written["x-requires-feature"];
    const plan = plans.find(({ name }) => name === observation.plan);
    if (feature === undefined || !plan || isAsked) continue;
    const { id } = request.one.operation;
    const has = plan.features.includes(String(feature));
    if (has && isSuccess(exchange)) evidence.add(featureId(id, "with"), nameOf(observation));
    if (!has && [402, 403].includes(observation.status))
      evidence.add(featureId(id, "without"), nameOf(observation));
  }
}

/** A job whose media last as long as a schema allows must succeed, one whose media last longer must fail. */
function coverMedia(ofServer: readonly Told[], evidence: Evidence): void {
  const byLastPiece = new Map(
    groupsBy(ofServer, lastPiece).map((group) => [lastPiece(group[0] as Told), group]),
  );
  for (const exchange of ofServer) {
    if (!isRead(exchange) || !isSuccess(exchange) || exchange.request.one.operation.isRead) continue;
    const id = object(exchange.answer)["id"];
    const later = typeof id === "string" ? byLastPiece.get(id) : undefined;
    const failed = later ? failuresOf(exchange, later) : null;
    if (failed === null) continue;
    for (const [subject, sent] of exchange.request.sent) {
      if (subject.parameter !== null || sent.kind !== "value") continue;
      const lasting = lastingMedia(subject, sent.value);
      const tooLong = new Set(
        lasting.filter(({ limit, seconds }) => seconds > limit.seconds).map(({ line }) => line),
      );
      if (failed !== tooLong.size) continue;
      for (const { limit, seconds } of lasting) {
        if (seconds === limit.seconds) evidence.add(mediaId(limit, "at"), nameOf(exchange.observation));
        if (seconds > limit.seconds && seconds <= limit.seconds + 1)
          evidence.add(mediaId(limit, "beyond"), nameOf(exchange.observation));
      }
    }
  }
}

/** The last piece of a path: where an id stands. */
function lastPiece({ observation: { target } }: Told): string {
  return target.split("?")[0]?.split("/").at(-1) ?? "";
}

interface Lasting {
  readonly limit: MediaLimit;
  readonly seconds: number;
  /** Place of the line of a file that fails by itself; empty: the request fails as a whole. */
  readonly line: string;
}

/** Each limit that has a say in a request, with how long its media last. */
function lastingMedia({ tree }: Subject, value: unknown): Lasting[] {
  const found: Lasting[] = [];
  const wholes = new Map<string, unknown>([["", value]]);
  for (const { node, value: part, place } of tree.meetings(value)) {
    wholes.set(place, part);
    for (const limit of mediaLimitsOf(node)) {
      if (limit.value !== null && limit.value !== part) continue;
      // The limit of a property speaks of the media of the object that has it.
      const holder = limit.value === null ? place : place.slice(0, place.lastIndexOf("/"));
      const addresses = addressesIn(wholes.get(holder));
      if (addresses.length === 0) continue;
      const line = /^\/[^/]+\/\d+/.exec(holder)?.[0] ?? "";
      found.push({ limit, seconds: mediaSeconds(addresses), line });
    }
  }
  return found;
}

/** How many of a request's jobs have failed once they all ended; `null`: nobody asked. */
function failuresOf(begun: ReadExchange, later: readonly Told[]): number | null {
  const { operation, written } = begun.request.one;
  const { failed = "", pending = "" } = object(object(written["x-batch"])["counts"]) as Record<
    string,
    string
  >;
  for (const { answer } of later) {
    if (failed !== "") {
      if (valueAt(answer, pending) === 0) return Number(valueAt(answer, failed));
      continue;
    }
    const { job } = operation;
    const status = job === null ? "" : String(object(answer)[job.statusProperty]);
    if (job?.failed.includes(status)) return 1;
    if (job?.succeeded.includes(status)) return 0;
  }
  return null;
}

function isRefusedFor(
  { observation, answer, isAsked }: ReadExchange,
  codes: readonly (string | null)[],
): boolean {
  if (observation.status !== 429 || isAsked) return false;
  return (
    codes.includes(null) ||
    array(Object.values(object(answer))).some((value) => codes.includes(value as string))
  );
}

function isSuccess({ observation: { status } }: ReadExchange): boolean {
  return status >= 200 && status < 300;
}

function groupsBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
