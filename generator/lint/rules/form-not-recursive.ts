import { isObject, valueAt } from "../../load/document-walk.js";
import { fromPointer } from "../../load/json-pointer.js";
import { under } from "../node.js";
import type { Rule } from "../rule.js";
import { isForm } from "../subject.js";

/** A recursive schema keeps its `$ref`s when a mock server expands it, and form bodies are then not validated at all. */
export const formNotRecursive: Rule = {
  id: "form-not-recursive",
  kind: "mock-safety",
  *find({ document, mediaTypes }) {
    const finished = new Set<string>();
    const circleFrom = (value: unknown, open: readonly string[]): string | null => {
      if (Array.isArray(value)) return first(value, (item) => circleFrom(item, open));
      if (!isObject(value)) return null;
      const reference = value["$ref"];
      if (typeof reference === "string") {
        if (open.includes(reference)) return reference;
        if (!finished.has(reference)) {
          const circle = circleFrom(valueAt(document, fromPointer(reference)), [...open, reference]);
          if (circle !== null) return circle;
          finished.add(reference);
        }
      }
      return first(Object.values(value), (part) => circleFrom(part, open));
    };
    for (const mediaType of mediaTypes) {
      if (!isForm(mediaType.type) || mediaType.side === "response") continue;
      const circle = circleFrom(mediaType.value["schema"], []);
      if (circle === null) continue;
      yield {
        at: under(mediaType.pointer, "schema"),
        message: `The form's schema is recursive: ${circle} leads back to itself.`,
        remedy: "Break the circle, or send this part as JSON.",
      };
    }
  },
};

function first<T, R>(items: readonly T[], find: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
