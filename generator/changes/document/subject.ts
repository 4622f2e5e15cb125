import type { SchemaNode } from "../schema/schema-node.js";
import type { PlaceKind } from "../schema/schema-rule.js";
import type { OperationReading } from "./contract-reading.js";

/** A place where two schemas are compared, and how a reader is told of it. */
export interface SchemaPlace {
  readonly holder: "body" | "parameter" | "header";
  readonly direction: "request" | "response";
  /** Values are text there, whatever their type. */
  readonly isLoose: boolean;
  /** "the request body", "the query parameter `limit`" */
  readonly subject: string;
  readonly operation: OperationReading | null;
  /** Parameters that are headers have rules of their own for their properties. */
  readonly isHeaderParameter?: boolean;
  readonly base: SchemaNode;
  readonly revision: SchemaNode;
}

export function placeKind(
  { holder, direction, isHeaderParameter }: SchemaPlace,
  path: string,
  about: { readonly readOnly: boolean; readonly writeOnly: boolean; readonly isOfProperty: boolean },
): PlaceKind {
  if (direction === "response") {
    if (holder !== "body") return "response-header";
    if (about.writeOnly) return "response-write-only-property";
    return path === "" ? "response-body" : "response-property";
  }
  if (holder !== "body") {
    if (isHeaderParameter && (path !== "" || about.isOfProperty)) return "request-header-property";
    return path === "" ? "request-parameter" : "request-parameter-property";
  }
  if (about.readOnly) return "request-read-only-property";
  return path === "" ? "request-body" : "request-property";
}

/** `input`, then `[]`, then `url` → `input[].url` */
export function extendPath(path: string, segment: string): string {
  if (path === "" || segment.startsWith("[")) return path + segment;
  return `${path}.${segment}`;
}
