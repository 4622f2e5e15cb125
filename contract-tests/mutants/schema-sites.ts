import { array, type JsonObject, object } from "../support/contract.js";
import { pointerOf, tokensOf } from "../support/pointer.js";
import type { Liberty } from "./contract-mutants.js";

/** A schema of the document, wherever it stands, and whether it speaks of what is sent or of what is answered. */
export interface SchemaSite {
  readonly at: readonly string[];
  readonly schema: JsonObject;
  readonly side: "request" | "answer";
  /** Where it speaks of answers: which ones. */
  readonly answers: Liberty["answers"][number][];
}

const single = [
  "items",
  "additionalProperties",
  "contains",
  "not",
  "if",
  "then",
  "else",
  "propertyNames",
  "contentSchema",
  "unevaluatedProperties",
  "unevaluatedItems",
];
const listed = ["allOf", "anyOf", "oneOf", "prefixItems"];
const named = ["properties", "patternProperties", "dependentSchemas"];
const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Every schema that a request or an answer is judged by, once for each. References are followed, and end where they meet. */
export function schemaSites(document: JsonObject): SchemaSite[] {
  const found = new Map<string, SchemaSite>();
  const visit = (
    at: readonly string[],
    value: unknown,
    side: SchemaSite["side"],
    answer: Liberty["answers"][number] | null,
  ): void => {
    const { $ref } = object(value);
    if (typeof $ref === "string") {
      const tokens = tokensOf($ref);
      visit(tokens, valueAt(document, tokens), side, answer);
      return;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    const key = `${side} ${pointerOf(at)}`;
    const known = found.get(key);
    if (known) {
      if (
        !answer ||
        known.answers.some(
          (one) => one.path === answer.path && one.method === answer.method && one.status === answer.status,
        )
      )
        return;
      known.answers.push(answer);
    } else found.set(key, { at, schema: object(value), side, answers: answer ? [answer] : [] });
    const schema = object(value);
    for (const keyword of single) visit([...at, keyword], schema[keyword], side, answer);
    for (const keyword of listed)
      for (const [index, branch] of array(schema[keyword]).entries())
        visit([...at, keyword, String(index)], branch, side, answer);
    for (const keyword of named)
      for (const [name, property] of Object.entries(object(schema[keyword])))
        visit([...at, keyword, name], property, side, answer);
    const lines = object(schema["x-item-schema"]);
    if (lines["schema"] !== undefined)
      visit([...at, "x-item-schema", "schema"], lines["schema"], side, answer);
  };
  for (const [path, item] of Object.entries(object(document["paths"])))
    for (const [method, operation] of Object.entries(object(item)).filter(([name]) =>
      methods.includes(name),
    )) {
      const at = ["paths", path, method];
      const parameters = [
        ...array(object(item)["parameters"]).map((_, index) => ["paths", path, "parameters", String(index)]),
        ...array(object(operation)["parameters"]).map((_, index) => [...at, "parameters", String(index)]),
      ];
      for (const place of parameters) {
        const { tokens, value } = landed(document, place);
        visit([...tokens, "schema"], object(value)["schema"], "request", null);
      }
      const body = landed(document, [...at, "requestBody"]);
      for (const [type, content] of Object.entries(object(object(body.value)["content"])))
        visit([...body.tokens, "content", type, "schema"], object(content)["schema"], "request", null);
      for (const status of Object.keys(object(object(operation)["responses"]))) {
        const { tokens, value } = landed(document, [...at, "responses", status]);
        for (const [type, content] of Object.entries(object(object(value)["content"])))
          visit([...tokens, "content", type, "schema"], object(content)["schema"], "answer", {
            path,
            method,
            status,
          });
      }
    }
  return [...found.values()];
}

function landed(
  document: JsonObject,
  tokens: readonly string[],
): { tokens: readonly string[]; value: unknown } {
  const value = valueAt(document, tokens);
  const { $ref } = object(value);
  return typeof $ref === "string" ? landed(document, tokensOf($ref)) : { tokens, value };
}

export function valueAt(document: JsonObject, tokens: readonly string[]): unknown {
  return tokens.reduce<unknown>(
    (here, token) => (Array.isArray(here) ? here[Number(token)] : object(here)[token]),
    document,
  );
}
