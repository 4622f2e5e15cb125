import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allOf, batchDescriptor, rowsOf } from "../../testing/batch-api.js";
import { underStryker } from "../../testing/under-stryker.js";
import { LimitError } from "../errors.js";
import { BatchLineError, DuplicateLineError } from "./batch-errors.js";
import { batchesOf } from "./batches-of.js";
import { type BuildOptions, buildBatches } from "./build.js";

const build = (
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  descriptor = batchDescriptor(),
  options?: BuildOptions,
) => allOf(buildBatches(descriptor, rows, options));
const failureOf = (rows: Iterable<unknown>, descriptor = batchDescriptor(), options?: BuildOptions) =>
  build(rows, descriptor, options).then(
    () => null,
    (error: unknown) => error,
  );

describe("the files", () => {
  it("hold the lines in order, with what can have one value only filled in", async () => {
    const batches = await build(rowsOf(7));
    expect(batches.map(({ number, firstLine, lastLine }) => [number, firstLine, lastLine])).toEqual([
      [1, 1, 5],
      [2, 6, 7],
    ]);
    expect(await batches[1]?.file.text()).toBe(
      '{"key":"k6","weight":5,"kind":"small"}\n{"key":"k7","weight":6,"kind":"small"}\n',
    );
    expect(batches[1]?.file.type).toBe("application/jsonl");
    expect(batches[1]?.requestIds).toEqual(["k6", "k7"]);
    expect(batches[1]?.requestOf("k7")).toEqual({ key: "k7", weight: 6, kind: "small" });
    expect(batches[1]?.requestOf("k1")).toBeUndefined();
  });

  it("keep within all bounds, and lose nothing, for any rows", async () => {
    const given = fc.record({
      minItems: fc.integer({ min: 1, max: 5 }),
      spread: fc.integer({ min: 0, max: 9 }),
      notes: fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { minLength: 1, maxLength: 80 }),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ minItems, spread, notes }) => {
        const maxBytes = 2 * minItems * 400;
        const descriptor = batchDescriptor({ minItems, maxItems: 2 * minItems + spread, maxBytes });
        const rows = notes.map((note, index) => ({ key: String(index), weight: index, note }));
        if (rows.length < minItems) {
          expect(await failureOf(rows, descriptor)).toBeInstanceOf(LimitError);
          return;
        }
        const batches = await build(rows, descriptor);
        const texts = await Promise.all(batches.map(({ file }) => file.text()));
        const lines = texts.map((text) => text.trimEnd().split("\n"));
        expect(lines.flat().map((line) => JSON.parse(line).note)).toEqual(notes);
        for (const { length } of lines) {
          expect(length).toBeGreaterThanOrEqual(minItems);
          expect(length).toBeLessThanOrEqual(2 * minItems + spread);
        }
        for (const { file } of batches) expect(file.size).toBeLessThanOrEqual(maxBytes);
      }),
      { numRuns: underStryker ? 10 : 60 },
    );
  });

  it("count bytes as they are sent", async () => {
    const row = (key: string) => ({ key, weight: 1, note: "é😀" });
    const size = new TextEncoder().encode(JSON.stringify({ ...row("1"), kind: "small" })).length + 1;
    const rows = ["1", "2", "3", "4"].map(row);
    expect((await build(rows, batchDescriptor({ maxBytes: 4 * size }))).length).toBe(1);
    const halves = await build(rows, batchDescriptor({ maxBytes: 4 * size - 1 }));
    expect(halves.map(({ file }) => file.size)).toEqual([2 * size, 2 * size]);
  });

  it("come while the rows are still being read, and close their source when they are no longer wanted", async () => {
    let read = 0;
    let isClosed = false;
    async function* rows() {
      try {
        for (;;) yield { key: `k${read}`, weight: read++ };
      } finally {
        isClosed = true;
      }
    }
    for await (const { number } of buildBatches(batchDescriptor(), rows())) if (number === 3) break;
    expect(read).toBeLessThan(30);
    expect(isClosed).toBe(true);
  });

  it("end with the signal's reason", async () => {
    const options = { signal: AbortSignal.abort("enough") };
    expect(await failureOf(rowsOf(9), batchDescriptor(), options)).toBe("enough");
  });

  it("hold what a row was when it was read", async () => {
    function* rows() {
      const row = { key: "", weight: 0 };
      for (row.weight = 1; row.weight <= 3; row.weight++) {
        row.key = `k${row.weight}`;
        yield row;
      }
    }
    const [batch] = await build(rows());
    expect(batch?.requestIds.map((id) => batch.requestOf(id))).toMatchObject([
      { weight: 1 },
      { weight: 2 },
      { weight: 3 },
    ]);
  });
});

describe("a row that is refused", () => {
  const cycle: Record<string, unknown> = { key: "c", weight: 1 };
  cycle["note"] = cycle;
  it.each([
    { row: 1, want: [["", "is no object"]] },
    { row: null, want: [["", "is no object"]] },
    { row: [], want: [["", "is no object"]] },
    { row: { key: "a" }, want: [["/weight", "is missing"]] },
    { row: { weight: 1 }, want: [["/key", "is missing"]] },
    { row: { key: 7, weight: 1 }, want: [["/key", "must be a text"]] },
    { row: { key: "a", weight: 1, kind: "big" }, want: [["/kind", 'must be "small"']] },
    { row: { key: "a", weight: 1, kind: null }, want: [["/kind", 'must be "small"']] },
    { row: { key: "a", weight: 1, "a/b~": 1 }, want: [["/a~1b~0", "is no property of a line"]] },
    { row: { key: "a", weight: 1n }, want: [["", expect.stringContaining("BigInt")]] },
    { row: cycle, want: [["", expect.stringContaining("circular")]] },
  ])("$row", async ({ row, want }) => {
    const error = await failureOf([...rowsOf(3), row]);
    expect(error).toBeInstanceOf(BatchLineError);
    const { line, issues } = error as BatchLineError;
    expect(line).toBe(4);
    expect(issues.map(({ pointer, message }) => [pointer, message])).toEqual(want);
  });

  it("by the caller's function", async () => {
    const validate = (line: unknown) =>
      (line as { weight: number }).weight > 2 ? [{ pointer: "/weight", message: "is too heavy" }] : null;
    expect(String(await failureOf(rowsOf(5), batchDescriptor(), { validate }))).toBe(
      'BatchLineError: Line 4 ("k4"): /weight is too heavy.',
    );
  });

  it.each([false, true])("by a Standard Schema, which answers later: %s", async (isLate) => {
    const issues = [{ message: "is wrong", path: ["note", { key: "a/b" }, 0] }];
    const answer = (value: unknown) => ((value as { weight: number }).weight === 1 ? { issues } : { value });
    const validate = (value: unknown) => (isLate ? Promise.resolve(answer(value)) : answer(value));
    const descriptor = batchDescriptor({}, { validateLine: { "~standard": { validate } } });
    const error = await failureOf(rowsOf(5), descriptor);
    expect(error).toMatchObject({ line: 2, issues: [{ pointer: "/note/a~1b/0", message: "is wrong" }] });
  });

  it("for an id that another row has, in another batch too", async () => {
    const rows = [...rowsOf(20), { key: "k2", weight: 1 }];
    const error = await failureOf(rows);
    expect(error).toBeInstanceOf(DuplicateLineError);
    expect(error).toMatchObject({ firstLine: 2, line: 21, id: "k2" });
    expect((error as Error).message).toBe('Lines 2 and 21 have the same key: "k2".');
  });
});

it("waits for rows that are promises", async () => {
  const batches = await build([...rowsOf(7)].map((row) => Promise.resolve(row)));
  expect(batches.map(({ lastLine }) => lastLine)).toEqual(
    (await build(rowsOf(7))).map(({ lastLine }) => lastLine),
  );
});

describe("rows that make no file", () => {
  const long = (index: number) => ({ key: String(index), weight: 1, note: "x".repeat(100) });
  it.each([
    { what: "none", rows: [], limit: "minItems", actual: 0 },
    { what: "too few", rows: rowsOf(1), limit: "minItems", actual: 1 },
    { what: "one too long", rows: [...rowsOf(3), long(4)], limit: "maxBytes", actual: 148 },
  ])("$what", async ({ rows, limit, actual }) => {
    const error = await failureOf(rows, batchDescriptor({ maxBytes: 120 }));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ argument: "parcels", limit, actual });
  });

  it.each([
    [
      rowsOf(1),
      {},
      "The input has 1 lines; a batch needs at least 2.",
      { limit: "minItems", allowed: 2, actual: 1 },
    ],
    [
      [...rowsOf(3), long(4)],
      { maxBytes: 120 },
      "Line 4 has 148 bytes; a whole file may have 120.",
      { limit: "maxBytes", allowed: 120, actual: 148 },
    ],
    [
      rowsOf(5),
      { minItems: 3, maxItems: 4 },
      "The lines from 1 on can't be split into files of at least 3 lines each.",
      { limit: "minItems", allowed: 3, actual: 5 },
    ],
    [
      [11, 12, 13].map(long),
      { minItems: 3, maxItems: 9, maxBytes: 300 },
      "Lines 1 to 3 have 447 bytes together; a file may have 300, and needs 3 lines.",
      { limit: "maxBytes", allowed: 300, actual: 447 },
    ],
  ])("%# says why", async (rows, bounds, message, fields) => {
    const error = await failureOf(rows, batchDescriptor(bounds));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ argument: "parcels", message, ...fields });
  });

  it("a text, such as a path that was meant to be read", async () => {
    expect(await failureOf("rows.csv" as never)).toBeInstanceOf(BatchLineError);
  });

  it("too few that fit together", async () => {
    const descriptor = batchDescriptor({ minItems: 3, maxItems: 9, maxBytes: 300 });
    const error = await failureOf([...rowsOf(3), ...[11, 12, 13, 14, 15, 16].map(long)], descriptor);
    expect((error as Error).message).toMatch(
      /^Lines \d to \d have \d+ bytes together; a file may have 300, and needs 3 lines\.$/,
    );
  });
});

describe("a file", () => {
  it("has its part's name and type, and its lines", async () => {
    const [first, second] = await build(rowsOf(8));
    expect([first?.file.name, first?.file.type, second?.file.name]).toEqual([
      "parcels-1.jsonl",
      "application/jsonl",
      "parcels-2.jsonl",
    ]);
    expect(await second?.file.text()).toBe(
      '{"key":"k6","weight":5,"kind":"small"}\n{"key":"k7","weight":6,"kind":"small"}\n{"key":"k8","weight":7,"kind":"small"}\n',
    );
    expect([second?.requestIds, second?.requestOf("k7"), second?.requestOf("k1")]).toEqual([
      ["k6", "k7", "k8"],
      { key: "k7", weight: 6, kind: "small" },
      undefined,
    ]);
  });

  it.each([
    [["text/x-lines"], "text/x-lines"],
    [[], "application/jsonl"],
  ])("of the types %j is of %s", async (contentTypes, want) => {
    const made = batchDescriptor();
    const [other, form] = [made.operation.body?.parts[1], made.operation.body?.parts[0]];
    const parts = [other, { ...form, contentTypes }] as never;
    const operation = { ...made.operation, body: { ...made.operation.body, parts } } as never;
    expect((await build(rowsOf(2), { ...made, operation }))[0]?.file.type).toBe(want);
  });

  it("of a contract that sets no bounds holds everything", async () => {
    const made = batchDescriptor();
    for (const operation of [
      { ...made.operation, body: undefined },
      { ...made.operation, body: { ...made.operation.body, parts: [] } },
    ]) {
      const batches = await build(rowsOf(50), { ...made, operation } as never);
      expect(batches.map(({ requestIds, file }) => [requestIds.length, file.type])).toEqual([
        [50, "application/jsonl"],
      ]);
      expect(await failureOf([], { ...made, operation } as never)).toMatchObject({
        limit: "minItems",
        allowed: 1,
      });
    }
  });

  it("is as full of bytes as it may be", async () => {
    const row = (key: number) => ({ key: String(key), weight: 1, note: "é".repeat(10) }); // 68 bytes with its newline
    const rows = Array.from({ length: 9 }, (_, index) => row(index + 1));
    const sizes = async (maxBytes: number) =>
      (await build(rows, batchDescriptor({ minItems: 1, maxItems: 100, maxBytes }))).map(
        ({ file }) => file.size,
      );
    expect(await sizes(68)).toEqual(Array(9).fill(68));
    expect(await sizes(203)).toEqual([136, 136, 136, 136, 68]);
    expect(await sizes(204)).toEqual([204, 204, 204]);
    expect(await failureOf(rows, batchDescriptor({ minItems: 1, maxBytes: 67 }))).toMatchObject({
      actual: 68,
    });
  });

  it("counts the bytes of a line that is longer than those before", async () => {
    const row = (key: number, note: string) => ({ key: String(key), weight: 1, note });
    const long = "日".repeat(5_000);
    const rows = [row(1, "a"), row(2, long), row(3, `${long}${long}`), row(4, "b")];
    const [only] = await build(rows, batchDescriptor({ maxBytes: 100_000 }));
    expect(only?.file.size).toBeGreaterThan(45_000);
    expect(await failureOf(rows, batchDescriptor({ minItems: 1, maxBytes: 30_000 }))).toMatchObject({
      actual: 30_048,
    });
  });
});

it("the functions of an operation are those of this folder", async () => {
  const { buildBatches: own, readResults } = batchesOf<unknown, object, { key: string }, object, unknown>(
    batchDescriptor(),
  );
  const [batch] = await allOf(own(rowsOf(2)));
  expect(batch?.requestIds).toEqual(["k1", "k2"]);
  const results = await allOf(readResults('{"key":"k1"}\n', { requests: batch }));
  expect(results.map(({ kind, requestId }) => `${kind} ${requestId}`)).toEqual(["result k1", "missing k2"]);
});
