import { describe, expect, it } from "vitest";
import type { PartDescriptor } from "./descriptors.js";
import { InvalidArgumentError, LimitError } from "./errors.js";
import { checkBytes, checkLines } from "./limits.js";

const part = { name: "rows", kind: "file", contentTypes: [], maxBytes: null } as const;

describe("bytes", () => {
  const check = (maxBytes: number | null, size: number) => () => checkBytes({ ...part, maxBytes }, { size });
  it.each([
    { maxBytes: null, size: 1e12 },
    { maxBytes: 5, size: 5 },
    { maxBytes: 0, size: 0 },
  ])("$size of $maxBytes are fine", ({ maxBytes, size }) => {
    expect(check(maxBytes, size)).not.toThrow();
  });

  it("beyond the limit are refused", () => {
    expect(check(5, 6)).toThrow(LimitError);
    expect(check(5, 6)).toThrow("rows has 6 bytes; the limit is 5. Nothing was sent.");
  });
});

describe("lines", () => {
  const free = { minItems: null, maxItems: null, uniqueBy: null };
  const check = (text: string, rules: Partial<NonNullable<PartDescriptor["lines"]>> = {}): Promise<unknown> =>
    checkLines({ ...part, lines: { ...free, ...rules } }, new Blob([text])).then(
      () => null,
      (error: unknown) => error,
    );

  it.each([
    { text: "", rules: {} },
    { text: "\n \n", rules: { minItems: 0 } },
    { text: "1\n2\r\n3\n\n  \n", rules: { minItems: 3, maxItems: 3 } },
    { text: '1\n1\n{"id":1}\n{"id":1}', rules: {} },
    { text: '{"id":1}\n{"id":"1"}\n{"id":null}', rules: { uniqueBy: "id" } },
    { text: "1\n".repeat(50), rules: { minItems: 1 } },
    { text: "1", rules: { maxItems: 1 } },
  ])("$text are fine under $rules", async ({ text, rules }) => {
    expect(await check(text, rules)).toBeNull();
  });

  it.each([
    ["1\n2\n", { minItems: 3 }, "rows has 2 lines; at least 3 are allowed."],
    ["1\n2\n", { maxItems: 1 }, "rows has 2 lines; at most 1 are allowed."],
    ["", { minItems: 1 }, "rows has 0 lines; at least 1 are allowed."],
    ["\ufeff1", {}, "Line 1 of rows begins with a byte order mark, which is not JSON."],
    ["1\n\n2", {}, "Line 2 of rows is blank."],
    ["1\n \t\n2", {}, "Line 2 of rows is blank."],
    ["1\n2\n{", {}, "Line 3 of rows is not JSON."],
    ['{"id":1}\n{}', { uniqueBy: "id" }, "Line 2 of rows has no id."],
    ["[1]", { uniqueBy: "length" }, "Line 1 of rows has no length."],
    ['"a"', { uniqueBy: "length" }, "Line 1 of rows has no length."],
    ["null", { uniqueBy: "id" }, "Line 1 of rows has no id."],
    ['{"id":1}\n{"id":2}\n{"id":1}', { uniqueBy: "id" }, "Lines 1 and 3 of rows have the same id."],
  ])("%j are not under %j", async (text, rules, want) => {
    expect(await check(text, rules)).toMatchObject({
      argument: "rows",
      message: `${want} Nothing was sent.`,
    });
  });

  it("say which limit it was", async () => {
    expect(await check("1", { minItems: 2 })).toMatchObject({ limit: "minItems", allowed: 2, actual: 1 });
    expect(await check("1\n2", { maxItems: 1 })).toMatchObject({ limit: "maxItems", allowed: 1, actual: 2 });
    const same = await check('{"id":7}\n{"id":7}', { uniqueBy: "id" });
    expect(same).toBeInstanceOf(LimitError);
    expect(same).toMatchObject({ limit: "uniqueBy", allowed: "id", actual: "7" });
    expect(await check("{")).toBeInstanceOf(InvalidArgumentError);
  });

  it("are nobody's business where the contract has no rules for them", async () => {
    await checkLines(part, new Blob(["{"]));
  });
});
