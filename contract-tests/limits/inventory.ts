import { array, type JsonObject, object } from "../support/contract.js";
import { pointerOf } from "../support/pointer.js";
import { boundsOf } from "./bounds.js";

/**
 * JSON pointers of all that the document limits, wherever it stands and whoever enforces it. Found by another way
 * than the tests' own cases: by looking at every key of the document, so that a limit the cases do not know is seen.
 */
export function declaredLimits(document: JsonObject): string[] {
  const found = new Set<string>();
  const walk = (
    value: unknown,
    at: readonly string[],
    above: readonly unknown[],
    holdsNames: boolean,
  ): void => {
    if (typeof value !== "object" || value === null || above.includes(value)) return;
    if (Array.isArray(value)) {
      value.forEach((item, index) => {
        walk(item, [...at, String(index)], [...above, value], false);
      });
      return;
    }
    const node = value as JsonObject;
    if (!holdsNames) for (const { keyword } of boundsOf(node)) found.add(pointerOf([...at, keyword]));
    for (const [key, child] of Object.entries(node)) {
      const next = [...at, key];
      if (!holdsNames && key.startsWith("x-")) addExtension(key, child, next);
      else if (!holdsNames && otherLimits.has(key)) found.add(pointerOf(next));
      else if (holdsNames || !notSchemas.has(key))
        walk(child, next, [...above, value], !holdsNames && namesBelow.has(key));
    }
  };
  const addExtension = (key: string, value: unknown, at: readonly string[]): void => {
    if (!(key in extensions)) found.add(pointerOf(at)); // unknown: let it be noticed
    for (const path of extensions[key]?.(value) ?? []) found.add(pointerOf([...at, ...path]));
    if (key === "x-item-schema") walk(object(value)["schema"], [...at, "schema"], [], false);
  };
  for (const key of ["paths", "webhooks"]) walk(document[key], [key], [], true);
  for (const [key, value] of Object.entries(document))
    if (key.startsWith("x-")) addExtension(key, value, [key]);
  return [...found];
}

/** Which of an extension's values are limits. */
const extensions: Readonly<Record<string, (value: unknown) => readonly (readonly string[])[]>> = {
  "x-plans": (value) =>
    array(object(value)["plans"]).flatMap((plan, index) =>
      ["concurrency", "maxSeconds", "jobsPerMonth"]
        .filter((key) => key in object(plan))
        .map((key) => ["plans", String(index), key]),
    ),
  "x-rate-limits": (value) => Object.keys(object(value)).map((name) => [name, "limit"]),
  "x-rate-limit": () => [[]],
  "x-requires-feature": () => [[]],
  "x-max-seconds": () => [[]],
  "x-max-bytes": () => [[]],
  "x-item-schema": (value) =>
    ["minItems", "maxItems", "uniqueBy"].filter((key) => key in object(value)).map((key) => [key]),
  // These limit nothing.
  "x-client": () => [],
  "x-idempotency": () => [],
  "x-method": () => [],
  "x-error": () => [],
  "x-job": () => [],
  "x-batch": () => [],
  "x-webhook-signature": () => [],
  "x-when": () => [],
  "x-holds": () => [],
  "x-estimate": () => [],
  "x-webhook": () => [],
};

/** Limits of JSON Schema that no case knows how to try yet. */
const otherLimits = new Set(["multipleOf", "minProperties", "maxProperties", "uniqueItems"]);

/** Keywords whose value is no schema, or a schema that is a condition and binds nobody. */
const notSchemas = new Set(["example", "examples", "default", "const", "enum", "if", "not", "contains"]);

/** Keywords whose value has names for keys. */
const namesBelow = new Set([
  "properties",
  "patternProperties",
  "dependentSchemas",
  "$defs",
  "responses",
  "content",
  "headers",
  "links",
  "encoding",
]);
