import { children, type SchemaNode } from "../schema/schema-node.js";
import type { SchemaFamily } from "../schema/schema-rule.js";

const list = { type: "array" };
const text = { type: "string" };

/** Items of lists. */
export const arrays: SchemaFamily = {
  name: "arrays",
  title: "Items",
  rules: [
    {
      code: "items-added",
      request: "error",
      response: "note",
      sentence: "The items of {subject:lower} must now meet a schema.",
      remedy: "Go on taking what was valid before.",
      before: list,
      after: { ...list, items: text },
    },
    {
      code: "items-removed",
      request: "note",
      response: "error",
      sentence: "The items of {subject:lower} need no longer meet a schema.",
      remedy: "Callers rely on their shape; keep to it in replies.",
      before: { ...list, items: text },
      after: list,
    },
    {
      code: "contains-added",
      request: "error",
      response: "note",
      sentence: "{subject} must now contain an item of a certain kind.",
      remedy: "Go on taking what was valid before.",
      before: { ...list, items: text },
      after: { ...list, items: text, contains: { const: "a" } },
    },
    {
      code: "contains-removed",
      request: "note",
      response: "error",
      sentence: "{subject} need no longer contain an item of a certain kind.",
      remedy: "Callers rely on it; keep to it in replies.",
      before: { ...list, items: text, contains: { const: "a" } },
      after: { ...list, items: text },
    },
    {
      code: "prefix-items-added",
      request: "note",
      response: "error",
      sentence: "{subject} says what stands at the position {name}.",
      remedy: "Callers that go by position meet what they don't know; keep to what was.",
      before: { ...list, prefixItems: [text] },
      after: { ...list, prefixItems: [text, { type: "integer" }] },
    },
    {
      code: "prefix-items-removed",
      request: "error",
      response: "note",
      sentence: "{subject} no longer says what stands at the position {name}.",
      remedy: "Go on taking what stood there.",
      before: { ...list, prefixItems: [text, { type: "integer" }] },
      after: { ...list, prefixItems: [text] },
    },
    {
      code: "unevaluated-items-added",
      request: "error",
      response: "note",
      sentence: "{subject} now restricts items that none of its parts speaks of.",
      remedy: "Go on taking what was valid before.",
      before: { ...list, prefixItems: [text] },
      after: { ...list, prefixItems: [text], unevaluatedItems: false },
    },
    {
      code: "unevaluated-items-removed",
      request: "note",
      response: "error",
      sentence: "{subject} no longer restricts items that none of its parts speaks of.",
      remedy: "Callers rely on it; keep to it in replies.",
      before: { ...list, prefixItems: [text], unevaluatedItems: false },
      after: { ...list, prefixItems: [text] },
    },
  ],
  compare({ base, revision, report, descend }) {
    const schema = (shape: typeof base, key: string): SchemaNode | null => {
      const node = shape.words.get(key);
      return node === undefined || node.value === true ? null : node;
    };
    for (const [key, code, segment] of [
      ["items", "items", "[]"],
      ["contains", "contains", "[contained]"],
      ["unevaluatedItems", "unevaluated-items", "[other]"],
    ] as const) {
      const [from, to] = [schema(base, key), schema(revision, key)];
      if (from && to) descend(segment, from, to);
      else if (to) report(`${code}-added`, { revision: to.pointer });
      else if (from) report(`${code}-removed`, { base: from.pointer });
    }
    const [from, to] = [children(schema(base, "prefixItems")), children(schema(revision, "prefixItems"))];
    for (let index = 0; index < Math.max(from.length, to.length); index++) {
      const [was, is] = [from[index], to[index]];
      if (was && is) descend(`[${index}]`, was, is);
      else if (is) report("prefix-items-added", { name: String(index), revision: is.pointer });
      else if (was) report("prefix-items-removed", { name: String(index), base: was.pointer });
    }
  },
};
