import type { JsonObject } from "../../load/document-walk.js";
import type { SchemaNode } from "../schema/schema-node.js";
import type { PlaceKind, SchemaFamily, SchemaRule, ShapePair } from "../schema/schema-rule.js";
import type { Shape } from "../schema/shape.js";

const part = { type: "string" };
const object = (properties: JsonObject, required: string[] = [], more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...(required.length > 0 ? { required } : {}),
  ...more,
});
const other = { other: { type: "string" } };

/** Ids that name the property of a body, of a parameter and of a header, and none of a reply. */
const ids = (
  body: string | null,
  readOnly: string | null,
  parameter: string | null,
  header: string | null,
  response: string | null,
  writeOnly: string | null,
): Partial<Record<PlaceKind, string | null>> => ({
  "request-body": body,
  "request-property": body,
  "request-read-only-property": readOnly,
  "request-parameter": parameter,
  "request-parameter-property": parameter,
  "request-header-property": header,
  "response-body": response,
  "response-property": response,
  "response-write-only-property": writeOnly,
  "response-header": null,
});

const withDefault = { part: { type: "string", default: "a" } };
const withPart = object({ part, ...other });
const withRequired = object({ part, ...other }, ["part"]);
const without = object(other);

const existence: readonly SchemaRule[] = [
  {
    code: "property-added",
    request: "note",
    response: "note",
    sentence: "{subject} has the new optional property {name}.",
    before: without,
    after: withPart,
    ids: ids(
      "new-optional-request-property",
      "new-request-read-only-property",
      "new-optional-request-parameter-property",
      "new-optional-request-header-property",
      "response-optional-property-added",
      "response-optional-write-only-property-added",
    ),
  },
  {
    code: "required-property-added",
    request: "error",
    response: "note",
    sentence: "{subject} has the new required property {name}.",
    remedy: "Make it optional, and do without it what was done before.",
    before: without,
    after: withRequired,
    not: [without, withPart],
    ids: ids(
      "new-required-request-property",
      "new-required-request-read-only-property",
      "new-required-request-parameter-property",
      "new-required-request-header-property",
      "response-required-property-added",
      "response-required-write-only-property-added",
    ),
  },
  {
    code: "required-property-added-with-default",
    request: "error",
    response: null,
    sentence:
      "{subject} has the new required property {name}; it has a default, but must be sent all the same.",
    remedy: "Make it optional: it has a default.",
    before: without,
    after: object({ ...withDefault, ...other }, ["part"]),
    not: [without, object({ ...withDefault, ...other })],
    ids: ids(
      "new-required-request-property-with-default",
      null,
      "new-required-request-parameter-property-with-default",
      "new-required-request-header-property-with-default",
      null,
      null,
    ),
  },
  {
    code: "property-removed",
    request: "warning",
    response: "warning",
    sentence: "{subject} no longer has the optional property {name}.",
    remedy: "Deprecate it first, with the day of its end.",
    before: withPart,
    after: without,
    ids: ids(
      "request-property-removed",
      "request-read-only-property-removed",
      "request-parameter-property-removed",
      "request-header-property-removed",
      "response-optional-property-removed",
      "response-optional-write-only-property-removed",
    ),
  },
  {
    code: "required-property-removed",
    request: "warning",
    response: "error",
    sentence: "{subject} no longer has the property {name}.",
    remedy: "Go on sending it; deprecate it first, with the day of its end.",
    before: withRequired,
    after: without,
    not: [without, withRequired],
    ids: ids(
      "request-property-removed",
      "request-read-only-property-removed",
      "request-parameter-property-removed",
      "request-header-property-removed",
      "response-required-property-removed",
      "response-required-write-only-property-removed",
    ),
  },
  {
    code: "property-no-longer-allowed",
    request: "error",
    response: null,
    sentence: "{subject} no longer has the property {name}, and forbids what it does not name.",
    remedy: "Go on taking it, if only to ignore it; deprecate it first.",
    before: object({ part, ...other }, [], { additionalProperties: false }),
    after: object(other, [], { additionalProperties: false }),
    ids: ids(
      "request-property-no-longer-allowed",
      null,
      "request-parameter-property-no-longer-allowed",
      "request-header-property-no-longer-allowed",
      null,
      null,
    ),
  },
];

const requiredness: readonly SchemaRule[] = [
  {
    code: "undeclared-became-required",
    request: "note",
    response: "note",
    sentence: "{subject} now requires the property {name}, which it does not declare.",
    before: object(other),
    after: object(other, ["part"]),
    ids: ids(
      "request-undeclared-property-became-required",
      null,
      "request-parameter-undeclared-property-became-required",
      null,
      "response-undeclared-property-became-required",
      null,
    ),
  },
  {
    code: "became-required",
    request: "error",
    response: "note",
    sentence: "The property {name} of {subject:lower} is now required.",
    remedy: "Do without it what was done before.",
    before: withPart,
    after: withRequired,
    ids: ids(
      "request-property-became-required",
      "request-read-only-property-became-required",
      "request-parameter-property-became-required",
      "request-header-property-became-required",
      "response-property-became-required",
      "response-write-only-property-became-required",
    ),
  },
  {
    code: "became-required-with-default",
    request: "error",
    response: null,
    sentence: "The property {name} of {subject:lower} is now required, although it has a default.",
    remedy: "Leave it optional: it has a default.",
    before: object({ ...withDefault, ...other }),
    after: object({ ...withDefault, ...other }, ["part"]),
    ids: ids(
      "request-property-became-required-with-default",
      null,
      "request-parameter-property-became-required-with-default",
      "request-header-property-became-required-with-default",
      null,
      null,
    ),
  },
  {
    code: "became-optional",
    request: "note",
    response: "error",
    sentence: "The property {name} of {subject:lower} is no longer required.",
    remedy: "Go on sending it always.",
    before: withRequired,
    after: withPart,
    ids: ids(
      "request-property-became-optional",
      "request-read-only-property-became-optional",
      "request-parameter-property-became-optional",
      "request-header-property-became-optional",
      "response-property-became-optional",
      "response-write-only-property-became-optional",
    ),
  },
];

/** Who may set a property: eight ways for it to change, each for what is required and what is not. */
const access: readonly SchemaRule[] = (["optional", "required"] as const).flatMap((kind) =>
  (["read-only", "write-only"] as const).flatMap((word) =>
    ([false, true] as const).map((negated): SchemaRule => {
      const keyword = word === "read-only" ? "readOnly" : "writeOnly";
      const required = kind === "required" ? ["part"] : [];
      const marked = object({ part: { ...part, [keyword]: true } }, required);
      const plain = object({ part }, required);
      const code = `${kind}-property-became-${negated ? "not-" : ""}${word}`;
      const id = (direction: string): string => `${direction}-${code}`;
      return {
        code,
        request: "note",
        response: code === "required-property-became-not-write-only" ? "warning" : "note",
        sentence: `The property {name} of {subject:lower} is ${negated ? "no longer" : "now"} ${word}.`,
        before: negated ? marked : plain,
        after: negated ? plain : marked,
        ids: ids(id("request"), id("request"), null, null, id("response"), id("response")),
      };
    }),
  ),
);

const closing: readonly SchemaRule[] = [
  {
    code: "additional-properties-forbidden",
    request: "error",
    response: "note",
    sentence: "{subject} now forbids properties that it does not name.",
    remedy: "Go on taking them, if only to ignore them.",
    before: object({ part }),
    after: object({ part }, [], { additionalProperties: false }),
  },
  {
    code: "additional-properties-allowed",
    request: "note",
    response: "note",
    sentence: "{subject} now allows properties that it does not name.",
    before: object({ part }, [], { additionalProperties: false }),
    after: object({ part }),
  },
  {
    code: "additional-properties-schema-added",
    request: "error",
    response: "note",
    sentence: "Properties that {subject:lower} does not name must now meet a schema.",
    remedy: "Go on taking what was valid before.",
    before: object({ part }),
    after: object({ part }, [], { additionalProperties: { type: "integer" } }),
  },
  {
    code: "additional-properties-schema-removed",
    request: "note",
    response: "warning",
    sentence: "Properties that {subject:lower} does not name need no longer meet a schema.",
    remedy: "Callers may rely on their shape; keep to it in replies.",
    before: object({ part }, [], { additionalProperties: { type: "integer" } }),
    after: object({ part }),
  },
  {
    code: "unevaluated-properties-added",
    request: "error",
    response: "note",
    sentence: "{subject} now restricts properties that none of its parts names.",
    remedy: "Go on taking them, if only to ignore them.",
    before: object({ part }),
    after: object({ part }, [], { unevaluatedProperties: false }),
  },
  {
    code: "unevaluated-properties-removed",
    request: "note",
    response: "error",
    sentence: "{subject} no longer restricts properties that none of its parts names.",
    remedy: "Callers may refuse what they don't know; keep to it in replies.",
    before: object({ part }, [], { unevaluatedProperties: false }),
    after: object({ part }),
  },
];

/** Properties: which there are, which are required, who may set them, and whether there may be others. */
export const objects: SchemaFamily = {
  name: "objects",
  title: "Properties",
  rules: [
    ...[...existence, ...requiredness, ...access].map((rule) => ({ ...rule, ofProperty: true })),
    ...closing,
  ],
  compare(pair) {
    const { base, revision, report } = pair;
    for (const [name, from] of base.properties) {
      const to = revision.properties.get(name);
      if (to) pair.descend(name, from, to);
      else reportRemoved(pair, name, from);
    }
    for (const [name, to] of revision.properties) if (!base.properties.has(name)) reportAdded(pair, name, to);
    for (const name of new Set([...base.required, ...revision.required])) compareRequired(pair, name);
    for (const [name, from] of base.properties) {
      const to = revision.properties.get(name);
      if (to) compareAccess(pair, name, from, to);
    }
    compareOthers(pair, "additionalProperties", "*");
    const [was, is] = [base, revision].map(({ words }) => words.get("unevaluatedProperties")) as [
      SchemaNode | undefined,
      SchemaNode | undefined,
    ];
    if (restricts(was) && restricts(is)) pair.descend("(other)", was as SchemaNode, is as SchemaNode);
    else if (restricts(was) !== restricts(is))
      report(restricts(is) ? "unevaluated-properties-added" : "unevaluated-properties-removed");
  },
};

const restricts = (node: SchemaNode | undefined): boolean => node !== undefined && node.value !== true;
const flag = ({ words }: Shape, key: string): boolean => words.get(key)?.value === true;
const flags = (shape: Shape) => ({ readOnly: flag(shape, "readOnly"), writeOnly: flag(shape, "writeOnly") });
const isClosed = ({ words }: Shape): boolean =>
  words.get("additionalProperties")?.value === false || words.get("unevaluatedProperties")?.value === false;

function reportRemoved(pair: ShapePair, name: string, from: SchemaNode): void {
  const { base, revision, report } = pair;
  const shape = pair.baseShape(from);
  const required = base.required.has(name) ? "required-" : "";
  const closed = isClosed(revision) && isClosed(base) && !flags(shape).readOnly;
  const fact = { property: name, name, base: from.pointer, revision: revision.pointer, ...flags(shape) };
  report(`${required}property-removed`, fact);
  if (closed) report("property-no-longer-allowed", fact);
}

function reportAdded(pair: ShapePair, name: string, to: SchemaNode): void {
  const { base, revision, report } = pair;
  const shape = pair.revisionShape(to);
  const required = revision.required.has(name) ? "required-" : "";
  const fact = { property: name, name, base: base.pointer, revision: to.pointer, ...flags(shape) };
  const hasDefault = required !== "" && shape.words.has("default");
  report(hasDefault ? "required-property-added-with-default" : `${required}property-added`, fact);
}

function compareRequired(pair: ShapePair, name: string): void {
  const { base, revision } = pair;
  const [from, to] = [base.properties.get(name), revision.properties.get(name)];
  const isRequired = revision.required.has(name);
  if (base.required.has(name) === isRequired || (from && !to) || (!from && to)) return;
  const shape = to ? pair.revisionShape(to) : null;
  const fact = {
    property: name,
    name,
    base: from?.pointer ?? base.pointer,
    revision: to?.pointer ?? revision.pointer,
    ...(shape ? flags(shape) : {}),
  };
  // Beside properties it is a slip more often than a demand; a schema of nothing but `required` means it.
  const isSlip = isRequired && !from && !to && revision.properties.size > 0;
  if (isSlip) {
    pair.report("undeclared-became-required", fact);
    return;
  }
  const code = isRequired
    ? shape?.words.has("default")
      ? "became-required-with-default"
      : "became-required"
    : "became-optional";
  pair.report(code, fact);
}

function compareAccess(pair: ShapePair, name: string, from: SchemaNode, to: SchemaNode): void {
  const [was, is] = [flags(pair.baseShape(from)), flags(pair.revisionShape(to))];
  const kind = pair.revision.required.has(name) ? "required" : "optional";
  const fact = { property: name, name, base: from.pointer, revision: to.pointer };
  for (const [key, word] of [
    ["readOnly", "read-only"],
    ["writeOnly", "write-only"],
  ] as const) {
    if (was[key] !== is[key]) pair.report(`${kind}-property-became-${is[key] ? "" : "not-"}${word}`, fact);
  }
}

function compareOthers(pair: ShapePair, key: "additionalProperties", segment: string): void {
  const { base, revision, report } = pair;
  const read = (shape: Shape): SchemaNode | "open" | "closed" => {
    const node = shape.words.get(key);
    if (!node || node.value === true) return "open";
    if (node.value === false) return "closed";
    return typeof node.value === "object" && Object.keys(node.value as object).length === 0 ? "open" : node;
  };
  const [from, to] = [read(base), read(revision)];
  if (typeof from === "object" && typeof to === "object") pair.descend(segment, from, to);
  else if (from === to) return;
  else if (to === "closed") report("additional-properties-forbidden");
  else if (from === "closed") report("additional-properties-allowed");
  else if (typeof to === "object") report("additional-properties-schema-added");
  else report("additional-properties-schema-removed");
}
