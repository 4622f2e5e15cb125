import { answerFor } from "../verify/verified-contract.js";
import { contractCells } from "./contract-cells.js";
import type { CoveredAnswer, CoveredContract, CoveredOperation, Subject } from "./covered-contract.js";
import { Evidence } from "./evidence.js";
import { fileSizeId } from "./extension-cells.js";
import { nameOf, type Observation } from "./observation.js";
import { type ReadRequest, RequestReader } from "./read-request.js";
import { type CoverageReport, reportOf } from "./report.js";
import { keptBy, satisfiedBy, Violations } from "./schema-evidence.js";
import { coverServers, type Told } from "./server-evidence.js";

/** Holds what was seen over the wire against all that the contract says: what was exercised, and by which test. */
export function coverageOf(contract: CoveredContract, observations: readonly Observation[]): CoverageReport {
  const cover = new Cover(contract);
  for (const observation of observations) cover.add(observation);
  return cover.report();
}

/** A refusal of what was sent; of others (no key, too many, not there) the request is not to blame. */
const refusals = new Set([400, 413, 415, 422]);

class Cover {
  readonly #contract: CoveredContract;
  readonly #reader: RequestReader;
  readonly #violations: Violations;
  readonly #evidence = new Evidence();
  readonly #told: Told[] = [];
  /** What the same request, or answer, has covered before. */
  readonly #known = new Map<string, readonly string[]>();
  readonly #undeclared = new Map<string, string>();

  constructor(contract: CoveredContract) {
    this.#contract = contract;
    this.#reader = new RequestReader(contract);
    this.#violations = new Violations(contract.verified.judge);
  }

  report(): CoverageReport {
    coverServers(this.#contract, this.#told, this.#evidence);
    return reportOf({
      title: this.#contract.verified.title,
      cells: contractCells(this.#contract),
      evidence: this.#evidence,
      exchanges: this.#told.length,
      tests: new Set(this.#told.map(({ observation }) => observation.test)).size,
      undeclared: [...this.#undeclared].map(([what, test]) => ({ what, test })),
    });
  }

  add(observation: Observation): void {
    const answer = jsonOf(observation.answer);
    const isAsked =
      observation.driven ||
      observation.headers.some(([name, text]) => /^prefer$/i.test(name) && /code=/.test(text));
    if (observation.isWebhook) {
      this.#told.push({ observation, request: null, answer, isAsked });
      this.#webhook(observation);
      return;
    }
    const read = this.#reader.read(observation);
    const declared = read && this.#declared(observation, read.one, answer, isAsked);
    const request = declared ? read : null;
    this.#told.push({ observation, request, answer, isAsked });
    if (!request) return;
    if (observation.status >= 200 && observation.status < 300) this.#accepted(observation, request);
    else if (!isAsked && (refusals.has(observation.status) || this.#isOfPath(observation, request)))
      this.#refused(observation, request);
  }

  /** Covers the answer; `false` if the contract does not have it: then the exchange shows nothing else either. */
  #declared(observation: Observation, one: CoveredOperation, answer: unknown, isAsked: boolean): boolean {
    const { id } = one.operation;
    const { status, answerHeaders } = observation;
    const test = nameOf(observation);
    const name = answerFor(one.operation, status)?.status;
    const declared = one.answers.find((other) => other.status === name);
    if (!declared) {
      this.#undeclared.set(`${one.operation.method} ${one.operation.path} → ${status}`, test);
      return false;
    }
    const type = headerOf(answerHeaders, "content-type")?.split(";")[0]?.trim().toLowerCase() ?? null;
    const content = declared.content.find(({ mediaType }) => mediaType === type);
    if (declared.content.length > 0 && !content) return false;
    const { judge } = this.#contract.verified;
    const isJson = /[/+]json$/.test(type ?? "");
    if (content && isJson && !(observation.answer !== null && judge.isValid(content.schema, answer)))
      return false;
    const add = (cellId: string): void => this.#evidence.add(cellId, test, isAsked);
    add(`status ${id} ${declared.status} answered`);
    if (content) add(`answer type ${id} ${declared.status} ${content.mediaType} answered`);
    this.#headers(declared, observation, id, isAsked);
    if (content && isJson)
      for (const cell of this.#once(`${id} ${status} ${observation.answer}`, () =>
        keptBy(content.tree, judge, answer),
      ))
        add(cell);
    return true;
  }

  #headers(declared: CoveredAnswer, observation: Observation, id: string, isAsked: boolean): void {
    const { answerHeaders } = observation;
    const test = nameOf(observation);
    const { judge } = this.#contract.verified;
    for (const { name, schema, tree } of declared.headers) {
      const text = headerOf(answerHeaders, name);
      if (text === null) continue;
      const value = [Number(text), text].find((one) => !Number.isNaN(one) && judge.isValid(schema, one));
      if (value === undefined) continue;
      this.#evidence.add(`header ${id} ${declared.status} ${name} present`, test, isAsked);
      for (const cell of keptBy(tree, judge, value)) this.#evidence.add(cell, test, isAsked);
    }
  }

  #accepted(observation: Observation, { one, sent, mediaType, parts }: ReadRequest): void {
    const { operation } = one;
    const { judge } = this.#contract.verified;
    const test = nameOf(observation);
    const add = (cellId: string): void => this.#evidence.add(cellId, test);
    for (const [subject, given] of sent)
      if (
        given.kind === "malformed" ||
        (given.kind === "value" && !judge.isValid(subject.schema, given.value))
      )
        return; // the server takes what the contract forbids: that is no evidence of anything
    add(`operation ${operation.id} answered`);
    if (mediaType !== null) add(`request type ${operation.id} ${mediaType} accepted`);
    for (const [subject, given] of sent) {
      const name = subject.parameter === null ? "body" : subject.label;
      add(`parameter ${operation.id} ${name} ${given.kind === "absent" ? "absent" : "present"}`);
      if (given.kind !== "value") continue;
      const key = `${subject.pointer} ${JSON.stringify(given.value)}`;
      for (const cell of this.#once(key, () => satisfiedBy(subject, judge, given.value))) add(cell);
    }
    this.#sizes(one, parts, 0, "at", test);
  }

  #refused(observation: Observation, { one, sent, mediaType, parts }: ReadRequest): void {
    const { operation } = one;
    const { judge } = this.#contract.verified;
    const test = nameOf(observation);
    const add = (cellId: string): void => this.#evidence.add(cellId, test);
    if (mediaType !== null && !one.requestMediaTypes.includes(mediaType)) {
      if (observation.status === 415) add(`request type ${operation.id} other refused`);
      return;
    }
    const wrong = [...sent].filter(([subject, given]) => {
      if (given.kind === "absent") return isRequired(subject, one);
      return (
        given.kind === "malformed" || (given.kind === "value" && !judge.isValid(subject.schema, given.value))
      );
    });
    if (wrong.length === 0) this.#sizes(one, parts, 1, "beyond", test);
    const [[subject, given] = [null, null]] = wrong;
    if (wrong.length !== 1 || !subject || !given) return;
    const name = subject.parameter === null ? "body" : subject.label;
    if (given.kind === "absent") add(`parameter ${operation.id} ${name} refused when absent`);
    else if (subject.parameter !== null) add(`parameter ${operation.id} ${name} refused`);
    if (given.kind !== "value") return;
    const key = `! ${subject.pointer} ${JSON.stringify(given.value)}`;
    for (const cell of this.#once(key, () => this.#violations.of(subject, given.value))) add(cell);
  }

  /** Files of just the largest size, and of one byte more. */
  #sizes(
    { operation, subjects }: CoveredOperation,
    parts: ReadRequest["parts"],
    over: number,
    side: "at" | "beyond",
    test: string,
  ): void {
    const body = subjects.find(({ parameter }) => parameter === null);
    if (!body) return;
    for (const { name, length } of parts) {
      const maxBytes = operation.form?.parts.find((part) => part.name === name)?.maxBytes ?? null;
      if (maxBytes !== null && length === maxBytes + over)
        this.#evidence.add(fileSizeId(body, name, side), test);
    }
  }

  /** What is no id is answered with 404 by some. */
  #isOfPath({ status }: Observation, { sent }: ReadRequest): boolean {
    const { judge } = this.#contract.verified;
    return (
      status === 404 &&
      [...sent].some(
        ([{ parameter, schema }, given]) =>
          parameter?.in === "path" && given.kind === "value" && !judge.isValid(schema, given.value),
      )
    );
  }

  #webhook(observation: Observation): void {
    const { body, headers } = observation;
    const test = nameOf(observation);
    const { judge } = this.#contract.verified;
    const value = body?.kind === "text" ? jsonOf(body.text) : undefined;
    const webhook = this.#contract.webhooks.find(({ schema }) => judge.isValid(schema, value));
    if (!webhook) return;
    this.#evidence.add(`webhook ${webhook.name}`, test);
    for (const { name, schema } of webhook.headers) {
      const text = headerOf(headers, name);
      if (text !== null && judge.isValid(schema, text))
        this.#evidence.add(`webhook ${webhook.name} header ${name}`, test);
    }
    for (const cell of keptBy(webhook.tree, judge, value)) this.#evidence.add(cell, test);
  }

  #once(key: string, find: () => readonly string[]): readonly string[] {
    const known = this.#known.get(key) ?? find();
    this.#known.set(key, known);
    return known;
  }
}

function isRequired({ parameter }: Subject, { operation }: CoveredOperation): boolean {
  return parameter === null ? operation.body?.required === true : parameter.required;
}

function headerOf(headers: Observation["headers"], name: string): string | null {
  return headers.find(([given]) => given.toLowerCase() === name.toLowerCase())?.[1] ?? null;
}

function jsonOf(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
