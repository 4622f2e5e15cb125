import { describe, expect, it } from "vitest";
import { redacting, sampleOf } from "./redact.js";

const { text, headers, json, cause } = redacting(["sk-1", "sk-2"]);

describe("secrets are struck out", () => {
  it("of texts and headers", () => {
    expect(text("sk-1 a sk-2 sk-1 sk-3")).toBe("[redacted] a [redacted] [redacted] sk-3");
    const clean = headers(new Headers({ "x-a": "Bearer sk-1", "x-b": "c" }));
    expect([...clean]).toEqual([
      ["x-a", "Bearer [redacted]"],
      ["x-b", "c"],
    ]);
  });

  it.each([
    ["sk-1", "[redacted]"],
    [
      ["sk-1", 1, null, true],
      ["[redacted]", 1, null, true],
    ],
    [{ a: { "sk-2": ["sk-1"] } }, { a: { "[redacted]": ["[redacted]"] } }],
    [5, 5],
    [null, null],
  ])("of JSON: %j", (value, want) => {
    expect(json(value)).toEqual(want);
  });

  it("and what has none is left as it is", () => {
    const value = { a: ["b"] };
    expect(redacting([]).json(value)).toBe(value);
    expect(json(value)).not.toBe(value);
  });

  it("of what was thrown, of which only words are kept", () => {
    const thrown = Object.assign(new TypeError("a sk-1", { cause: "b sk-2" }), {
      code: "C_sk-1",
      config: { key: "sk-1" },
    });
    thrown.stack = "stack sk-1";
    const clean = cause(thrown);
    expect(clean).toMatchObject({
      name: "TypeError",
      message: "a [redacted]",
      stack: "stack [redacted]",
      code: "C_[redacted]",
      cause: { message: "b [redacted]" },
    });
    expect("config" in clean).toBe(false);
  });

  it.each([
    [{ key: "sk-1" }, "not an Error"],
    [null, "not an Error"],
    ["sk-1", "[redacted]"],
    [undefined, "undefined"],
    [5, "5"],
  ])("of what is no error: %j", (thrown, message) => {
    expect(cause(thrown)).toMatchObject({ name: "Error", message });
  });

  it("with what there is and no more", () => {
    const thrown = Object.assign(new Error("m"), { code: 5 });
    delete thrown.stack;
    const clean = cause(thrown);
    expect("code" in clean).toBe(false);
    expect("cause" in clean).toBe(false);
    expect(clean.stack).toContain("redact"); // its own
  });

  it("down to the fifth cause", () => {
    let thrown = new Error("0");
    for (let depth = 1; depth <= 9; depth++) thrown = new Error(String(depth), { cause: thrown });
    const messages: string[] = [];
    for (let at: unknown = cause(thrown); at instanceof Error; at = at.cause) messages.push(at.message);
    expect(messages).toEqual(["9", "8", "7", "6", "5", "4"]);
  });
});

describe("a sample", () => {
  it.each([
    ["a", "a"],
    [" \n a\u0000\u001b\u007f\u009f\u200e\u202a\u2069b ", "a b"],
    ["a\r\n\r\nb", "a b"],
    ["é\u00a0ü", "é\u00a0ü"],
    ["a".repeat(10), "a".repeat(10)],
    ["a".repeat(11), `${"a".repeat(10)}…`],
    [`${"\n".repeat(39)}ab`, "a"],
    [`${"\n".repeat(40)}ab`, ""],
  ])("of %j is %j", (given, want) => {
    expect(sampleOf(given, 10)).toBe(want);
  });

  it("has 200 characters", () => {
    expect(sampleOf("a".repeat(300))).toBe(`${"a".repeat(200)}…`);
  });
});
