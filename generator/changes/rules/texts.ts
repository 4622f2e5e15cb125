import { textOf } from "../schema/schema-node.js";
import type { SchemaFamily } from "../schema/schema-rule.js";
import { at } from "../schema/shape.js";

/** Patterns of strings, and what a string holds. */
export const texts: SchemaFamily = {
  name: "texts",
  title: "Patterns and encoded content",
  rules: [
    {
      code: "pattern-added",
      request: "error",
      response: "note",
      sentence: "{subject} must now match the pattern {after}.",
      remedy: "Go on taking what was valid before.",
      before: { type: "string" },
      after: { type: "string", pattern: "^[a-z]+$" },
    },
    {
      code: "pattern-removed",
      request: "note",
      response: "note",
      sentence: "{subject} need no longer match the pattern {before}.",
      before: { type: "string", pattern: "^[a-z]+$" },
      after: { type: "string" },
    },
    {
      code: "pattern-changed",
      request: "warning",
      response: "note",
      sentence: "{subject} must now match the pattern {after}; it was {before}.",
      remedy: "Make sure that the new pattern takes all that the old one took.",
      before: { type: "string", pattern: "^[a-z]+$" },
      after: { type: "string", pattern: "^[a-z]{2,}$" },
      not: [
        { type: "string", pattern: "^[a-z]+$" },
        { type: "string", pattern: ".*" },
      ],
    },
    {
      code: "pattern-generalized",
      request: "note",
      response: "note",
      sentence: "{subject} may now be any text; it had to match the pattern {before}.",
      before: { type: "string", pattern: "^[a-z]+$" },
      after: { type: "string", pattern: ".*" },
    },
    {
      code: "content-media-type-changed",
      request: "error",
      response: "error",
      sentence: "{subject} now holds {after}; it held {before}.",
      remedy: "Offer the new kind under a name of its own.",
      before: { type: "string", contentMediaType: "application/json" },
      after: { type: "string", contentMediaType: "text/plain" },
      not: [
        { type: "string", contentMediaType: "text/plain" },
        { type: "string", contentMediaType: "text/plain", description: "plain" },
      ],
    },
    {
      code: "content-encoding-changed",
      request: "error",
      response: "error",
      sentence: "{subject} is now encoded as {after}; it was {before}.",
      remedy: "Offer the new encoding under a name of its own.",
      before: { type: "string", contentEncoding: "base64" },
      after: { type: "string", contentEncoding: "base32" },
      not: [
        { type: "string", contentEncoding: "base64" },
        { type: "string", contentEncoding: "base64", description: "plain" },
      ],
    },
    {
      code: "content-schema-added",
      request: "error",
      response: "note",
      sentence: "What {subject:lower} holds as text must now meet a schema.",
      remedy: "Go on taking what was valid before.",
      before: { type: "string", contentMediaType: "application/json" },
      after: { type: "string", contentMediaType: "application/json", contentSchema: { type: "object" } },
    },
    {
      code: "content-schema-removed",
      request: "note",
      response: "error",
      sentence: "What {subject:lower} holds as text need no longer meet a schema.",
      remedy: "Callers rely on its shape; keep to it in replies.",
      before: { type: "string", contentMediaType: "application/json", contentSchema: { type: "object" } },
      after: { type: "string", contentMediaType: "application/json" },
    },
  ],
  compare({ base, revision, report, descend }) {
    const read = (key: string): [before: string | null, after: string | null] => [
      textOf(base.words.get(key)?.value),
      textOf(revision.words.get(key)?.value),
    ];
    const [before, after] = read("pattern").map((pattern) => pattern || null) as [
      string | null,
      string | null,
    ];
    const isFree = (pattern: string | null): boolean => pattern === null || anything.has(pattern);
    if (before !== after && !(isFree(before) && isFree(after))) {
      const places = at(base, revision, "pattern");
      if (isFree(before)) report("pattern-added", { after, ...places });
      else if (after === null) report("pattern-removed", { before, ...places });
      else report(isFree(after) ? "pattern-generalized" : "pattern-changed", { before, after, ...places });
    }
    for (const [key, code] of [
      ["contentMediaType", "content-media-type-changed"],
      ["contentEncoding", "content-encoding-changed"],
    ] as const) {
      const [from, to] = read(key);
      if (from !== to)
        report(code, { before: from ?? "plain text", after: to ?? "plain text", ...at(base, revision, key) });
    }
    const [was, is] = [base.words.get("contentSchema"), revision.words.get("contentSchema")];
    if (was && is) descend("(content)", was, is);
    else if (was || is) report(is ? "content-schema-added" : "content-schema-removed");
  },
};

/** Patterns that every text matches. */
const anything = new Set([".*", "^.*$", ".*$", "^.*", "^", "$"]);
