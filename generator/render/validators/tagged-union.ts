import { isObject, type JsonObject } from "../../load/document-walk.js";

/**
 * A `oneOf` of objects that are told apart by a property with a value of its own in each is checked by that value: what is
 * then said of a wrong object is said of the branch that was meant, and not of every other one too. What is valid stays
 * the same.
 *
 * @param deref what a branch refers to, or the branch itself
 * @returns how to write the branches' schemas out, or `null` if the schema is no such union
 */
export function byTag(
  schema: JsonObject,
  deref: (schema: unknown) => unknown,
): ((branches: unknown) => JsonObject) | null {
  const { oneOf, discriminator } = schema;
  if (!Array.isArray(oneOf) || oneOf.length < 2 || !isObject(discriminator)) return null;
  const tag = discriminator["propertyName"];
  if (typeof tag !== "string" || tag === "__proto__") return null;
  const values = oneOf.map((branch) => tagValues(deref(branch), tag, deref));
  const all = values.flatMap((own) => own ?? []);
  if (values.includes(null) || new Set(all).size < all.length) return null;
  return (branches) => ({
    type: "object",
    required: [tag],
    properties: { [tag]: { enum: all } },
    allOf: (branches as readonly unknown[]).map((branch, index) => ({
      if: { required: [tag], properties: { [tag]: { enum: values[index] } } },
      [thenKeyword]: branch,
    })),
  });
}

const thenKeyword = "then"; // as a plain key it would make the object look like a promise

/** The values that a branch allows its tag to have, if it is an object that must have it. */
function tagValues(branch: unknown, tag: string, deref: (schema: unknown) => unknown): string[] | null {
  if (!isObject(branch) || branch["type"] !== "object") return null;
  const { required, properties } = branch;
  if (!Array.isArray(required) || !required.includes(tag)) return null;
  const property = deref(isObject(properties) ? properties[tag] : null);
  if (!isObject(property)) return null;
  const values = Object.hasOwn(property, "const") ? [property["const"]] : property["enum"];
  return Array.isArray(values) && values.every((value) => typeof value === "string") ? values : null;
}
