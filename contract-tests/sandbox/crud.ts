import { answerJson, type Behaviour, type Surroundings } from "./behaviour.js";
import { answerOf } from "./prefer.js";
import { sample } from "./sample.js";
import type { SandboxOperation } from "./sandbox-contract.js";

/** A kind of thing that a contract keeps under one path: `/pets` and `/pets/{petId}`. */
interface Collection {
  readonly path: string;
  readonly idProperty: string;
  readonly items: Map<string, Record<string, unknown>>;
  lastId: number;
}

const maxItems = 10_000;

/**
 * What operations do to things that a contract keeps, as their paths and methods say: POST to a collection adds, GET
 * lists, and GET, PUT, PATCH and DELETE of `/collection/{id}` do what they say. It starts with the contract's example.
 */
export class Crud {
  readonly #surroundings: Surroundings;
  readonly #collections = new Map<string, Collection>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    for (const { path, method, success } of surroundings.contract.operations) {
      const [, base, name] = /^(.*)\/\{([^{}]+)\}$/.exec(path) ?? [];
      const schema = success?.schema;
      if (base === undefined || name === undefined || base.includes("{") || method !== "GET") continue;
      const properties =
        schema
          ?.at("properties")
          .entries()
          .map(([property]) => property) ?? [];
      const idProperty = [name, "id", name.replace(/^.*(?=id$)/i, "").toLowerCase()].find((one) =>
        properties.includes(one),
      );
      if (idProperty === undefined) continue;
      this.#collections.set(base, { path: base, idProperty, items: new Map(), lastId: 0 });
    }
    this.reset();
  }

  /** As at the start: what a contract gives as an example of a thing is there. */
  reset(): void {
    for (const collection of this.#collections.values()) {
      collection.items.clear();
      collection.lastId = 0;
    }
    for (const { path, success } of this.#surroundings.contract.operations) {
      const collection = this.#collections.get(path.replace(/\/\{[^{}]+\}$/, ""));
      if (!collection || path === collection.path || !success?.schema.exists) continue;
      const value = success.examples[0]?.value ?? sample(success.schema);
      if (typeof value === "object" && value !== null && !Array.isArray(value))
        this.#put(collection, value as Record<string, unknown>);
    }
  }

  /** @returns `null` if its path and method say nothing that could be done */
  behaviourOf(operation: SandboxOperation): Behaviour | null {
    const { path, method, success, bodies } = operation;
    if (!success) return null;
    const json = success.mediaType !== null;
    const whole = this.#collections.get(path);
    if (whole && method === "GET" && success.schema.at("items").exists)
      return () => answerJson(success.status, [...whole.items.values()]);
    if (whole && method === "POST" && bodies.some(({ schema }) => isObject(schema.value)))
      return ({ body }) => {
        const made = completed(operation, { ...Object(body) });
        made[whole.idProperty] ??= this.#newId(operation, whole);
        this.#put(whole, made);
        return json ? answerJson(success.status, made) : answerOf(success, success.status, undefined);
      };
    const single = this.#collections.get(path.replace(/\/\{[^{}]+\}$/, ""));
    const parameter = operation.parameters.findLast((one) => one.in === "path")?.name;
    if (!single || single === whole || parameter === undefined) return null;
    const change: Readonly<
      Record<string, (item: Record<string, unknown>, body: object, id: string) => unknown>
    > = {
      GET: (item) => item,
      PUT: (_, body, id) => this.#put(single, { ...body, [single.idProperty]: sameType(single, id) }),
      PATCH: (item, body) => this.#put(single, { ...item, ...body }),
      DELETE: (item, _, id) => {
        single.items.delete(id);
        return item;
      },
    };
    const act = change[method];
    if (!act) return null;
    return ({ body, parameters }) => {
      const id = String(parameters.get(parameter));
      const item = single.items.get(id);
      if (!item)
        return this.#surroundings.refuse(operation, {
          rule: "notFound",
          statuses: [404],
          faults: [
            { pointer: parameter, in: "path", rule: "notFound", message: "names nothing that is there" },
          ],
        });
      const after = act(item, Object(body) as object, id);
      return json
        ? answerJson(success.status, completed(operation, after as Record<string, unknown>))
        : answerOf(success, success.status, undefined);
    };
  }

  #put(collection: Collection, item: Record<string, unknown>): Record<string, unknown> {
    collection.items.set(String(item[collection.idProperty]), item);
    const [oldest] = collection.items.keys();
    if (collection.items.size > maxItems && oldest !== undefined) collection.items.delete(oldest);
    return item;
  }

  #newId({ success }: SandboxOperation, collection: Collection): unknown {
    const schema = success?.schema.at("properties", collection.idProperty);
    const type = schema?.at("type").value;
    if (type !== "integer" && type !== "number" && type !== undefined) return this.#surroundings.newId();
    do collection.lastId += 1;
    while (collection.items.has(String(collection.lastId)));
    return collection.lastId;
  }
}

/** What the answer's schema requires and nobody gave, as an example. */
function completed({ success }: SandboxOperation, item: Record<string, unknown>): Record<string, unknown> {
  const missing = (success?.schema.at("required").texts() ?? []).filter((name) => item[name] === undefined);
  const made = missing.map((name) => [name, sample(success?.schema.at("properties", name) as never)]);
  return missing.length === 0 ? item : { ...item, ...Object.fromEntries(made) };
}

/** An id of the path as the things themselves have it. */
function sameType({ items, idProperty }: Collection, id: string): unknown {
  const [first] = items.values();
  return typeof first?.[idProperty] === "number" && /^\d+$/.test(id) ? Number(id) : id;
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;
