import type { JobKind } from "./read-job-kind.js";
import { sample } from "./sample.js";
import type { SpecNode } from "./spec-node.js";

/** All that the answers about a job tell, apart from what they repeat of the request. */
export interface JobFacts {
  readonly id: string;
  readonly createdMs: number;
  readonly endedMs: number | null;
  readonly status: string;
  readonly error: string | null;
  readonly errorCode: string | null;
  readonly resultUrl: string | null;
  readonly seconds: number | null;
  /** Numbers by JSON pointer into the body: of a batch, how its lines stand. */
  readonly counts: ReadonlyMap<string, number>;
}

type Fill = (facts: JobFacts, request: Readonly<Record<string, unknown>>) => unknown;

/**
 * Makes bodies that tell of a job, by their schema. A property is, in this order: one that the contract names in
 * `x-job`, the id, a time, what the request said under the same name, `null` where that is allowed, left out where it
 * may be, or an example.
 */
export function jobBodies(kind: JobKind, schema: SpecNode, idProperty: string): Fill {
  const required = schema.at("required").texts();
  const fills = schema
    .at("properties")
    .entries()
    .map(([name, node]) => ({ name, fill: fillOf(kind, name, node, required.includes(name), idProperty) }));
  return (facts, request) => {
    const body: Record<string, unknown> = {};
    for (const { name, fill } of fills) {
      const value = fill(facts, request);
      if (value !== undefined) body[name] = value;
    }
    return body;
  };
}

function fillOf(kind: JobKind, name: string, node: SpecNode, required: boolean, idProperty: string): Fill {
  const nullable = allowsNull(node);
  const unset = nullable ? null : required ? emptyOf(node) : undefined;
  switch (name) {
    case idProperty:
      return ({ id }) => id;
    case kind.statusProperty:
      return ({ status }) => status;
    case kind.errorProperty:
      return ({ error }) => error ?? unset;
    case kind.errorCodeProperty:
      return ({ errorCode }) => errorCode ?? unset;
    case kind.resultProperty:
      return ({ resultUrl }) => resultUrl ?? unset;
    case kind.secondsProperty:
      return ({ seconds }) => seconds ?? unset;
  }
  if (node.at("format").text === "date-time") {
    const ended = /end|finish|complet|done/i.test(name);
    return ({ createdMs, endedMs }) => {
      const timeMs = ended ? endedMs : createdMs;
      return timeMs === null ? unset : new Date(timeMs).toISOString();
    };
  }
  const prefix = `/${name}`;
  const echoed = plainName(name);
  return ({ counts }, request) => {
    if (counts.size > 0) {
      const own = [...counts.keys()].filter(
        (pointer) => pointer === prefix || pointer.startsWith(`${prefix}/`),
      );
      if (own.length > 0) return counted(own, counts, prefix);
    }
    if (Object.hasOwn(request, name)) return request[name];
    // Of keys that are the same but for their writing the first counts.
    for (const key in request) if (plainName(key) === echoed) return request[key];
    return unset;
  };
}

function counted(pointers: readonly string[], counts: ReadonlyMap<string, number>, prefix: string): unknown {
  const [only] = pointers;
  if (only === prefix) return counts.get(only);
  return Object.fromEntries(
    pointers.map((pointer) => [pointer.slice(prefix.length + 1), counts.get(pointer)]),
  );
}

/** `webhook_url` in a request is `webhookUrl` in its answer. */
function plainName(name: string): string {
  let plain = plainNames.get(name);
  if (plain === undefined) {
    plain = name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
    if (plainNames.size < maxPlainNames) plainNames.set(name, plain);
  }
  return plain;
}

/** Kept, since every job is told of by the same few names; not those of every odd request. */
const plainNames = new Map<string, string>();
const maxPlainNames = 1000;

function allowsNull(node: SpecNode): boolean {
  const types = [node.at("type").value].flat();
  if (types.includes("null")) return true;
  return ["anyOf", "oneOf"].some((keyword) => node.at(keyword).items().some(allowsNull));
}

function emptyOf(node: SpecNode): unknown {
  return node.at("type").value === "string" &&
    !node.at("format").exists &&
    !node.at("minLength").exists &&
    !node.at("pattern").exists &&
    !node.at("enum").exists
    ? ""
    : sample(node);
}
