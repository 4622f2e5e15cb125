import type { SpecNode } from "./spec-node.js";

/** A part that a form may have. */
export interface FormPart {
  readonly name: string;
  readonly kind: "text" | "json" | "file";
  readonly repeated: boolean;
  /** Whether the form's own schema sees its JSON as text, with the schema of the value in `contentSchema`. */
  readonly jsonIsText: boolean;
  /** Media types it may have; empty: any. */
  readonly contentTypes: readonly string[];
  /** What its text or its JSON must be; of one item, where it is repeated. */
  readonly schema: SpecNode;
  readonly maxBytes: number | null;
  readonly lines: LineRules | null;
}

/** Rules of a file that holds one JSON value a line. */
export interface LineRules {
  readonly schema: SpecNode;
  readonly minItems: number | null;
  readonly maxItems: number | null;
  readonly uniqueBy: string | null;
}

export function readForm(schema: SpecNode, encoding: SpecNode): FormPart[] {
  return schema
    .at("properties")
    .entries()
    .map(([name, whole]): FormPart => {
      const repeated = whole.at("type").value === "array" && whole.at("items").exists;
      const one = repeated ? whole.at("items") : whole;
      const kind = kindOf(one);
      const lines = one.at("x-item-schema");
      const content = one.at("contentSchema");
      return {
        name,
        kind,
        repeated,
        jsonIsText: kind === "json" && content.exists,
        contentTypes: (encoding.at(name, "contentType").text ?? "")
          .split(/\s*,\s*/)
          .filter((type) => type !== ""),
        schema: kind === "json" && content.exists ? content : one,
        maxBytes: (one.at("x-max-bytes").value as number | undefined) ?? null,
        lines: lines.exists
          ? {
              schema: lines.at("schema"),
              minItems: (lines.at("minItems").value as number | undefined) ?? null,
              maxItems: (lines.at("maxItems").value as number | undefined) ?? null,
              uniqueBy: lines.at("uniqueBy").text,
            }
          : null,
      };
    });
}

function kindOf(schema: SpecNode): FormPart["kind"] {
  const mediaType = schema.at("contentMediaType").text;
  const type = schema.at("type").value;
  if (mediaType === "application/json" || type === "object" || type === "array") return "json";
  return mediaType !== null || schema.at("format").value === "binary" ? "file" : "text";
}
