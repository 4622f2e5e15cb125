import type { Issue } from "../validation-errors.js";
import type { Failure } from "./failures.js";

/** What is wrong with a value, to be read and to be shown beside a field. Names rules and limits, never what was given. */
export function issuesOf(value: unknown, failures: readonly Failure[]): Issue[] {
  // That the branch of an `if` was not met is said by what the branch asks for.
  const telling = failures.filter(({ rule }) => rule !== "if");
  return (telling.length > 0 ? telling : failures).map((failure) => {
    const { pointer, rule } = failure;
    const where = pointer === "" ? "the value" : pointer;
    return {
      message: `${where} ${demandOf(failure)} (${rule})`,
      path: pathOf(value, failure),
      pointer,
      rule,
    };
  });
}

const quoted = (value: unknown): string => JSON.stringify(value) ?? "undefined";

function demandOf({ rule, params }: Failure): string {
  const limit = String(params["limit"]);
  const named = placeParams.map((param) => params[param]).find((name) => name !== undefined);
  switch (rule) {
    case "required":
    case "dependentRequired":
      return `must have the property ${quoted(named)}`;
    case "additionalProperties":
    case "unevaluatedProperties":
      return `must not have the property ${quoted(named)}`;
    case "additionalItems":
    case "items":
    case "unevaluatedItems":
      return `must not have more than ${String(params["limit"] ?? params["len"])} items`;
    case "type":
      return `must be ${[params["type"]]
        .flat()
        .map((type) => nameOfType[String(type)] ?? String(type))
        .join(" or ")}`;
    case "file":
      return "must be a Blob, a File or a stream of known size";
    case "enum":
      return `must be one of ${shortList(params["allowedValues"])}`;
    case "const":
      return `must be ${quoted(params["allowedValue"])}`;
    case "format":
      return `must be in the format ${quoted(params["format"])}`;
    case "pattern":
      return `must match the pattern ${quoted(params["pattern"])}`;
    case "minLength":
      return `must have at least ${limit} characters`;
    case "maxLength":
      return `must have at most ${limit} characters`;
    case "minItems":
      return `must have at least ${limit} items`;
    case "maxItems":
      return `must have at most ${limit} items`;
    case "minProperties":
      return `must have at least ${limit} properties`;
    case "maxProperties":
      return `must have at most ${limit} properties`;
    case "minimum":
      return `must be at least ${limit}`;
    case "maximum":
      return `must be at most ${limit}`;
    case "exclusiveMinimum":
      return `must be more than ${limit}`;
    case "exclusiveMaximum":
      return `must be less than ${limit}`;
    case "multipleOf":
      return `must be a multiple of ${String(params["multipleOf"])}`;
    case "uniqueItems":
      return `must not hold an item twice (${String(params["j"])} and ${String(params["i"])} are the same)`;
    case "contains": {
      const { minContains, maxContains } = params;
      const most = maxContains === undefined ? "" : ` and at most ${String(maxContains)}`;
      return `must hold at least ${String(minContains)}${most} of the items that are asked for`;
    }
    case "oneOf":
      return params["passingSchemas"] ? "must fit one variant only" : "must fit one of its variants";
    case "anyOf":
      return "must fit one of its variants";
    case "not":
      return "is what the contract rules out";
    case "propertyNames":
      return "must not have a property of such a name";
    default:
      return "is not allowed";
  }
}

const nameOfType: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "true or false",
  integer: "an integer",
  null: "null",
  number: "a number",
  object: "an object",
  string: "a string",
};

const mostValues = 12;

function shortList(values: unknown): string {
  const list = Array.isArray(values) ? values : [];
  const more = list.length > mostValues ? `, … (${list.length} in all)` : "";
  return list.slice(0, mostValues).map(quoted).join(", ") + more;
}

const placeParams = ["missingProperty", "additionalProperty", "unevaluatedProperty"];

/** Keys on the way to where an issue is to be shown: for a property that is missing or superfluous, to that property. */
function pathOf(value: unknown, { pointer, params }: Failure): readonly (string | number)[] {
  const path: (string | number)[] = [];
  let part = value;
  for (const token of pointer.split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const isIndex = Array.isArray(part) && /^\d+$/.test(key);
    path.push(isIndex ? Number(key) : key);
    part = typeof part === "object" && part !== null ? (part as Record<string, unknown>)[key] : undefined;
  }
  const named = placeParams.map((param) => params[param]).find((name) => typeof name === "string");
  return typeof named === "string" ? [...path, named] : path;
}
