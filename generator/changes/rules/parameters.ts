import { documentKeys } from "../../contract/extensions.js";
import type { Context } from "../document/context.js";
import type { OperationReading, ParameterReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf, parameter } from "../document/fixture-documents.js";
import type { OperationPair } from "../document/pair-operations.js";
import type { Finding } from "../rule.js";
import { child, mapOf, type SchemaNode } from "../schema/schema-node.js";
import { agreedDays, dayOf, daysBetween, isUnsettled, judgeDeprecation } from "./lifecycle-days.js";
import { sunsetChange } from "./operations.js";

const { sunset, stability } = documentKeys;
const text = { type: "string" };
const plain = documentOf(parameter(text));
const required = documentOf(parameter(text, { required: true }));
const old = (day?: string) =>
  documentOf(parameter(text, { deprecated: true, ...(day === undefined ? {} : { [sunset]: day }) }));
const ofPath = (more: object = {}) =>
  documentOf(
    {},
    {
      paths: {
        "/others": {
          parameters: [{ name: "part", in: "query", schema: text, ...more }],
          get: { responses: { 200: { description: "all" } } },
        },
      },
    },
  );
const withoutOfPath = documentOf(
  {},
  { paths: { "/others": { get: { responses: { 200: { description: "all" } } } } } },
);
const early = "Deprecate it first, with the day of its end.";
const list = { type: "array", items: text };
const onPath = (name: string, declared: boolean) =>
  documentOf(
    {},
    {
      paths: {
        [`/others/{${name}}`]: {
          get: {
            parameters: declared ? [{ name, in: "path", required: true, schema: text }] : [],
            responses: { 200: { description: "all" } },
          },
        },
      },
    },
  );

/** Parameters: which there are, whether they must be sent, and how they are written. */
export const parameters: DocumentFamily = {
  name: "parameters",
  title: "Parameters",
  rules: rulesOf("parameters", [
    {
      id: "new-required-request-parameter",
      severity: "error",
      direction: "request",
      sentence: "{subject} is new and required.",
      remedy: "Make it optional, and do without it what was done before.",
      found: [documentOf(), required],
      absent: [documentOf(), plain],
    },
    {
      id: "new-optional-request-parameter",
      severity: "note",
      direction: "request",
      sentence: "{subject} is new.",
      found: [documentOf(), plain],
    },
    {
      id: "new-request-path-parameter",
      severity: "error",
      direction: "request",
      sentence: "{subject} is new, and part of the path.",
      remedy: "Offer the new path beside the old one.",
      found: [onPath("id", false), onPath("id", true)],
    },
    {
      id: "new-required-request-default-parameter-to-existing-path",
      severity: "error",
      direction: "request",
      sentence: "{subject} is new and required, for every operation of its path.",
      remedy: "Make it optional, and do without it what was done before.",
      found: [withoutOfPath, ofPath({ required: true })],
      absent: [withoutOfPath, ofPath()],
    },
    {
      id: "new-optional-request-default-parameter-to-existing-path",
      severity: "note",
      direction: "request",
      sentence: "{subject} is new, for every operation of its path.",
      found: [withoutOfPath, ofPath()],
    },
    {
      id: "request-parameter-removed",
      severity: "warning",
      direction: "request",
      sentence: "{subject} is gone.",
      remedy: early,
      found: [plain, documentOf()],
    },
    {
      id: "request-parameter-removed-with-deprecation",
      severity: "note",
      direction: "request",
      sentence: "{subject} is gone, as was announced.",
      found: [old("2020-01-01"), documentOf()],
      absent: [plain, documentOf()],
    },
    {
      id: "request-parameter-removed-before-sunset",
      severity: "error",
      direction: "request",
      sentence: "{subject} is gone before {before}, the day that was announced.",
      remedy: "Keep it until that day.",
      found: [old("2099-01-01"), documentOf()],
      absent: [old("2020-01-01"), documentOf()],
    },
    {
      id: "unsettled-request-parameter-removed",
      severity: "note",
      direction: "request",
      sentence: "{subject} is gone; its operation was not settled yet.",
      found: [documentOf({ ...parameter(text), [stability]: "alpha" }), documentOf({ [stability]: "alpha" })],
    },
    {
      id: "request-parameter-moved",
      severity: "error",
      direction: "request",
      sentence: "{subject} now belongs in the {after}; it was in the {before}.",
      remedy: "Go on taking it where it was.",
      found: [plain, documentOf(parameter(text, { in: "header" }))],
      absent: [plain, documentOf(parameter(text, { description: "moved nowhere" }))],
    },
    {
      id: "request-parameter-became-required",
      severity: "error",
      direction: "request",
      sentence: "{subject} is now required.",
      remedy: "Do without it what was done before.",
      found: [plain, required],
    },
    {
      id: "request-parameter-became-optional",
      severity: "note",
      direction: "request",
      sentence: "{subject} is no longer required.",
      found: [required, plain],
    },
    {
      id: "request-parameter-style-changed",
      severity: "error",
      direction: "request",
      sentence: "{subject} is now written as {after}; it was {before}.",
      remedy: "Go on reading the old form.",
      found: [
        documentOf(parameter(list)),
        documentOf(parameter(list, { style: "pipeDelimited", explode: false })),
      ],
      absent: [documentOf(parameter(list)), documentOf(parameter(list, { style: "form", explode: true }))],
    },
    {
      id: "request-parameter-reserved-characters-forbidden",
      severity: "error",
      direction: "request",
      sentence: "{subject} may no longer hold reserved characters as they are.",
      remedy: "Go on reading them.",
      found: [documentOf(parameter(text, { allowReserved: true })), plain],
    },
    {
      id: "request-parameter-empty-value-forbidden",
      severity: "error",
      direction: "request",
      sentence: "{subject} may no longer be empty.",
      remedy: "Go on taking it without a value.",
      found: [documentOf(parameter(text, { allowEmptyValue: true })), plain],
    },
    {
      id: "request-parameter-content-changed",
      severity: "error",
      direction: "request",
      sentence: "{subject} is now written as {after}; it was {before}.",
      remedy: "Go on reading the old form.",
      found: [
        plain,
        documentOf({
          parameters: [{ name: "part", in: "query", content: { "application/json": { schema: text } } }],
        }),
      ],
      absent: [plain, documentOf(parameter({ type: "string", title: "as it was" }))],
    },
    {
      id: "request-parameter-deprecated",
      severity: "note",
      direction: "request",
      sentence: "{subject} is now deprecated.",
      found: [plain, old()],
    },
    {
      id: "request-parameter-reactivated",
      severity: "note",
      direction: "request",
      sentence: "{subject} is no longer deprecated.",
      found: [old(), plain],
    },
    {
      id: "request-parameter-deprecated-sunset-missing",
      severity: "error",
      direction: "request",
      sentence: "{subject} is now deprecated, without the day of its end.",
      remedy: `Write ${sunset} with a day that is far enough away.`,
      found: [plain, old()],
    },
    {
      id: "request-parameter-sunset-parse",
      severity: "error",
      direction: "request",
      sentence: "{subject} has a day of its end that is no day: {before}.",
      remedy: "Write the day as 2031-12-31.",
      found: [plain, old("soon")],
    },
    {
      id: "request-parameter-sunset-date-too-small",
      severity: "error",
      direction: "request",
      sentence: "{subject} is now deprecated until {after}, which is too soon.",
      remedy: "Give callers the time that was agreed.",
      found: [plain, old("2020-01-01")],
      absent: [plain, old("2099-01-01")],
    },
    {
      id: "request-parameter-sunset-deleted",
      severity: "error",
      direction: "request",
      sentence: "{subject} no longer says the day of its end; it was {before}.",
      remedy: "Keep the day that was announced.",
      found: [old("2099-01-01"), old()],
    },
    {
      id: "request-parameter-sunset-date-changed-too-small",
      severity: "error",
      direction: "request",
      sentence: "{subject} now ends on {after}; {before} was announced.",
      remedy: "Keep the day that was announced, or a later one.",
      found: [old("2099-01-01"), old("2021-01-01")],
    },
  ]),
  *find(context) {
    for (const pair of context.all)
      if (pair.base.kind === "operation") yield* compareParameters(context, pair);
  },
};

const key = ({ name, in: place }: ParameterReading): string =>
  `${place} ${place === "header" ? name.toLowerCase() : name}`;

/** How a reader is told of a parameter: "the query parameter `limit` of `GET /things`". */
export const subjectOf = ({ name, in: place }: ParameterReading, operation: OperationReading): string =>
  `the ${place} parameter \`${name}\` of ${operation.shown}`;

function* compareParameters(context: Context, { base, revision }: OperationPair): Iterable<Finding> {
  const renamed = renamedInPath(base.path, revision.path);
  const left = new Map(revision.parameters.map((one) => [key(one), one]));
  const gone: ParameterReading[] = [];
  for (const from of base.parameters) {
    const name = from.in === "path" ? (renamed.get(from.name) ?? from.name) : from.name;
    const at = key({ ...from, name });
    const to = left.get(at);
    left.delete(at);
    if (to) yield* compareOne(context, base, revision, from, to);
    else gone.push(from);
  }
  for (const from of gone) {
    const moved = [...left.values()].find(({ name }) => name === from.name);
    if (moved) {
      left.delete(key(moved));
      yield { ...finding("request-parameter-moved", base, from, moved), before: from.in, after: moved.in };
    } else yield removal(context, base, revision, from);
  }
  for (const to of left.values()) {
    const isRequired = to.value["required"] === true;
    const id =
      to.in === "path"
        ? "new-request-path-parameter"
        : `new-${isRequired ? "required" : "optional"}-request-${to.ofPath ? "default-parameter-to-existing-path" : "parameter"}`;
    yield finding(id, base, null, to);
  }
}

/** Names of a path's parameters in the base, and what stands in their places in the revision. */
function renamedInPath(base: string, revision: string): Map<string, string> {
  const names = (path: string): string[] => [...path.matchAll(/\{([^}]*)\}/g)].map(([, name = ""]) => name);
  const others = names(revision);
  return new Map(
    names(base).flatMap((name, index) => (others[index] ? [[name, others[index]] as const] : [])),
  );
}

function finding(
  id: string,
  operation: OperationReading,
  from: ParameterReading | null,
  to: ParameterReading | null,
): Finding {
  const subject = subjectOf((from ?? to) as ParameterReading, operation);
  return {
    id,
    base: from?.node.pointer ?? operation.node.pointer,
    revision: to?.node.pointer ?? null,
    subject: `T${subject.slice(1)}`,
    operation: operation.title,
  };
}

function removal(
  { policy }: Context,
  operation: OperationReading,
  other: OperationReading,
  from: ParameterReading,
): Finding {
  const made = (id: string, before?: unknown): Finding => ({
    ...finding(id, operation, from, null),
    revision: other.node.pointer,
    before,
  });
  const level = from.value[stability] ?? operation.value[stability];
  if (isUnsettled(level)) return made("unsettled-request-parameter-removed");
  if (from.value["deprecated"] !== true) return made("request-parameter-removed");
  if (from.value[sunset] === undefined) return made("request-parameter-removed-with-deprecation");
  const day = dayOf(from.value[sunset]);
  if (day === null) return made("request-parameter-sunset-parse", from.value[sunset]);
  return daysBetween(policy.today, day) > 0
    ? made("request-parameter-removed-before-sunset", day)
    : made("request-parameter-removed-with-deprecation");
}

const lifecycleIds: Readonly<Record<string, string>> = {
  reactivated: "request-parameter-reactivated",
  deprecated: "request-parameter-deprecated",
  "deprecated-with-sunset": "request-parameter-deprecated",
  "deprecated-sunset-missing": "request-parameter-deprecated-sunset-missing",
  "sunset-parse": "request-parameter-sunset-parse",
  "sunset-date-too-small": "request-parameter-sunset-date-too-small",
};

function* compareOne(
  context: Context,
  operation: OperationReading,
  other: OperationReading,
  from: ParameterReading,
  to: ParameterReading,
): Iterable<Finding> {
  const made = (id: string, more: Partial<Finding> = {}): Finding => ({
    ...finding(id, operation, from, to),
    ...more,
    id,
  });
  const was = (word: string): boolean => from.value[word] === true;
  const is = (word: string): boolean => to.value[word] === true;
  if (from.in !== "path" && was("required") !== is("required"))
    yield made(is("required") ? "request-parameter-became-required" : "request-parameter-became-optional");
  if (was("allowReserved") && !is("allowReserved"))
    yield made("request-parameter-reserved-characters-forbidden");
  if (was("allowEmptyValue") && !is("allowEmptyValue")) yield made("request-parameter-empty-value-forbidden");
  const { policy } = context;
  const read = ({ value }: ParameterReading, holder: OperationReading) => ({
    deprecated: value["deprecated"] === true,
    sunset: value[sunset],
    stability: value[stability] ?? holder.value[stability],
  });
  const [before, after] = [read(from, operation), read(to, other)];
  for (const { code, ...fact } of judgeDeprecation(before, after, policy, "sunset-parse"))
    yield made(lifecycleIds[code] as string, code === "sunset-parse" ? { before: fact.after } : fact);
  if (before.deprecated && after.deprecated)
    yield* sunsetChange(
      before.sunset,
      after.sunset,
      agreedDays(after.stability, policy),
      policy.today,
      made,
      {
        deleted: "request-parameter-sunset-deleted",
        invalid: "request-parameter-sunset-parse",
        tooSmall: "request-parameter-sunset-date-changed-too-small",
      },
    );
  yield* compareContents(context, operation, from, to, made);
}

function* compareContents(
  context: Context,
  operation: OperationReading,
  from: ParameterReading,
  to: ParameterReading,
  made: (id: string, more?: Partial<Finding>) => Finding,
): Iterable<Finding> {
  const [was, is] = [contentOf(context.base, from), contentOf(context.revision, to)];
  if (was.written !== is.written) {
    yield made("request-parameter-content-changed", { before: was.written, after: is.written });
    return;
  }
  if (was.schema && is.schema) {
    const [left, right] = [
      context.base.shapes.shapeOf(was.schema),
      context.revision.shapes.shapeOf(is.schema),
    ];
    const [style, newStyle] = [styleOf(from), styleOf(to)];
    const isPlain = ![left, right].some(
      ({ types }) => types === null || types.includes("array") || types.includes("object"),
    );
    const sameShown = style === newStyle || (isPlain && style.split(" ")[0] === newStyle.split(" ")[0]);
    if (!sameShown) yield made("request-parameter-style-changed", { before: style, after: newStyle });
    // In a query, one value and a list of one are written alike.
    const becameList =
      left.types && !left.types.includes("array") && right.types?.length === 1 && right.types[0] === "array";
    const items = child(right.words.get("items") ?? { value: {}, pointer: "" }, "type")
      ? right.words.get("items")
      : undefined;
    if (
      becameList &&
      newStyle === "form (exploded)" &&
      items &&
      takesAll(context, was.schema, items, right.words)
    ) {
      yield made("request-parameter-type-generalized", { before: left.types?.join(" or "), after: "array" });
      return;
    }
    const subject = subjectOf(from, operation);
    yield* context.schemas({
      holder: "parameter",
      direction: "request",
      isLoose: was.written === "text",
      isHeaderParameter: from.in === "header",
      subject,
      operation,
      base: was.schema,
      revision: is.schema,
    });
  }
}

/** Whether a list takes each single value that was valid: text stands for all of them. */
function takesAll(
  { revision }: Context,
  _was: SchemaNode,
  items: SchemaNode,
  words: ReadonlyMap<string, SchemaNode>,
): boolean {
  const item = revision.shapes.shapeOf(items);
  const isText = item.types === null || item.types.includes("string");
  const limits = ["pattern", "format", "minLength", "maxLength"];
  const isFree = item.values === null && limits.every((word) => !item.words.has(word));
  const least = words.get("minItems")?.value;
  return isText && isFree && !(typeof least === "number" && least > 1);
}

interface ParameterContent {
  /** `text`, or the media type it is written in. */
  readonly written: string;
  readonly schema: SchemaNode | null;
}

function contentOf(reading: Context["base"], { node, value }: ParameterReading): ParameterContent {
  const [mediaType] = Object.keys(mapOf(value["content"]));
  return mediaType === undefined
    ? { written: "text", schema: child(node, "schema") }
    : { written: mediaType, schema: reading.under(node, "content", mediaType, "schema") };
}

function styleOf({ value, in: place }: ParameterReading): string {
  const style = String(value["style"] ?? (place === "query" || place === "cookie" ? "form" : "simple"));
  const explode = typeof value["explode"] === "boolean" ? value["explode"] : style === "form";
  return `${style} (${explode ? "exploded" : "not exploded"})`;
}
