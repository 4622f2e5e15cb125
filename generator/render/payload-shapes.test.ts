import { expect, test } from "vitest";
import { contractOf } from "../testing/contract-of.js";
import { smallSpec } from "../testing/small-spec.js";
import { payloadShapes } from "./payload-shapes.js";

/** The shapes of some payloads, by the names of their webhooks. */
function shapesOf(
  payloads: Readonly<Record<string, unknown>>,
  schemas: object = {},
): Record<string, unknown> {
  const webhooks = Object.fromEntries(
    Object.entries(payloads).map(([name, schema]) => [
      name,
      { post: { requestBody: { content: { "application/json": { schema } } } } },
    ]),
  );
  const contract = contractOf(smallSpec({ webhooks, components: { schemas } }));
  const shapes = payloadShapes(contract, contract.webhooks);
  return Object.fromEntries(contract.webhooks.map(({ name }, index) => [name, shapes[index]]));
}

const object = (required: readonly string[], properties: object): object => ({
  type: "object",
  required,
  properties: { ...Object.fromEntries(required.map((name) => [name, {}])), ...properties },
});
const shape = (required: readonly string[], tags: readonly unknown[] = []) => ({
  kind: "object",
  required,
  tags,
});
const any = { kind: "any", required: [], tags: [] };
const tag = (property: string, ...values: unknown[]) => ({ property, values });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

test.each<[string, unknown, readonly unknown[]]>([
  ["what is required", object(["id", "size"], { note: {} }), [shape(["id", "size"])]],
  ["a constant", object(["event"], { event: { const: "sent" } }), [shape(["event"], [tag("event", "sent")])]],
  ["an enum of one", object([], { event: { enum: ["sent"] } }), [shape([], [tag("event", "sent")])]],
  ["a constant or null", object([], { event: { enum: ["sent", null] } }), [shape([])]],
  [
    "an enum that tells nothing apart",
    object(["state"], { state: { enum: ["a", "b"] } }),
    [shape(["state"])],
  ],
  ["an open enum", object([], { state: { anyOf: [{ const: "a" }, { type: "string" }] } }), [shape([])]],
  ["a schema that is referred to", ref("Sent"), [shape(["event"], [tag("event", "sent")])]],
  ["a schema that refers to itself", ref("Loop"), [any]],
  [
    "either of two",
    { oneOf: [ref("Sent"), object(["id"], {})] },
    [shape(["event"], [tag("event", "sent")]), shape(["id"])],
  ],
  [
    "both of two",
    { allOf: [ref("Sent"), object(["id"], {})] },
    [shape(["event", "id"], [tag("event", "sent")])],
  ],
  ["an array", { type: "array", items: {} }, [{ kind: "array", required: [], tags: [] }]],
  ["a text", { type: "string" }, [any]],
  ["anything", {}, [any]],
  ["an object or null", { type: ["object", "null"], required: ["id"], properties: { id: {} } }, [any]],
  [
    "too many together",
    { allOf: Array.from({ length: 7 }, () => ({ oneOf: [object(["a"], {}), object(["b"], {})] })) },
    [any],
  ],
])("%s", (_, schema, want) => {
  const schemas = {
    Sent: object(["event"], { event: ref("Word") }),
    Word: { const: "sent" },
    Loop: { anyOf: [ref("Loop"), ref("Loop")] },
  };
  expect(shapesOf({ one: schema }, schemas)["one"]).toEqual(want);
});

test("lists of values that keep two webhooks apart are tags", () => {
  const of = (...values: string[]): object => object(["id"], { state: { enum: values } });
  expect(shapesOf({ ended: of("done", "failed"), begun: of("new", "running") })).toEqual({
    ended: [shape(["id"], [tag("state", "done", "failed")])],
    begun: [shape(["id"], [tag("state", "new", "running")])],
  });
  expect(shapesOf({ ended: of("done", "failed"), any: of("done", "running") })).toEqual({
    ended: [shape(["id"])],
    any: [shape(["id"])],
  });
});

test("a webhook without a JSON payload", () => {
  const contract = contractOf(smallSpec({ webhooks: { ping: { post: {} } } }));
  expect(payloadShapes(contract, contract.webhooks)).toEqual([[any]]);
});
