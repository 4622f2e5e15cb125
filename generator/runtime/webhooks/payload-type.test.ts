import { expect, test } from "vitest";
import { payloadType } from "./payload-type.js";
import type { PayloadShape, WebhookDescriptor } from "./webhook-descriptors.js";

const object = (required: readonly string[], tags: PayloadShape["tags"] = []): PayloadShape => ({
  kind: "object",
  required,
  tags,
});
const of = (name: string, ...shapes: readonly PayloadShape[]): WebhookDescriptor => ({ name, shapes });
const tag = (...values: string[]) => [{ property: "event", values }];
const any: PayloadShape = { kind: "any", required: [], tags: [] };

test.each<[string, unknown, readonly WebhookDescriptor[], string]>([
  [
    "by what it has",
    { id: 1, size: 2 },
    [of("a", object(["id", "size"])), of("b", object(["id", "weight"]))],
    "a",
  ],
  ["null is there too", { id: null }, [of("a", object(["id"]))], "a"],
  [
    "nothing is missing from the one that asks for more",
    { id: 1, size: 2 },
    [of("a", object(["id"])), of("b", object(["id", "size"]))],
    "b",
  ],
  ["the one that asks for less", { id: 1 }, [of("a", object(["id"])), of("b", object(["id", "size"]))], "a"],
  [
    "by its tag",
    { event: "b" },
    [of("a", object(["event"], tag("a"))), of("b", object(["event"], tag("b")))],
    "b",
  ],
  ["a tag we don't know", { event: "c" }, [of("a", object(["event"], tag("a")))], "unknown"],
  ["a tag that is not required, and not there", {}, [of("a", object([], tag("a")))], "a"],
  [
    "the narrower tag",
    { event: "a" },
    [of("a", object([], tag("a"))), of("b", object([], tag("a", "b")))],
    "a",
  ],
  ["two alike", { id: 1 }, [of("a", object(["id"])), of("b", object(["id"]))], "unknown"],
  [
    "two that overlap",
    { id: 1, a: 1, b: 1 },
    [of("a", object(["id", "a"])), of("b", object(["id", "b"]))],
    "unknown",
  ],
  [
    "two shapes of one",
    { id: 1, b: 1 },
    [of("a", object(["id"]), object(["id", "b"])), of("c", object(["x"]))],
    "a",
  ],
  ["nothing missing", { id: 1 }, [of("a", object(["size"]))], "unknown"],
  ["what is inherited does not count", { id: 1 }, [of("a", object(["id", "toString"]))], "unknown"],
  ["an array", [1], [of("a", { ...any, kind: "array" }), of("b", object([]))], "a"],
  ["an object is no array", {}, [of("a", { ...any, kind: "array" }), of("b", object([]))], "b"],
  ["null", null, [of("b", object([]))], "unknown"],
  ["whatever", "text", [of("a", any), of("b", object([]))], "a"],
  ["whatever gives way", { id: 1 }, [of("a", any), of("b", object(["id"]))], "b"],
  ["no webhooks", {}, [], "unknown"],
])("%s", (_, payload, webhooks, want) => {
  expect(payloadType(payload, webhooks)).toBe(want);
});
