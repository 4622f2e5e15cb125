import { describe, expect, test } from "vitest";
import { batch, create, upload } from "../../testing/example-api.js";
import { examplesOf, operationExamples } from "./example-set.js";

interface Examples {
  readonly requests: Readonly<Record<string, Record<string, unknown>>>;
  readonly responses: Readonly<Record<string, Readonly<Record<string, { tags: string[] }>>>>;
}

test("each read makes a new value: what a test changes, no other test sees", () => {
  const examples = operationExamples<Examples>({
    requests: {},
    responses: { "200": { one: { tags: ["a"] } } },
  });
  examples.responses["200"]?.["one"]?.tags.push("b");
  expect(examples.responses["200"]?.["one"]).toEqual({ tags: ["a"] });
  expect(Object.entries(examples.responses["200"] ?? {})).toEqual([["one", { tags: ["a"] }]]);
});

test("the examples themselves can't be exchanged", () => {
  const examples = operationExamples<{
    requests: Record<string, unknown>;
    responses: Record<string, unknown>;
  }>({
    requests: { a: 1 },
    responses: { "200": {} },
  });
  expect(() => {
    examples.requests["a"] = 2;
  }).toThrow(TypeError);
  expect(() => {
    examples.responses["404"] = {};
  }).toThrow(TypeError);
});

test("a name like any other", () => {
  const written = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as Record<string, unknown>;
  const examples = examplesOf<Record<string, unknown>>(written);
  expect(Object.keys(examples)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(examples)).toBe(Object.prototype);
});

describe("a form", () => {
  const of = (value: unknown, operation = upload): Record<string, unknown> =>
    operationExamples<Examples>({ requests: { it: value }, responses: {} }, operation).requests["it"] ?? {};

  test("has files in the place of words for them, and JSON as values", async () => {
    const form = of({ clip: "<bytes of clip.mp4>", label: "a", options: '{"b":1}', tags: ["x"] });
    expect(form).toEqual({ clip: expect.any(File), label: "a", options: { b: 1 }, tags: ["x"] });
    const clip = form["clip"] as File;
    expect([clip.name, clip.type, (await clip.text()).slice(4, 8)]).toEqual([
      "clip.mp4",
      "video/mp4",
      "ftyp",
    ]);
  });

  test("has a new file at each read", () => {
    const { requests } = operationExamples<Examples>(
      { requests: { it: { clip: "a" } }, responses: {} },
      upload,
    );
    expect(requests["it"]?.["clip"]).not.toBe(requests["it"]?.["clip"]);
  });

  test("has a text as a file's content", async () => {
    const file = of({ lines: '{"id":1}\n{"id":2}\n' }, batch)["lines"] as File;
    expect([file.name, await file.text()]).toEqual(["lines", '{"id":1}\n{"id":2}\n']);
  });

  test("keeps a text that should be JSON and is not, and an unknown part", () => {
    expect(of({ options: "{", other: 1 })).toEqual({ options: "{", other: 1 });
  });

  test.each([
    { given: { options: 1 }, want: { options: 1 } },
    { given: { label: "1" }, want: { label: "1" } },
    { given: { tags: "x" }, want: { tags: ["x"] } },
    { given: { label: ["x"] }, want: { label: ["x"] } },
    { given: null, want: null },
  ])("of $given is $want", ({ given, want }) => {
    expect(
      operationExamples<Examples>({ requests: { it: given }, responses: {} }, upload).requests["it"],
    ).toEqual(want);
  });

  test("that is none, and a body that is a file", async () => {
    const body = { mediaType: "text/csv", encoding: "raw", required: true, parts: [] } as const;
    const file = of("a,b", { ...create, body }) as unknown as File;
    expect([file.name, file.type, await file.text()]).toEqual(["body.csv", "text/csv", "a,b"]);
  });

  test("that is none stays what it is", () => {
    expect(of("text")).toBe("text");
    expect(of({ clip: "a" }, create)).toBeInstanceOf(File); // a body that is itself a file
  });
});
