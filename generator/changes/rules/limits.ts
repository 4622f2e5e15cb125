import {
  checkExtensions,
  documentWords,
  readBatch,
  readIdempotencyHeader,
  readPlans,
  readRateLimitNames,
  readRateLimits,
  readRequiredFeature,
  readWebhookSignature,
} from "../../contract/extensions.js";
import { isObject, type JsonObject, valueAt } from "../../load/document-walk.js";
import { fromPointer, toPointer } from "../../load/json-pointer.js";
import type { Context } from "../document/context.js";
import type { ContractReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf } from "../document/fixture-documents.js";
import type { OperationPair } from "../document/pair-operations.js";
import type { Finding } from "../rule.js";
import { canonical } from "../schema/canonical.js";

const { client, plans, rateLimits, rateLimit, feature, idempotency, batch, signature } = documentWords;
const ours = (root: JsonObject = {}, operation: JsonObject = {}): JsonObject =>
  documentOf(operation, { [client]: {}, ...root });
const policy = (more: object | null = {}) =>
  ours({
    [rateLimits]: { every: { limit: 60, periodSeconds: 60, per: "apiKey", errorCode: "slow_down", ...more } },
    [rateLimit]: more ? ["every"] : [],
  });
const tier = (more: object = {}) => ({ name: "basic", concurrency: 3, features: ["extra"], ...more });
const tiers = (...list: object[]) => ours({ [plans]: { errorCode: "too_many", plans: list } });
const on = (operation: JsonObject) =>
  ours({ [plans]: { plans: [tier(), tier({ name: "big" })] } }, operation);
const retry = (header: string) => on({ [idempotency]: { header } });
const lines = (more: object) => on({ [batch]: { idProperty: "id", dryRunProperty: "check", ...more } });
const key = {
  header: "Signed",
  algorithm: "HMAC-SHA256",
  encoding: "hex",
  timestampField: "t",
  signatureField: "v1",
};
const signed = (more: object | null = {}) =>
  ours({
    webhooks: {
      done: {
        post: {
          responses: { 200: { description: "taken" } },
          ...(more ? { [signature]: { ...key, ...more } } : {}),
        },
      },
    },
  });

/** What an API allows how often, to whom, and how a call is made safe to repeat: the words that only our contracts have. */
export const limits: DocumentFamily = {
  name: "limits",
  title: "Rate limits, plans, idempotency, batches and signatures",
  rules: rulesOf("limits", [
    {
      id: "rate-limit-added",
      severity: "error",
      direction: "request",
      sentence: "{subject} now has the rate limit {name}: {after}.",
      remedy: "Let callers that go beyond it go on, or announce it.",
      found: [policy(null), policy()],
    },
    {
      id: "rate-limit-removed",
      severity: "note",
      direction: "request",
      sentence: "{subject} no longer has the rate limit {name}: {before}.",
      found: [policy(), policy(null)],
    },
    {
      id: "rate-limit-decreased",
      severity: "error",
      direction: "request",
      sentence: "The rate limit {name} is now {after}; it was {before}.",
      remedy: "Keep to the old rate for those who have come to rely on it, or announce it.",
      found: [policy(), policy({ limit: 30 })],
    },
    {
      id: "rate-limit-increased",
      severity: "note",
      direction: "request",
      sentence: "The rate limit {name} is now {after}; it was {before}.",
      found: [policy(), policy({ limit: 90 })],
    },
    {
      id: "rate-limit-scope-changed",
      severity: "warning",
      direction: "request",
      sentence: "The rate limit {name} is now counted per {after}; it was per {before}.",
      remedy: "Make sure that nobody who kept to it is refused now.",
      found: [policy(), policy({ per: "address" })],
      absent: [policy(), policy({ limit: 90 })],
    },
    {
      id: "rate-limit-error-code-changed",
      severity: "error",
      direction: "response",
      sentence: "Beyond the rate limit {name} the error is now {after}; it was {before}.",
      remedy: "Callers go by the code; keep it.",
      found: [policy(), policy({ errorCode: "too_fast" })],
      absent: [policy(), policy({ limit: 90 })],
    },
    {
      id: "plan-removed",
      severity: "error",
      direction: "request",
      sentence: "The plan {name} is gone.",
      remedy: "Go on serving those who have it.",
      found: [tiers(tier(), tier({ name: "big" })), tiers(tier())],
    },
    {
      id: "plan-added",
      severity: "note",
      sentence: "The plan {name} is new.",
      found: [tiers(tier()), tiers(tier(), tier({ name: "big" }))],
    },
    {
      id: "plan-concurrency-decreased",
      severity: "error",
      direction: "request",
      sentence: "The plan {name} now allows {after} jobs at a time; it was {before}.",
      remedy: "Keep the number for those who have the plan.",
      found: [tiers(tier()), tiers(tier({ concurrency: 2 }))],
    },
    {
      id: "plan-concurrency-increased",
      severity: "note",
      direction: "request",
      sentence: "The plan {name} now allows {after} jobs at a time; it was {before}.",
      found: [tiers(tier()), tiers(tier({ concurrency: 5 }))],
    },
    {
      id: "plan-concurrency-changed",
      severity: "warning",
      direction: "request",
      sentence: "How many jobs the plan {name} allows at a time is now {after}; it was {before}.",
      remedy: "Make sure that nobody is allowed less than before.",
      found: [tiers(tier()), tiers(tier({ concurrency: null }))],
      absent: [tiers(tier()), tiers(tier({ concurrency: 5 }))],
    },
    {
      id: "plan-limit-decreased",
      severity: "error",
      direction: "request",
      sentence: "{name} is now {after}; it was {before}.",
      remedy: "Keep the limit for those who have the plan.",
      found: [tiers(tier({ maxSeconds: 60 })), tiers(tier({ maxSeconds: 20 }))],
      absent: [tiers(tier({ jobsPerMonth: 3 })), tiers(tier({ jobsPerMonth: 5 }))],
    },
    {
      id: "plan-limit-increased",
      severity: "note",
      direction: "request",
      sentence: "{name} is now {after}; it was {before}.",
      found: [tiers(tier({ jobsPerMonth: 3 })), tiers(tier())],
    },
    {
      id: "plan-feature-removed",
      severity: "error",
      direction: "request",
      sentence: "The plan {name} no longer has the feature {before}.",
      remedy: "Keep the feature for those who have the plan.",
      found: [tiers(tier()), tiers(tier({ features: [] }))],
    },
    {
      id: "plan-feature-added",
      severity: "note",
      sentence: "The plan {name} now has the feature {after}.",
      found: [tiers(tier({ features: [] })), tiers(tier())],
    },
    {
      id: "plan-error-code-removed",
      severity: "error",
      direction: "response",
      sentence: "Too many jobs at a time no longer give the error {before}.",
      remedy: "Callers go by the code; keep it.",
      found: [
        ours({ [plans]: { errorCode: ["too_many", "queue_full"], plans: [tier()] } }),
        ours({ [plans]: { errorCode: "too_many", plans: [tier()] } }),
      ],
    },
    {
      id: "plan-error-code-added",
      severity: "warning",
      direction: "response",
      sentence: "Too many jobs at a time may now give the error {after}.",
      remedy: "Callers go by the code; announce the new one.",
      found: [
        ours({ [plans]: { errorCode: "too_many", plans: [tier()] } }),
        ours({ [plans]: { errorCode: ["too_many", "queue_full"], plans: [tier()] } }),
      ],
    },
    {
      id: "required-feature-added",
      severity: "error",
      direction: "request",
      sentence: "{subject} now needs a plan with the feature {after}.",
      remedy: "Go on serving all plans, or give them the feature.",
      found: [on({}), on({ [feature]: "extra" })],
    },
    {
      id: "required-feature-removed",
      severity: "note",
      direction: "request",
      sentence: "{subject} no longer needs a plan with the feature {before}.",
      found: [on({ [feature]: "extra" }), on({})],
    },
    {
      id: "idempotency-removed",
      severity: "error",
      direction: "request",
      sentence: "{subject} is no longer safe to repeat by the header {before}.",
      remedy: "Clients repeat the call when an answer is lost; go on knowing the header.",
      found: [retry("Once"), on({})],
    },
    {
      id: "idempotency-added",
      severity: "note",
      direction: "request",
      sentence: "{subject} is now safe to repeat by the header {after}.",
      found: [on({}), retry("Once")],
    },
    {
      id: "idempotency-header-changed",
      severity: "error",
      direction: "request",
      sentence: "{subject} is now safe to repeat by the header {after}; it was {before}.",
      remedy: "Go on knowing the old header.",
      found: [retry("Once"), retry("Only-Once")],
      absent: [retry("Once"), on({})],
    },
    {
      id: "batch-removed",
      severity: "error",
      sentence: "{subject} no longer takes a file of requests.",
      remedy: "Go on taking it.",
      found: [lines({}), on({})],
    },
    {
      id: "batch-added",
      severity: "note",
      sentence: "{subject} now takes a file of requests.",
      found: [on({}), lines({})],
    },
    {
      id: "batch-property-changed",
      severity: "error",
      sentence: "The {name} of {subject} is now {after}; it was {before}.",
      remedy: "Keep the property where clients look for it.",
      found: [lines({}), lines({ dryRunProperty: "test" })],
      absent: [lines({}), on({})],
    },
    {
      id: "webhook-signature-removed",
      severity: "error",
      direction: "response",
      sentence: "{subject} is no longer signed.",
      remedy: "Receivers refuse what is not signed; go on signing.",
      found: [signed(), signed(null)],
    },
    {
      id: "webhook-signature-added",
      severity: "note",
      direction: "response",
      sentence: "{subject} is now signed.",
      found: [signed(null), signed()],
    },
    {
      id: "webhook-signature-changed",
      severity: "error",
      direction: "response",
      sentence: "{subject} is now signed otherwise ({name}: {after}; it was {before}).",
      remedy: "Receivers refuse what they can't verify; sign in the old way too.",
      found: [signed(), signed({ encoding: "base64" })],
      absent: [signed(), signed(null)],
    },
  ]),
  *find(context) {
    const [base, revision] = [readable(context.base), readable(context.revision)];
    if (!base && !revision) return;
    const [from, to] = [base ?? {}, revision ?? {}];
    yield* comparePlans(from, to);
    yield* compareRates(context.pairs, from, to);
    for (const pair of context.pairs) yield* compareOperation(pair, from, to);
    yield* compareSignatures(context, from, to);
  },
};

/** The document with only those words that have the shape their parsers trust; `null` where it has none of them. */
function readable({ document, operations }: ContractReading): JsonObject | null {
  const has = (value: unknown): boolean =>
    isObject(value) && Object.values(documentWords).some((word) => value[word] !== undefined);
  const uses = has(document) || operations.some(({ value }) => has(value));
  return uses ? checkExtensions(document).readable : null;
}

const operationAt = (document: JsonObject, pointer: string): JsonObject => {
  const value = valueAt(document, fromPointer(pointer));
  return isObject(value) ? value : {};
};

interface Rate {
  readonly limit: number;
  readonly periodSeconds: number;
}

const shownRate = ({ limit, periodSeconds }: Rate): string => `${limit} in ${periodSeconds} s`;

function* compareRates(pairs: readonly OperationPair[], from: JsonObject, to: JsonObject): Iterable<Finding> {
  const [before, after] = [readRateLimits(from), readRateLimits(to)];
  for (const { base, revision } of pairs) {
    const names = readRateLimitNames(from, operationAt(from, base.node.pointer)).filter((name) =>
      before.has(name),
    );
    const newNames = readRateLimitNames(to, operationAt(to, revision.node.pointer)).filter((name) =>
      after.has(name),
    );
    const subject = base.shown;
    const place = (name: string): string => toPointer([rateLimits, name]);
    for (const name of names) {
      const was = before.get(name) as Rate & { per: string; errorCode: string | null };
      const is = after.get(name);
      const finding = { name: `\`${name}\``, base: place(name), subject, operation: base.title };
      if (!newNames.includes(name) || !is) {
        yield {
          ...finding,
          id: "rate-limit-removed",
          before: shownRate(was),
          base: base.node.pointer,
          revision: revision.node.pointer,
        };
        continue;
      }
      const made = (id: string, words: Partial<Finding>): Finding => ({
        ...finding,
        revision: place(name),
        ...words,
        id,
      });
      if (was.limit !== is.limit || was.periodSeconds !== is.periodSeconds) {
        // Fewer at once is less, even where as many pass in the long run.
        const isLess = is.limit / is.periodSeconds < was.limit / was.periodSeconds || is.limit < was.limit;
        yield made(`rate-limit-${isLess ? "decreased" : "increased"}`, {
          before: shownRate(was),
          after: shownRate(is),
        });
      }
      if (was.per !== is.per) yield made("rate-limit-scope-changed", { before: was.per, after: is.per });
      if (was.errorCode !== null && was.errorCode !== is.errorCode)
        yield made("rate-limit-error-code-changed", { before: was.errorCode, after: is.errorCode ?? "none" });
    }
    for (const name of newNames) {
      const is = after.get(name);
      if (names.includes(name) || !is) continue;
      yield {
        id: "rate-limit-added",
        base: base.node.pointer,
        revision: revision.node.pointer,
        subject,
        name: `\`${name}\``,
        after: shownRate(is),
        operation: base.title,
      };
    }
  }
}

/** Limits of a plan that it may also be without. */
const planLimits = [
  ["maxSeconds", "The longest input in seconds"],
  ["jobsPerMonth", "The number of jobs a month"],
] as const;

function* comparePlans(from: JsonObject, to: JsonObject): Iterable<Finding> {
  const [before, after] = [readPlans(from), readPlans(to)];
  const place = (index: number): string => toPointer([plans, "plans", String(index)]);
  const found = (
    id: string,
    base: string | null,
    revision: string | null,
    words: Partial<Finding>,
  ): Finding => ({
    base,
    revision,
    subject: "The API",
    operation: null,
    ...words,
    id,
  });
  const named = (list: typeof before) =>
    new Map((list?.plans ?? []).map((plan, index) => [plan.name, { plan, place: place(index) }]));
  const [old, fresh] = [named(before), named(after)];
  for (const [name, { plan, place: at }] of old) {
    const other = fresh.get(name);
    const quoted = `\`${name}\``;
    if (!other) {
      yield found("plan-removed", at, null, { name: quoted });
      continue;
    }
    const [was, is] = [plan.concurrency, other.plan.concurrency];
    const words = {
      name: quoted,
      before: was ?? "agreed with the customer",
      after: is ?? "agreed with the customer",
    };
    if (was !== is) {
      const change = was === null || is === null ? "changed" : is < was ? "decreased" : "increased";
      yield found(`plan-concurrency-${change}`, at, other.place, words);
    }
    for (const [limit, what] of planLimits) {
      const [least, most] = [plan[limit], other.plan[limit]];
      if (least === most) continue;
      const lower = (most ?? Number.POSITIVE_INFINITY) < (least ?? Number.POSITIVE_INFINITY);
      const told = {
        name: `${what} of the plan ${quoted}`,
        before: least ?? "without a limit",
        after: most ?? "without a limit",
      };
      yield found(`plan-limit-${lower ? "decreased" : "increased"}`, at, other.place, told);
    }
    for (const one of plan.features)
      if (!other.plan.features.includes(one))
        yield found("plan-feature-removed", at, other.place, { name: quoted, before: one });
    for (const one of other.plan.features)
      if (!plan.features.includes(one))
        yield found("plan-feature-added", at, other.place, { name: quoted, after: one });
  }
  for (const [name, { place: at }] of fresh)
    if (!old.has(name)) yield found("plan-added", null, at, { name: `\`${name}\`` });
  const [codes, newCodes] = [before?.errorCodes ?? [], after?.errorCodes ?? []];
  const root = toPointer([plans]);
  for (const code of codes)
    if (!newCodes.includes(code)) yield found("plan-error-code-removed", root, root, { before: code });
  for (const code of newCodes)
    if (!codes.includes(code) && before) yield found("plan-error-code-added", root, root, { after: code });
}

function* compareOperation(
  { base, revision }: OperationPair,
  from: JsonObject,
  to: JsonObject,
): Iterable<Finding> {
  const [was, is] = [operationAt(from, base.node.pointer), operationAt(to, revision.node.pointer)];
  const found = (id: string, words: Partial<Finding>): Finding => ({
    base: base.node.pointer,
    revision: revision.node.pointer,
    subject: base.shown,
    operation: base.title,
    ...words,
    id,
  });
  const [needed, needs] = [readRequiredFeature(was), readRequiredFeature(is)];
  if (needs !== null && needs !== needed) yield found("required-feature-added", { after: needs });
  else if (needed !== null && needs === null) yield found("required-feature-removed", { before: needed });
  const [header, newHeader] = [readIdempotencyHeader(was), readIdempotencyHeader(is)];
  if (header === null && newHeader !== null) yield found("idempotency-added", { after: newHeader });
  else if (header !== null && newHeader === null) yield found("idempotency-removed", { before: header });
  else if (header?.toLowerCase() !== newHeader?.toLowerCase())
    yield found("idempotency-header-changed", { before: header, after: newHeader });
  const [old, fresh] = [readBatch(was), readBatch(is)];
  if (!old && fresh) yield found("batch-added", {});
  else if (old && !fresh) yield found("batch-removed", {});
  else if (old && fresh)
    for (const [key, name] of Object.entries(batchProperties) as [keyof typeof old, string][])
      if (old[key] !== null && old[key] !== fresh[key])
        yield found("batch-property-changed", { name, before: old[key], after: fresh[key] ?? "nowhere" });
}

const batchProperties = {
  dryRunProperty: "property that asks for a check only",
  idProperty: "property of the id",
  resultProperty: "property of the results",
  resultIdProperty: "property of a result's id",
};

function* compareSignatures({ all }: Context, from: JsonObject, to: JsonObject): Iterable<Finding> {
  for (const { base, revision } of all) {
    if (base.kind !== "webhook") continue;
    const [was, is] = [
      readWebhookSignature(operationAt(from, base.node.pointer)),
      readWebhookSignature(operationAt(to, revision.node.pointer)),
    ];
    const found = (id: string, words: Partial<Finding> = {}): Finding => ({
      base: base.node.pointer,
      revision: revision.node.pointer,
      subject: `The ${base.shown}`,
      operation: base.title,
      ...words,
      id,
    });
    if (was && !is) yield found("webhook-signature-removed");
    else if (!was && is) yield found("webhook-signature-added");
    else if (was && is)
      for (const key of Object.keys(was) as (keyof typeof was)[])
        if (canonical(was[key]) !== canonical(is[key]))
          yield found("webhook-signature-changed", { name: key, before: was[key], after: is[key] });
  }
}
