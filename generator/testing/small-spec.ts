/** A whole spec in a few lines; what is given replaces or joins its fields. */
export function smallSpec(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    openapi: "3.1.0",
    info: { title: "Parcels", version: "1.0.0" },
    paths: { "/parcels": { get: operation("parcels.list") } },
    ...fields,
  };
}

export function operation(
  operationId: string,
  fields: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return { operationId, responses: { "200": { description: "Done." } }, ...fields };
}

/** A spec whose only operation answers with this schema. */
export function specOf(
  schema: unknown,
  components: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const responses = { "200": { description: "Done.", content: { "application/json": { schema } } } };
  return smallSpec({ paths: { "/parcels": { get: operation("parcels.list", { responses }) } }, components });
}
