import type { JsonObject } from "../load/document-walk.js";
import { valueAt } from "../load/document-walk.js";
import { fromPointer } from "../load/json-pointer.js";
import { children, list, type Node, object } from "./node.js";

/** Every schema that a value must meet to meet this one: the schema, what its `$ref` names, and so on through `allOf`. */
export function schemaParts(document: JsonObject, schema: Node): readonly Node[] {
  const parts = new Map<string, Node>();
  const visit = (node: Node): void => {
    if (parts.has(node.pointer)) return;
    parts.set(node.pointer, node);
    const reference = node.value["$ref"];
    if (typeof reference === "string") {
      visit({ pointer: reference, value: object(valueAt(document, fromPointer(reference))) });
    }
    for (const branch of children(node, "allOf")) visit(branch);
  };
  visit(schema);
  return [...parts.values()];
}

/** The declarations of one property, in whichever of the parts they stand. */
export function propertyOf(document: JsonObject, schema: Node, name: string): readonly Node[] {
  return schemaParts(document, schema)
    .flatMap((part) => children(part, "properties"))
    .filter(({ key }) => key === name);
}

/** The values a schema allows, if it lists them: by `const`, or by `enum`. */
export function allowedValues(document: JsonObject, schema: Node): readonly unknown[] | null {
  for (const { value } of schemaParts(document, schema)) {
    if (Object.hasOwn(value, "const")) return [value["const"]];
    if (Array.isArray(value["enum"])) return list(value["enum"]);
  }
  return null;
}

/** The types a schema allows, as far as it says so itself. */
export function typesOf(document: JsonObject, schema: Node): readonly unknown[] {
  for (const { value } of schemaParts(document, schema)) {
    const type = value["type"];
    if (type !== undefined) return Array.isArray(type) ? type : [type];
  }
  return [];
}
