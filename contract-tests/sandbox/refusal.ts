import { STATUS_CODES } from "node:http";
import { type Fault, fieldOf, sentenceOf } from "./fault.js";
import { sample } from "./sample.js";
import type {
  ErrorExample,
  ExampleRule,
  ResponseKind,
  SandboxContract,
  SandboxOperation,
} from "./sandbox-contract.js";
import type { SpecNode } from "./spec-node.js";

/** What the sandbox answers: nothing but data, so that a replay is the same. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null`: no body. */
  readonly body: string | Buffer | null;
  /** Why it refuses, in our words, for logs. */
  readonly rule: string | null;
  readonly faults: readonly Fault[];
}

export interface Reason {
  /** The word of ours by which `x-when` names the rule. */
  readonly rule: string;
  /** Statuses that would do, the best first; the first that the operation declares is taken. */
  readonly statuses: readonly number[];
  readonly faults: readonly Fault[];
  /** A code that the contract names elsewhere, as a policy does. */
  readonly errorCode?: string | null;
  /** Numbers that the contract's error and its headers have a place for, by the words of `x-holds`. */
  readonly held?: Readonly<Record<string, number | string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes error answers in the schemas of the contract itself. */
export class Refusals {
  readonly #common: ErrorExample | null;

  constructor(contract: SandboxContract) {
    this.#common = contract.errorExample;
  }

  /** @param operation `null` where the request meant none */
  of(operation: SandboxOperation | null, reason: Reason): Answer {
    const { rule, statuses, faults, held = {} } = reason;
    const declared = operation ? declaredFor(operation, reason) : null;
    const status = declared?.status ?? statuses[0] ?? 400;
    const headers: Record<string, string> = { ...reason.headers };
    for (const header of declared?.kind.headers ?? []) {
      const value = header.holds === null ? undefined : held[header.holds];
      if (value !== undefined) headers[header.name] = String(value);
      else if (header.required && !hasHeader(headers, header.name))
        headers[header.name] = String(header.example ?? sample(header.schema));
    }
    const mediaType = declared
      ? declared.kind.mediaType
      : this.#common
        ? "application/json"
        : "application/problem+json";
    if (mediaType === null) return { status, headers, body: null, rule, faults };
    headers["content-type"] = mediaType;
    const body = this.#bodyOf(status, declared, reason);
    return { status, headers, body: JSON.stringify(body), rule, faults };
  }

  #bodyOf(
    status: number,
    declared: Declared | null,
    { rule, faults, errorCode, held = {} }: Reason,
  ): unknown {
    const schema = declared?.kind.schema ?? this.#common?.schema;
    if (!schema?.exists) return problemOf(status, rule, faults);
    const chosen = declared ? exampleFor(declared.kind, rule, faults, errorCode) : null;
    const example = chosen?.value ?? { ...template(this.#common, status) };
    if (typeof example !== "object" || example === null || Array.isArray(example))
      return example ?? sample(schema);
    return filled(schema, example, status, chosen?.fits ?? false, faults, errorCode ?? null, held);
  }
}

interface Declared {
  readonly status: number;
  readonly kind: ResponseKind;
}

function declaredFor({ responses }: SandboxOperation, { rule, statuses, faults }: Reason): Declared | null {
  // The contract may give a rule a status of its own, as 422 for one of the faults that are 400 otherwise.
  for (const kind of responses.values())
    for (const { when } of kind.examples)
      if (fitsRule(when, rule, faults)) return { status: kind.status, kind };
  for (const status of statuses) {
    const kind = responses.get(String(status)) ?? responses.get(`${String(status)[0]}XX`);
    if (kind) return { status, kind };
  }
  const other = responses.get("default");
  return other && statuses[0] ? { status: statuses[0], kind: other } : null;
}

/** `minItems /input` is the rule `minItems` when the fault is there; without a place it is the rule anywhere. */
function fitsRule(when: ExampleRule | null, rule: string, faults: readonly Fault[]): boolean {
  if (when === null) return false;
  if (when.rule === rule && when.place === null) return true;
  const fault = faults.length === 1 ? faults[0] : undefined;
  return (
    fault !== undefined &&
    when.rule === fault.rule &&
    (when.place === null || matchesPlace(fault, when.place))
  );
}

/** A `*` in a place is any one key or index. */
function matchesPlace({ pointer, in: inParameter }: Fault, place: readonly string[]): boolean {
  const given = (inParameter ? `/${pointer}` : pointer).split("/");
  return (
    place.length === given.length && place.every((token, index) => token === "*" || token === given[index])
  );
}

function exampleFor(
  { examples }: ResponseKind,
  rule: string,
  faults: readonly Fault[],
  code: string | null | undefined,
): { value: unknown; fits: boolean } | null {
  const byRule = examples.find(({ when }) => fitsRule(when, rule, faults));
  if (byRule) return { value: byRule.value, fits: true };
  const byCode = code ? examples.find(({ value }) => Object.values(Object(value)).includes(code)) : undefined;
  if (byCode) return { value: byCode.value, fits: true };
  // One that is kept for a rule of its own says the wrong thing here.
  const free = examples.find(({ when }) => when === null) ?? examples[0];
  return free ? { value: free.value, fits: free.when === null } : null;
}

/** What the schema of an error says of its properties, read once. */
interface ErrorShape {
  readonly messageProperty: string | null;
  readonly codeProperty: string | null;
  readonly properties: readonly ErrorProperty[];
  readonly names: ReadonlySet<string>;
  readonly required: readonly string[];
}

interface ErrorProperty {
  readonly name: string;
  readonly holds: string | null;
  /** Of the message: whether it is a list, or may be one. */
  readonly list: "always" | "for several" | "never";
}

const shapes = new WeakMap<SpecNode, ErrorShape>();

function shapeOf(schema: SpecNode): ErrorShape {
  let shape = shapes.get(schema);
  if (!shape) {
    const names = schema.at("x-error");
    const properties = schema.at("properties").entries();
    shape = {
      messageProperty: names.at("messageProperty").text,
      codeProperty: names.at("codeProperty").text,
      properties: properties.map(([name, node]) => ({
        name,
        holds: node.at("x-holds").text,
        list: listOf(node),
      })),
      names: new Set(properties.map(([name]) => name)),
      required: schema.at("required").texts(),
    };
    shapes.set(schema, shape);
  }
  return shape;
}

function listOf(node: SpecNode): "always" | "for several" | "never" {
  const isArray = (one: SpecNode): boolean => one.at("type").value === "array";
  if (isArray(node)) return "always";
  return ["anyOf", "oneOf"].some((keyword) => node.at(keyword).items().some(isArray))
    ? "for several"
    : "never";
}

/** The example, with what is true of this request in it. */
function filled(
  schema: SpecNode,
  example: object,
  status: number,
  fits: boolean,
  faults: readonly Fault[],
  code: string | null,
  held: Readonly<Record<string, number | string>>,
): Record<string, unknown> {
  const shape = shapeOf(schema);
  const { codeProperty } = shape;
  const messageProperty = shape.messageProperty ?? messagePropertyOf(schema, example);
  const valueFor = ({ name, holds, list }: ErrorProperty): unknown => {
    const given = Object.hasOwn(example, name) ? (example as Record<string, unknown>)[name] : undefined;
    if (name === messageProperty)
      return (fits && isGeneral(faults) ? given : messageOf(list, faults)) ?? given;
    if (name === codeProperty) return code ?? (fits ? given : undefined);
    if (holds === "field") return fieldsOf(faults) ?? undefined;
    return (holds === null ? undefined : held[holds]) ?? given;
  };
  const body: Record<string, unknown> = {};
  for (const property of shape.properties) body[property.name] = valueFor(property);
  for (const name in example)
    if (!shape.names.has(name)) body[name] = (example as Record<string, unknown>)[name];
  for (const name of shape.required)
    if (body[name] === undefined)
      body[name] = name === codeProperty ? (code ?? String(status)) : sample(schema.at("properties", name));
  return body;
}

/** Where nothing of the request is to be told, the contract's own words are the best. */
const isGeneral = (faults: readonly Fault[]): boolean => faults.every(({ rule }) => rule === "");

function messagePropertyOf(schema: SpecNode, example: object): string | null {
  const texts = schema
    .at("properties")
    .entries()
    .filter(([, node]) => node.at("type").value === "string")
    .map(([name]) => name);
  return (
    ["message", "detail", "description", "title", "error"].find((name) => texts.includes(name)) ??
    Object.keys(example).find((name) => texts.includes(name)) ??
    null
  );
}

/** One sentence, or a list of them where the contract has room for a list. */
function messageOf(list: "always" | "for several" | "never", faults: readonly Fault[]): string | string[] {
  const shown = faults.slice(0, 20).map((fault) => (fault.rule === "" ? fault.message : sentenceOf(fault)));
  return list === "always" || (list === "for several" && shown.length > 1) ? shown : shown.join("; ");
}

function fieldsOf(faults: readonly Fault[]): string | null {
  const [first] = faults;
  if (!first) return null;
  const field = fieldOf(first);
  return faults.every((fault) => fault === first || fieldOf(fault) === field) ? field : null;
}

/** Another status in the words of an error that the contract shows: `400 Bad Request` becomes `405 Method Not Allowed`. */
function template(common: ErrorExample | null, status: number): Record<string, unknown> {
  if (!common || typeof common.value !== "object" || common.value === null) return {};
  const { status: shown, value: example } = common;
  const reason = STATUS_CODES[shown]?.toLowerCase();
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(example)) {
    if (value === shown) body[name] = status;
    else if (typeof value === "string" && value.toLowerCase() === reason) body[name] = STATUS_CODES[status];
  }
  return body;
}

function problemOf(status: number, rule: string, faults: readonly Fault[]): object {
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: faults.map((fault) => (fault.rule === "" ? fault.message : sentenceOf(fault))).join("; "),
    rule,
  };
}

const hasHeader = (headers: Readonly<Record<string, string>>, name: string): boolean =>
  Object.keys(headers).some((one) => one.toLowerCase() === name.toLowerCase());
