import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allOf, batchDescriptor, rowsOf } from "../../testing/batch-api.js";
import { BatchResultError } from "./batch-errors.js";
import { buildBatches } from "./build.js";
import { type ReadResultsOptions, type ResultSource, readResults } from "./results.js";

const descriptor = batchDescriptor();
const read = (source: ResultSource, options?: ReadResultsOptions<unknown>) =>
  allOf(readResults<unknown, Record<string, unknown>>(descriptor, source, options));
const bytes = (text: string) => new TextEncoder().encode(text);

function streamOf(chunks: readonly Uint8Array[], onCancel = () => {}): ReadableStream<Uint8Array> {
  const queue = [...chunks];
  return new ReadableStream({
    pull: (controller) => {
      const chunk = queue.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    cancel: onCancel,
  });
}

describe("results", () => {
  it("are the same however they are cut into chunks and lines", async () => {
    const given = fc.record({
      values: fc.array(fc.string({ unit: "grapheme" }), { maxLength: 12 }),
      newline: fc.constantFrom("\n", "\r\n", "\n\n"),
      hasMark: fc.boolean(),
      hasEnd: fc.boolean(),
      sizes: fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ values, newline, hasMark, hasEnd, sizes }) => {
        const lines = values.map((value, index) => ({ key: String(index), value }));
        const text = lines.map((line) => JSON.stringify(line)).join(newline);
        const all = bytes((hasMark ? "\ufeff" : "") + text + (hasEnd ? newline : ""));
        const chunks: Uint8Array[] = [];
        for (let start = 0; start < all.length; ) {
          const size = sizes.next().value ?? 1;
          chunks.push(all.slice(start, start + size));
          start += size;
        }
        const want = lines.map((result) => ({
          kind: "result",
          requestId: result.key,
          request: null,
          result,
        }));
        expect(await read(streamOf(chunks))).toEqual(want);
      }),
    );
  });

  const two = '{"key":"a"}\n{"key":"b"}';
  it.each<[string, () => ResultSource]>([
    ["a text", () => two],
    ["a file", () => new Blob([two])],
    ["an answer", () => new Response(two)],
    [
      "an iterable",
      async function* () {
        yield bytes(two);
      },
    ],
  ])("come from %s", async (_, source) => {
    expect((await read(source())).map(({ requestId }) => requestId)).toEqual(["a", "b"]);
  });

  it("are none of an empty answer", async () => {
    expect(await read(new Response(null))).toEqual([]);
    expect(await read("")).toEqual([]);
  });

  it("are joined to their requests; what has none, no match or a double is said", async () => {
    const [requests] = await allOf(buildBatches(descriptor, rowsOf(4)));
    const text = ["k3", "k1", "k9", "k3"].map((key) => JSON.stringify({ key, ok: true })).join("\n");
    const found = await read(text, { requests });
    expect(found.map(({ kind, requestId }) => [kind, requestId])).toEqual([
      ["result", "k3"],
      ["result", "k1"],
      ["unknown", "k9"],
      ["repeated", "k3"],
      ["missing", "k2"],
      ["missing", "k4"],
    ]);
    expect(found[0]).toMatchObject({ request: { key: "k3", weight: 2 }, result: { key: "k3", ok: true } });
    expect(found[4]).toMatchObject({ request: { key: "k2", weight: 1 }, result: null });
  });

  it.each([
    { given: '{"key":"a"}\n{"key":', line: 2, message: "Line 2 of the results is not JSON." },
    { given: "\n\n[1]\n", line: 3, message: "Line 3 of the results is no JSON object." },
    { given: '{"id":"a"}', line: 1, message: "Line 1 of the results has no key." },
    {
      given: `{"key":"${"x".repeat(100)}"}`,
      line: 1,
      message: "Line 1 of the results has more than 50 bytes.",
    },
  ])("$message", async ({ given, line, message }) => {
    const error = await read(given, { maxLineBytes: 50 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BatchResultError);
    expect(error).toMatchObject({ line, message });
  });

  it("are refused if they are not UTF-8, or no success", async () => {
    const broken = new Blob([bytes('{"key":"a"}\n'), new Uint8Array([0xff, 10])]);
    await expect(read(broken)).rejects.toMatchObject({ name: "BatchResultError", line: 2 });
    await expect(read(new Response("{}", { status: 404 }))).rejects.toThrow("status is 404");
  });

  it("let go of their source when they are no longer wanted", async () => {
    let isCancelled = false;
    const stream = streamOf([bytes('{"key":"a"}\n'), bytes('{"key":"b"}\n')], () => {
      isCancelled = true;
    });
    for await (const _ of readResults(descriptor, stream)) break;
    expect(isCancelled).toBe(true);
  });
});

describe("lines", () => {
  it.each([
    ["is not UTF-8", new Uint8Array([0xff, 10])],
    ["is not JSON", bytes("{\n")],
    ["is no JSON object", bytes("null\n")],
    ["is no JSON object", bytes("5")],
  ])("that %s", async (what, given) => {
    const error = await read(new Blob([bytes('{"key":"a"}\n'), given])).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ line: 2, message: `Line 2 of the results ${what}.` });
    expect("cause" in (error as object)).toBe(what !== "is no JSON object");
  });

  it("may end as on any machine, begin with a byte order mark, and be blank", async () => {
    const given = '\ufeff{"key":"a"}\r\n\r\n  \n{"key":"b"}\r';
    expect((await read(given)).map(({ requestId }) => requestId)).toEqual(["a", "b"]);
  });

  it("may have just as many bytes as they may", async () => {
    const line = '{"key":"a"}';
    expect(await read(`${line}\n`, { maxLineBytes: line.length })).toHaveLength(1);
    await expect(read(`${line}\n`, { maxLineBytes: line.length - 1 })).rejects.toThrow(
      `Line 1 of the results has more than ${line.length - 1} bytes.`,
    );
    expect(await read(`{"key":"${"x".repeat(2 ** 20)}"}`)).toHaveLength(1);
  });

  it("are read until the caller has had enough", async () => {
    const controller = new AbortController();
    const chunks = [bytes('{"key":"a"}\n'), bytes('{"key":"b"}\n')];
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { requestId } of readResults(
        descriptor,
        streamOf(chunks, () => undefined),
        { signal: controller.signal },
      )) {
        seen.push(requestId);
        controller.abort("enough");
      }
    })();
    await expect(reading).rejects.toBe("enough");
    expect(seen).toEqual(["a"]);
  });

  it("of no request are repeated or unknown, and have no request", async () => {
    const requests = {
      requestIds: ["a"],
      requestOf: (id: string) => (id === "a" ? { key: "a" } : undefined),
    };
    const found = await read('{"key":"a"}\n{"key":"a"}\n{"key":"b"}\n{"key":"b"}\n', { requests });
    expect(found.map(({ kind, request }) => [kind, request])).toEqual([
      ["result", { key: "a" }],
      ["repeated", null],
      ["unknown", null],
      ["repeated", null],
    ]);
  });
});
