import type { PayloadShape, WebhookDescriptor } from "./webhook-descriptors.js";

/**
 * Which webhook a payload belongs to, by what its schema requires. Where several fit, the one that asks for all that
 * the others ask for, and more.
 *
 * @returns `unknown` if none fits, or several that ask for the same
 */
export function payloadType(payload: unknown, webhooks: readonly WebhookDescriptor[]): string {
  const fitting = webhooks.flatMap(({ name, shapes }) =>
    shapes.filter((shape) => fits(payload, shape)).map((shape) => ({ name, shape })),
  );
  const narrowest = fitting.filter(({ shape }) => fitting.every((other) => asksForAll(shape, other.shape)));
  const names = new Set(narrowest.map(({ name }) => name));
  const [name] = names;
  return names.size === 1 && name !== undefined ? name : "unknown";
}

function fits(payload: unknown, { kind, required, tags }: PayloadShape): boolean {
  if (kind === "any") return true;
  if (kind === "array") return Array.isArray(payload);
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return false;
  const properties = new Map<string, unknown>(Object.entries(payload));
  return (
    required.every((name) => properties.has(name)) &&
    tags.every(
      ({ property, values }) =>
        !properties.has(property) || values.some((value) => value === properties.get(property)),
    )
  );
}

/** Whether one shape asks for everything that the other asks for. */
function asksForAll(shape: PayloadShape, other: PayloadShape): boolean {
  return (
    (other.kind === "any" || other.kind === shape.kind) &&
    other.required.every((name) => shape.required.includes(name)) &&
    other.tags.every(({ property, values }) =>
      shape.tags.some(
        (tag) => tag.property === property && tag.values.every((value) => values.includes(value)),
      ),
    )
  );
}
