import type { ErrorObject } from "ajv";
import { isJson } from "../../contract/build-schema.js";
import { type Example, examplesOf } from "../examples.js";
import { child, children, list, type Node, object, under } from "../node.js";
import type { Finding, Rule } from "../rule.js";
import { propertyOf } from "../schema-parts.js";
import { isForm, type Subject } from "../subject.js";

/** A mock server hands examples out as answers, and tests send them: one that its schema forbids fails both. */
export const exampleValid: Rule = {
  id: "example-valid",
  kind: "mock-safety",
  *find(subject) {
    for (const mediaType of subject.mediaTypes) {
      if (!isJson(mediaType.type) && !isForm(mediaType.type)) continue;
      for (const example of examplesOf(subject, mediaType)) {
        yield* check(subject, child(mediaType, "schema"), example, mediaType.side);
        if (isForm(mediaType.type)) yield* checkJsonParts(subject, mediaType, example);
      }
    }
    for (const { holder, side } of parametersAndHeaders(subject)) {
      for (const example of examplesOf(subject, holder)) {
        yield* check(subject, child(holder, "schema"), example, side);
      }
    }
    for (const schema of subject.schemas.all) {
      for (const example of ownExamples(schema)) yield* check(subject, schema, example, null);
    }
  },
};

/** `null`: either may send it. */
type Side = "request" | "response" | null;

/** The examples of a schema; its own keywords, so they need no `$ref` to be followed. */
function ownExamples(schema: Node): readonly Example[] {
  const { pointer, value } = schema;
  const several = list(value["examples"]).map((example, index) => ({
    pointer: under(pointer, "examples", String(index)),
    value: example,
  }));
  const single = Object.hasOwn(value, "example")
    ? [{ pointer: under(pointer, "example"), value: value["example"] }]
    : [];
  return [...single, ...several];
}

function parametersAndHeaders(subject: Subject): readonly { holder: Node; side: Side }[] {
  const found = new Map<string, { holder: Node; side: Side }>();
  for (const operation of subject.operations) {
    for (const holder of subject.parametersOf(operation))
      found.set(holder.pointer, { holder, side: "request" });
    for (const response of subject.responsesOf(operation)) {
      for (const header of children(response, "headers").map(subject.deref)) {
        found.set(header.pointer, { holder: header, side: "response" });
      }
    }
  }
  return [...found.values()];
}

/** A part of a form that is JSON as text. */
function* checkJsonParts(subject: Subject, mediaType: Node, example: Example): Iterable<Finding> {
  for (const [name, part] of Object.entries(object(example.value))) {
    for (const property of propertyOf(subject.document, child(mediaType, "schema"), name)) {
      const { contentSchema, contentMediaType } = property.value;
      if (contentSchema === undefined || typeof part !== "string" || !isJson(String(contentMediaType)))
        continue;
      const at = under(example.pointer, name);
      const value = parsed(part);
      if (value === undefined) {
        yield {
          at,
          message: "This part of the example is not JSON.",
          remedy: "Write what is sent: JSON, as one string.",
        };
        continue;
      }
      // The places inside are places of the text, which no pointer reaches.
      for (const finding of check(
        subject,
        child(property, "contentSchema"),
        { pointer: at, value },
        "request",
      ))
        yield { ...finding, at };
    }
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function* check(subject: Subject, schema: Node, example: Example, side: Side): Iterable<Finding> {
  const errors = subject.validator
    .errors(schema, example.value)
    .filter((error) => !isOtherSides(subject, error, side));
  for (const same of byPlace(telling(errors))) {
    const [error] = same;
    yield {
      at: under(example.pointer + error.instancePath, ...surplus(error)),
      message: `The example does not fit its schema: ${sentence(error, same)}.`,
      remedy: "Mend the example or the schema, whichever is wrong.",
    };
  }
}

/** A required property that only the other side sends. */
function isOtherSides(subject: Subject, error: ErrorObject, side: Side): boolean {
  if (error.keyword !== "required") return false;
  const properties = object(object(error.parentSchema)["properties"]);
  const property = properties[String(error.params["missingProperty"])];
  const { value } = subject.deref({ pointer: "", value: object(property) });
  return (
    (side !== "response" && value["readOnly"] === true) || (side !== "request" && value["writeOnly"] === true)
  );
}

const unions = new Set(["anyOf", "oneOf"]);
const wrappers = new Set(["if", "not", ...unions]);

/** All that is wrong, but of each outermost union only the mistake deepest inside: that branch was meant. */
function telling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const isWithin = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}/`);
  const outermost: string[] = [];
  for (const { keyword, instancePath } of errors) {
    if (!unions.has(keyword) || outermost.some((path) => isWithin(instancePath, path))) continue;
    outermost.splice(0, Infinity, ...outermost.filter((path) => !isWithin(path, instancePath)), instancePath);
  }
  const plain = errors.filter(({ keyword }) => !wrappers.has(keyword));
  const outside = plain.filter(({ instancePath }) => !outermost.some((path) => isWithin(instancePath, path)));
  const inside = outermost.flatMap((path) => {
    const branch = plain.filter(({ instancePath }) => isWithin(instancePath, path));
    const depth = ({ instancePath }: ErrorObject): number => instancePath.split("/").length;
    const [deepest] = [...branch].sort((a, b) => depth(b) - depth(a));
    return deepest ?? errors.filter(({ instancePath }) => instancePath === path).slice(0, 1);
  });
  const found = [...outside, ...inside];
  return found.length > 0 ? found : errors.slice(0, 1);
}

const mostNames = 8;

/** Properties that are missing at one place are one mistake; any other error stands for itself. */
function byPlace(errors: readonly ErrorObject[]): readonly (readonly [ErrorObject, ...ErrorObject[]])[] {
  const groups = new Map<unknown, [ErrorObject, ...ErrorObject[]]>();
  for (const error of errors) {
    const key = error.keyword === "required" ? error.instancePath : error;
    const group = groups.get(key);
    if (group) group.push(error);
    else groups.set(key, [error]);
  }
  return [...groups.values()];
}

/** The property that should not be there. */
function surplus({ params }: ErrorObject): readonly string[] {
  const name = params["additionalProperty"] ?? params["unevaluatedProperty"];
  return name === undefined ? [] : [String(name)];
}

function sentence(error: ErrorObject, same: readonly ErrorObject[]): string {
  if (error.keyword === "required") {
    const names = [...new Set(same.map(({ params }) => JSON.stringify(params["missingProperty"])))];
    const more = names.length > mostNames ? `, … (${names.length} in all)` : "";
    return `${names.slice(0, mostNames).join(", ")}${more} ${names.length === 1 ? "is" : "are"} missing`;
  }
  const { allowedValues, allowedValue, passingSchemas } = error.params;
  if (Array.isArray(passingSchemas)) return "it fits more than one branch of `oneOf`";
  const [property] = surplus(error);
  if (property !== undefined) return `it must not have the property ${JSON.stringify(property)}`;
  if (Array.isArray(allowedValues)) {
    return `it must be one of ${allowedValues.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  if (error.keyword === "const") return `it must be ${JSON.stringify(allowedValue)}`;
  return `it ${error.message ?? "is wrong"}`;
}
