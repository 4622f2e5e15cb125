import { type SchemaJudge, schemasIn } from "../arbitraries/schema-judge.js";
import { array, type JsonObject, object, type Schema } from "../support/contract.js";
import type { Step } from "./schema-places.js";

/** Deeper than this no contract asks for values, unless it asks for itself. */
const deepest = 12;

/**
 * A value with as little in it as a schema asks for, and plain to read: what arbitraries make is smaller only by chance.
 * `undefined` where this is not enough to make a valid one.
 *
 * @param path a part that is to be there
 */
export function plainValue(judge: SchemaJudge, schema: Schema, path: readonly Step[] = []): unknown {
  try {
    const value = build(judge, schema, path, 0);
    return judge.isValid(schema, value) ? value : undefined;
  } catch {
    return undefined; // it has no end, or its references lead nowhere
  }
}

function build(judge: SchemaJudge, schema: Schema, path: readonly Step[], depth: number): unknown {
  if (depth > deepest) throw new Error("The value has no end.");
  const all = together(judge, schema, path);
  const first = (key: string): unknown => all.map((one) => one[key]).find((value) => value !== undefined);
  const choices = array(first("enum"));
  if (path.length === 0) {
    if (first("const") !== undefined) return first("const");
    if (choices.length > 0) return choices.find((one) => judge.isValid(schema, one)) ?? choices[0];
  }
  const [step, ...rest] = path;
  const type =
    step === undefined ? typeOf(all, first) : "property" in step || "other" in step ? "object" : "array";
  const numbers = (key: string): number[] =>
    all.map((one) => one[key]).filter((value) => typeof value === "number");
  switch (type) {
    case "object": {
      const names = new Set(all.flatMap((one) => array(one["required"]).map(String)));
      if (step && "property" in step) names.add(step.property);
      const entries = [...names].map((name): [string, unknown] => {
        const below = step && "property" in step && step.property === name ? rest : [];
        const schemas = all.flatMap((one) => {
          const own = object(one["properties"]);
          return Object.hasOwn(own, name) ? [own[name] as Schema] : [];
        });
        return [name, build(judge, joined(schemas), below, depth + 1)];
      });
      if (step && "other" in step)
        entries.push([
          "a",
          build(
            judge,
            joined(schemasAt(all, ["additionalProperties", "unevaluatedProperties"])),
            rest,
            depth + 1,
          ),
        ]);
      return Object.fromEntries(entries);
    }
    case "array": {
      const wanted = step && "item" in step ? (step.item === "any" ? 0 : step.item) : -1;
      const length = Math.max(0, wanted + 1, ...numbers("minItems"));
      const lines = schemasAt(
        all.map((one) => object(one["x-item-schema"])),
        ["schema"],
      );
      return Array.from({ length }, (_, index) => {
        const prefix = all.flatMap((one) => schemasIn(one["prefixItems"]).slice(index, index + 1));
        const items = prefix.length > 0 ? prefix : [...schemasAt(all, ["items"]), ...lines];
        return build(judge, joined(items), index === wanted ? rest : [], depth + 1);
      });
    }
    case "integer":
    case "number":
      return number(numbers, type === "integer");
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return text(first("format"), Math.max(0, ...numbers("minLength")));
  }
}

/** The schemas that hold together: references followed, and of alternatives the one that has the part that is wanted. */
function together(judge: SchemaJudge, schema: Schema, path: readonly Step[]): JsonObject[] {
  const found: JsonObject[] = [];
  const pending: Schema[] = [schema];
  for (let one = pending.shift(); one !== undefined && found.length < 100; one = pending.shift()) {
    if (one === false) throw new Error("No value is valid.");
    if (one === true || found.includes(one)) continue;
    found.push(one);
    if (typeof one["$ref"] === "string") pending.push(judge.follow(one["$ref"]));
    pending.push(...schemasIn(one["allOf"]));
    for (const keyword of ["anyOf", "oneOf"]) {
      const branches = schemasIn(one[keyword]);
      const [step] = path;
      const has = (branch: Schema): boolean =>
        step !== undefined &&
        "property" in step &&
        together(judge, branch, []).some((part) => Object.hasOwn(object(part["properties"]), step.property));
      const chosen = branches.find(has) ?? branches[0];
      if (chosen !== undefined) pending.push(chosen);
    }
  }
  return found;
}

const joined = (schemas: readonly Schema[]): Schema =>
  schemas.length === 0 ? true : schemas.length === 1 ? (schemas[0] as Schema) : { allOf: schemas };

const schemasAt = (all: readonly JsonObject[], keys: readonly string[]): Schema[] =>
  all.flatMap((one) => keys.flatMap((key) => (one[key] === undefined ? [] : [one[key] as Schema])));

function typeOf(all: readonly JsonObject[], first: (key: string) => unknown): unknown {
  const types = [first("type")].flat().filter((type) => type !== undefined);
  if (types.length > 0) return types.find((type) => type !== "null") ?? types[0];
  if (first("properties") !== undefined || first("required") !== undefined) return "object";
  return all.some((one) => one["items"] !== undefined || one["prefixItems"] !== undefined)
    ? "array"
    : "string";
}

function number(numbers: (key: string) => number[], isWhole: boolean): number {
  const step = numbers("multipleOf")[0] ?? (isWhole ? 1 : 0.5);
  const least = Math.max(...numbers("minimum"), ...numbers("exclusiveMinimum").map((one) => one + step));
  const most = Math.min(...numbers("maximum"), ...numbers("exclusiveMaximum").map((one) => one - step));
  const wanted = Number.isFinite(least)
    ? Math.ceil(least / step) * step
    : Math.min(step === 0.5 ? 1 : step, most);
  return wanted;
}

const byFormat: Readonly<Record<string, string>> = {
  "date-time": "2026-01-31T12:00:00Z",
  date: "2026-01-31",
  time: "12:00:00Z",
  duration: "P1D",
  email: "ada@example.com",
  hostname: "example.com",
  uri: "https://example.com",
  url: "https://example.com",
  "uri-reference": "/a",
  uuid: "123e4567-e89b-42d3-a456-426614174000",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
};

const text = (format: unknown, minLength: number): string =>
  (byFormat[String(format)] ?? "a").padEnd(minLength, "a");
