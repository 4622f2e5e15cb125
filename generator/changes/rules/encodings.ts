import type { Context } from "../document/context.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf } from "../document/fixture-documents.js";
import { pairMediaTypes } from "../document/media-types.js";
import type { OperationPair } from "../document/pair-operations.js";
import type { Finding } from "../rule.js";
import { child, children, mapOf, type SchemaNode, textOf } from "../schema/schema-node.js";

const form = (encoding: object) =>
  documentOf({
    requestBody: {
      content: {
        "multipart/form-data": {
          schema: {
            type: "object",
            properties: { part: { type: "string" }, list: { type: "array", items: { type: "string" } } },
          },
          encoding,
        },
      },
    },
  });
const types = (contentType: string) => form({ part: { contentType } });
const header = (required: boolean | null) =>
  form({ part: required === null ? {} : { headers: { Digest: { required, schema: { type: "string" } } } } });

/** How the parts of a form are written. */
export const encodings: DocumentFamily = {
  name: "encodings",
  title: "Parts of forms",
  rules: rulesOf("encodings", [
    {
      id: "request-part-content-type-removed",
      severity: "error",
      direction: "request",
      sentence: "The part {name} of {subject} may no longer be of type {before}.",
      remedy: "Go on taking it.",
      found: [types("image/png, image/jpeg"), types("image/png")],
    },
    {
      id: "request-part-content-type-added",
      severity: "note",
      direction: "request",
      sentence: "The part {name} of {subject} may now be of type {after}.",
      found: [types("image/png"), types("image/png, image/jpeg")],
    },
    {
      id: "request-part-content-type-set",
      severity: "error",
      direction: "request",
      sentence: "The part {name} of {subject} must now be of type {after}; nothing was said before.",
      remedy: "Go on taking other types.",
      found: [form({}), types("image/png")],
    },
    {
      id: "request-part-content-type-unset",
      severity: "note",
      direction: "request",
      sentence: "The part {name} of {subject} need no longer be of type {before}.",
      found: [types("image/png"), form({})],
    },
    {
      id: "request-part-style-changed",
      severity: "error",
      direction: "request",
      sentence: "The part {name} of {subject} is now written as {after}; it was {before}.",
      remedy: "Go on reading the old form.",
      found: [form({ list: { style: "form" } }), form({ list: { style: "pipeDelimited" } })],
      absent: [form({ list: { style: "form" } }), form({ list: { style: "form", explode: true } })],
    },
    {
      id: "request-part-header-became-required",
      severity: "error",
      direction: "request",
      sentence: "The part {name} of {subject} now needs the header {after}.",
      remedy: "Go on taking it without.",
      found: [header(null), header(true)],
      absent: [header(null), header(false)],
    },
  ]),
  *find(context) {
    for (const pair of context.pairs) yield* compareForms(context, pair);
  },
};

function* compareForms(context: Context, { base, revision }: OperationPair): Iterable<Finding> {
  const [from, to] = [base.requestBody, revision.requestBody];
  if (!from || !to) return;
  const { pairs } = pairMediaTypes(
    context.base.entries(from, "content"),
    context.revision.entries(to, "content"),
    "request",
  );
  for (const [was, is] of pairs) {
    const known = new Map(children(child(is, "encoding")).map((entry) => [entry.key, entry]));
    const old = new Map(children(child(was, "encoding")).map((entry) => [entry.key, entry]));
    for (const name of new Set([...old.keys(), ...known.keys()])) {
      const [encoding, other] = [old.get(name) ?? null, known.get(name) ?? null];
      // A part that is new, or gone, is told of as a property.
      const has = (reading: Context["base"], node: SchemaNode): boolean => {
        const schema = child(node, "schema");
        return schema !== null && reading.shapes.shapeOf(schema).properties.has(name);
      };
      if (!has(context.base, was) || !has(context.revision, is)) continue;
      const found = (id: string, words: Partial<Finding>): Finding => ({
        base: encoding?.pointer ?? was.pointer,
        revision: other?.pointer ?? is.pointer,
        subject: `the request body of ${base.shown}`,
        name: `\`${name}\``,
        operation: base.title,
        ...words,
        id,
      });
      yield* compareEncoding(encoding, other, found);
    }
  }
}

function* compareEncoding(
  from: SchemaNode | null,
  to: SchemaNode | null,
  found: (id: string, words: Partial<Finding>) => Finding,
): Iterable<Finding> {
  const [was, is] = [mapOf(from?.value), mapOf(to?.value)];
  const typesOf = (encoding: typeof was): readonly string[] | null =>
    textOf(encoding["contentType"])
      ?.split(",")
      .map((type) => type.trim().toLowerCase()) ?? null;
  const [old, fresh] = [typesOf(was), typesOf(is)];
  if (!old && fresh) yield found("request-part-content-type-set", { after: fresh.join(", ") });
  if (old && !fresh) yield found("request-part-content-type-unset", { before: old.join(", ") });
  if (old && fresh) {
    const takes = (list: readonly string[], type: string): boolean =>
      list.some(
        (one) => one === type || one === "*/*" || (one.endsWith("/*") && type.startsWith(one.slice(0, -1))),
      );
    for (const type of old)
      if (!takes(fresh, type)) yield found("request-part-content-type-removed", { before: type });
    for (const type of fresh)
      if (!takes(old, type)) yield found("request-part-content-type-added", { after: type });
  }
  const styleOf = (encoding: typeof was): string | null => {
    const keys = ["style", "explode", "allowReserved"];
    if (!keys.some((key) => encoding[key] !== undefined)) return null;
    const style = textOf(encoding["style"]) ?? "form";
    return `${style}${(encoding["explode"] ?? style === "form") ? " (exploded)" : ""}${encoding["allowReserved"] ? " (reserved)" : ""}`;
  };
  if (styleOf(was) !== styleOf(is))
    yield found("request-part-style-changed", {
      before: styleOf(was) ?? "one part",
      after: styleOf(is) ?? "one part",
    });
  const needed = (encoding: typeof was): string[] =>
    Object.entries(mapOf(encoding["headers"]))
      .filter(([, header]) => mapOf(header)["required"] === true)
      .map(([name]) => name.toLowerCase());
  const before = needed(was);
  for (const name of needed(is))
    if (!before.includes(name)) yield found("request-part-header-became-required", { after: name });
}
