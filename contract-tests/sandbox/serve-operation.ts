import type { IncomingMessage, ServerResponse } from "node:http";
import type { Accepted, Behaviour, Surroundings } from "./behaviour.js";
import { FormChecker } from "./check-form.js";
import type { Fault } from "./fault.js";
import type { Idempotency } from "./idempotency.js";
import type { Judge } from "./judge.js";
import { type Key, type Keys, keyOf } from "./keys.js";
import { ParameterReader } from "./parameters.js";
import { preferredAnswer } from "./prefer.js";
import { RateGate } from "./rate-gate.js";
import type { RateVerdict } from "./rate-limits.js";
import { BodyError } from "./read-body.js";
import {
  faultyIdempotencyKey,
  featureMissing,
  idempotencyConflict,
  idempotencyInProgress,
  keyMissing,
  keyUnknown,
  rateExceeded,
  unknownPreference,
  unreadableBody,
  wrongMediaType,
  wrongShape,
} from "./reasons.js";
import {
  announcesBody,
  type BodyReader,
  matchesMediaType,
  mediaTypeOf,
  type ReadBody,
  readAs,
} from "./receive-body.js";
import type { Answer, Reason } from "./refusal.js";
import type { SandboxOperation } from "./sandbox-contract.js";
import { secondOpinion } from "./second-opinion.js";

/** What the front hands over of a request. */
export interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: string;
  /** What stood for the path's parameters. */
  readonly inPath: readonly string[];
}

/** What the front wants to know afterwards, for its log. */
export interface Served {
  readonly answer: Answer;
  readonly key: Key | null;
  readonly body: unknown;
}

export interface Rules {
  readonly keys: Keys;
  readonly idempotency: Idempotency;
  readonly judge: Judge | null;
  readonly strict: boolean;
  /** Whether rates are limited at all. */
  readonly rateLimits: boolean;
  /** Whether a client that does not wait as long as it was told has to wait anew. */
  readonly enforceRetryAfter: boolean;
  /** What a scenario wants instead of the operation's own answer. */
  readonly forced: (operation: SandboxOperation) => Answer | null;
  readonly delay: () => Promise<void> | null;
  readonly onLimit: (key: Key, verdict: RateVerdict) => void;
  readonly onFinding: (kind: "judges-disagree" | "early-retry", operationId: string, message: string) => void;
}

/**
 * Serves one operation, rule after rule: key, rate, plan, media type, size, shape, idempotency, and then what the operation does.
 * The first rule that objects answers.
 */
export class OperationServer {
  readonly #operation: SandboxOperation;
  readonly #surroundings: Surroundings;
  readonly #rules: Rules;
  readonly #behaviour: Behaviour;
  readonly #parameters: ParameterReader;
  readonly #bodies: readonly BodyReader[];
  readonly #queryKeys: readonly string[];
  readonly #gate: RateGate | null;
  /** In small letters, as headers are known to Node. */
  readonly #idempotencyHeader: string | null;

  constructor(operation: SandboxOperation, surroundings: Surroundings, rules: Rules, behaviour: Behaviour) {
    const { validators } = surroundings;
    this.#operation = operation;
    this.#surroundings = surroundings;
    this.#rules = rules;
    this.#behaviour = behaviour;
    this.#parameters = new ParameterReader(operation, validators);
    this.#bodies = operation.bodies.map((kind) => {
      const check = validators.of(kind.schema);
      return { kind, check, form: kind.parts ? new FormChecker(kind.parts, check, validators) : null };
    });
    this.#queryKeys = operation.security
      .flat()
      .filter((one) => one.in === "query")
      .map(({ name }) => name);
    this.#gate =
      rules.rateLimits && operation.policies.length > 0
        ? new RateGate(operation.policies, {
            enforceRetryAfter: rules.enforceRetryAfter,
            onLimit: rules.onLimit,
            onEarlyRetry: (leftMs) =>
              rules.onFinding(
                "early-retry",
                operation.id,
                `Retried ${(leftMs / 1000).toFixed(3)} s before Retry-After had passed.`,
              ),
          })
        : null;
    this.#idempotencyHeader = operation.idempotencyHeader?.toLowerCase() ?? null;
  }

  /** At once where nothing has to be waited for: most requests have no body, or are refused without it. */
  serve(incoming: Incoming): Served | Promise<Served> {
    const { request, query } = incoming;
    const shown = keyOf(this.#operation, this.#rules.keys, request, query);
    if (shown.kind === "missing" || shown.kind === "unknown") {
      const reason = shown.kind === "missing" ? keyMissing(shown.place) : keyUnknown;
      return { answer: this.#refuse(reason), key: null, body: undefined };
    }
    const key = shown.kind === "known" ? shown.key : this.#rules.keys.anonymous;
    const passage = this.#gate?.pass(key, this.#surroundings.clock.now()) ?? null;
    const served = ({ answer, body }: AnsweredBody): Served => ({
      answer: passage === null ? answer : withHeaders(answer, passage.headers),
      key,
      body,
    });
    const answered = passage?.stopped
      ? only(this.#refuse(rateExceeded(passage.stopped)))
      : this.#serveCounted(incoming, key);
    return answered instanceof Promise ? answered.then(served) : served(answered);
  }

  #serveCounted(incoming: Incoming, key: Key): AnsweredBody | Promise<AnsweredBody> {
    const operation = this.#operation;
    const { request } = incoming;
    if (operation.feature !== null && !key.plan.features.includes(operation.feature))
      return only(
        this.#refuse(featureMissing(operation.feature, key.plan, this.#surroundings.contract.plans)),
      );
    const forced = this.#rules.forced(operation);
    if (forced) return only(forced);
    const badKey = this.#faultyIdempotencyKey(request);
    if (badKey) return only(badKey);

    const read = this.#parameters.read(
      incoming.inPath,
      incoming.query,
      request,
      this.#rules.strict,
      this.#queryKeys,
    );
    const body = this.#readBody(incoming);
    const { judge } = this.#rules;
    if (body instanceof Promise || judge) return this.#serveWaiting(incoming, key, read, body, judge);
    return "answer" in body ? only(body.answer) : this.#act(incoming, key, read, body);
  }

  async #serveWaiting(
    incoming: Incoming,
    key: Key,
    read: ReadParameters,
    unread: BodyOrRefusal | Promise<BodyOrRefusal>,
    judge: Judge | null,
  ): Promise<AnsweredBody> {
    const body = unread instanceof Promise ? await unread : unread;
    if ("answer" in body) return only(body.answer);
    if (!judge) return this.#act(incoming, key, read, body);
    const own = [...read.faults, ...body.faults];
    const { id } = this.#operation;
    const faults = await secondOpinion(judge, this.#operation, incoming, body.forJudge, own, (message) =>
      this.#rules.onFinding("judges-disagree", id, message),
    );
    return this.#act(incoming, key, { ...read, faults }, { ...body, faults: [] });
  }

  /** Does what the operation does, unless something is wrong with the request. */
  #act(
    { request }: Incoming,
    key: Key,
    { values, faults }: ReadParameters,
    body: ReadBody,
  ): AnsweredBody | Promise<AnsweredBody> {
    const operation = this.#operation;
    const objections = [...faults, ...body.faults];
    if (objections.length > 0) return { answer: this.#refuse(wrongShape(objections)), body: body.value };

    const { prefer } = request.headers;
    const preferred =
      prefer === undefined
        ? null
        : preferredAnswer(operation, Array.isArray(prefer) ? prefer.join(", ") : prefer);
    if (preferred === "unknown") return only(this.#refuse(unknownPreference));
    const accepted: Accepted = { operation, key, parameters: values, body: body.value, files: body.files };
    const act = (): Answer | Promise<Answer> => {
      const delay = this.#rules.delay();
      const done = (): Answer => preferred ?? this.#behaviour(accepted);
      return delay ? delay.then(done) : done();
    };
    const idempotencyKey =
      this.#idempotencyHeader === null ? undefined : request.headers[this.#idempotencyHeader];
    const answer =
      typeof idempotencyKey === "string" ? this.#once(idempotencyKey, key, body.bytes, act) : act();
    return answer instanceof Promise
      ? answer.then((one) => ({ answer: one, body: body.value }))
      : { answer, body: body.value };
  }

  #faultyIdempotencyKey(request: IncomingMessage): Answer | null {
    const { idempotencyHeader, parameters } = this.#operation;
    const header = this.#idempotencyHeader;
    if (idempotencyHeader === null || header === null || request.headers[header] === undefined) return null;
    const sent = request.headersDistinct[header] ?? [];
    const parameter = parameters.find(({ name }) => name.toLowerCase() === header);
    const faults: Fault[] =
      sent.length > 1
        ? [{ pointer: idempotencyHeader, in: "header", rule: "repeated", message: "was sent more than once" }]
        : parameter
          ? (this.#surroundings.validators.of(parameter.schema)(sent[0]) ?? []).map((fault) => ({
              ...fault,
              pointer: idempotencyHeader,
              in: "header" as const,
            }))
          : [];
    return faults.length === 0 ? null : this.#refuse(faultyIdempotencyKey(faults));
  }

  /** Carries a request with an idempotency key out once. */
  async #once(sent: string, key: Key, bytes: Buffer, act: () => Answer | Promise<Answer>): Promise<Answer> {
    const { idempotencyHeader, id } = this.#operation;
    const verdict = this.#rules.idempotency.begin(`${key.organization} ${id}`, sent, bytes);
    switch (verdict.kind) {
      case "replay":
        return { ...verdict.answer, headers: { ...verdict.answer.headers, "Idempotent-Replayed": "true" } };
      case "conflict":
        return this.#refuse(idempotencyConflict(idempotencyHeader ?? ""));
      case "inProgress":
        return this.#refuse(idempotencyInProgress(idempotencyHeader ?? ""));
      case "first": {
        let answer: Answer | null = null;
        try {
          answer = await act();
          return answer;
        } finally {
          verdict.finish(answer);
        }
      }
    }
  }

  #readBody({ request, response }: Incoming): BodyOrRefusal | Promise<BodyOrRefusal> {
    const { bodyRequired } = this.#operation;
    const hasBody = announcesBody(request);
    if (this.#bodies.length === 0 || !hasBody) {
      const faults: Fault[] =
        bodyRequired && !hasBody ? [{ pointer: "", rule: "required", message: "is required" }] : [];
      return { ...noBody, faults };
    }
    const sent = mediaTypeOf(request.headers["content-type"]);
    const chosen = this.#bodies.find(({ kind }) => matchesMediaType(kind.mediaType, sent));
    if (!chosen) {
      const taken = this.#bodies.map(({ kind }) => kind.mediaType).join(", ");
      return { answer: this.#refuse(wrongMediaType(sent, taken, this.#operation.method)) };
    }
    if (expectsContinue(request)) response.writeContinue();
    return readAs(chosen, request).catch((error: unknown) => {
      if (!(error instanceof BodyError)) throw error;
      return { answer: this.#refuse(unreadableBody(error)) };
    });
  }

  #refuse(reason: Reason): Answer {
    return this.#surroundings.refuse(this.#operation, reason);
  }
}

interface AnsweredBody {
  readonly answer: Answer;
  readonly body: unknown;
}

type BodyOrRefusal = ReadBody | { readonly answer: Answer };
type ReadParameters = ReturnType<ParameterReader["read"]>;

const noBody: ReadBody = {
  value: undefined,
  files: [],
  bytes: Buffer.from(""),
  forJudge: undefined,
  faults: [],
};

const only = (answer: Answer): AnsweredBody => ({ answer, body: undefined });

const withHeaders = (
  { status, headers, body, rule, faults }: Answer,
  more: Readonly<Record<string, string>>,
): Answer => ({ status, headers: { ...more, ...headers }, body, rule, faults });

const expectsContinue = ({ headers }: IncomingMessage): boolean =>
  headers["expect"]?.toLowerCase() === "100-continue";
