import { isObject, type JsonObject } from "../../load/document-walk.js";

/** A small document with one operation, `POST /things`, whose rest is given; for the pairs by which rules show themselves. */
export function documentOf(operation: JsonObject = {}, more: JsonObject = {}): JsonObject {
  const { responses = { 201: { description: "made" } } } = operation;
  const { paths, ...rest } = more;
  return {
    openapi: "3.1.0",
    info: { title: "Things", version: "1.0.0" },
    ...rest,
    paths: {
      "/things": { post: { operationId: "createThing", ...operation, responses } },
      ...(isObject(paths) ? paths : {}),
    },
  };
}

export const jsonBody = (schema: JsonObject, mediaType = "application/json"): JsonObject => ({
  content: { [mediaType]: { schema } },
});

export const reply = (schema: JsonObject, mediaType = "application/json"): JsonObject => ({
  responses: { 201: { description: "made", ...jsonBody(schema, mediaType) } },
});

export const parameter = (schema: JsonObject, more: JsonObject = {}): JsonObject => ({
  parameters: [{ name: "part", in: "query", schema, ...more }],
});
