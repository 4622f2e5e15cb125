import { describe, expect, it } from "vitest";
import { allOf, batchDescriptor, DurableState, rowsOf } from "../../testing/batch-api.js";
import {
  ApiError,
  ConcurrencyLimitError,
  HttpError,
  InvalidArgumentError,
  LimitError,
  MissingApiKeyError,
} from "../errors.js";
import { BatchOutcomeUnknownError, BatchStateError } from "./batch-errors.js";
import { runBatches } from "./run.js";
import { checkBatches, methodAt, submitBatches } from "./submit.js";

const descriptor = batchDescriptor();
const http = (status: number) => ({
  method: "POST",
  path: "/a",
  status,
  headers: new Headers(),
  body: {},
  messages: [],
  errorCode: null,
  requestId: null,
});

/** A client whose method that creates answers so; the last answer stays. */
function client(...answers: unknown[]) {
  const calls: [Record<string, unknown>, unknown][] = [];
  const create = async (form: Record<string, unknown>, options?: unknown) => {
    calls.push([form, options]);
    const answer = answers[Math.min(calls.length, answers.length) - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { things: { import: create }, calls };
}
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe("the method that names lead to", () => {
  const holder = {
    name: "a",
    get() {
      return this.name;
    },
  };
  it("is bound to what it is a method of", () => {
    expect(methodAt<() => string>({ deep: { holder } }, ["deep", "holder", "get"])()).toBe("a");
  });

  it.each([{}, { things: {} }, { things: { import: 5 } }, undefined])("is missed in %j", (given) => {
    expect(() => methodAt(given, ["things", "import"])).toThrow(InvalidArgumentError);
  });

  it("is named where it is missed", () => {
    expect(() => methodAt({}, ["things", "import"])).toThrow("The client has no method things.import.");
  });
});

describe("a dry run", () => {
  it("asks for each batch to be checked", async () => {
    const given = client({ id: "", state: "CHECKED" });
    const { signal } = new AbortController();
    const found = await allOf(checkBatches(descriptor, given, rowsOf(8), { form: { a: 1 }, signal }));
    expect(found.map(({ number }) => number)).toEqual([1, 2]);
    expect(given.calls).toEqual(found.map(({ file }) => [{ a: 1, parcels: file, dry: true }, { signal }]));
  });

  it("is refused where there is none", async () => {
    const none = { ...descriptor, dryRunProperty: null };
    expect(await thrownBy(allOf(checkBatches(none, client(), rowsOf(2))))).toMatchObject({
      name: "InvalidArgumentError",
      argument: "client",
      message: "things.import has no dry run.",
    });
  });
});

describe("what became of a batch that failed to be sent", () => {
  const submit = (answer: unknown, more = {}, state = new DurableState()) =>
    thrownBy(allOf(submitBatches(batchDescriptor({}, more), client(answer), rowsOf(2), { state })));
  const entries = (state: DurableState) => JSON.parse(state.text).batches;

  it.each([
    new MissingApiKeyError("m"),
    new InvalidArgumentError("a", "m"),
    new LimitError("a", "maxBytes", 1, 2, "m"),
    new HttpError(http(400)),
    new HttpError(http(404)),
    new HttpError(http(499)),
  ])("is certain after $name $status: it is forgotten", async (error) => {
    const state = new DurableState();
    expect(await submit(error, {}, state)).toBe(error);
    expect(entries(state)).toEqual([]);
  });

  it.each([
    new HttpError(http(408)),
    new HttpError(http(409)),
    new HttpError(http(500)),
    new HttpError(http(399)),
    new ApiError("m"),
    new Error("m"),
  ])("is open after $message $status", async (error) => {
    const state = new DurableState();
    const thrown = await submit(error, {}, state);
    expect(thrown).toBeInstanceOf(BatchOutcomeUnknownError);
    expect(thrown).toMatchObject({ cause: error, batch: { number: 1, status: "sending", id: null } });
    expect(entries(state)).toMatchObject([{ number: 1, status: "sending" }]);
    expect(await submit(error, { idempotencyHeader: "key" })).toBe(error);
  });

  it.each([{}, { id: "" }, { id: 5 }, null])("is open after the answer %j", async (answer) => {
    expect(await submit(answer)).toMatchObject({ cause: { message: "The answer names no id." } });
    expect(await submit(answer, { idempotencyHeader: "key" })).toMatchObject({
      name: "ApiError",
      message: "The answer names no id.",
    });
  });

  it("is told first thing by the next run", async () => {
    const state = new DurableState();
    await submit(new Error("m"), {}, state);
    const next = client({ id: "a" });
    const thrown = await thrownBy(allOf(submitBatches(descriptor, next, rowsOf(2), { state })));
    expect(thrown).toBeInstanceOf(BatchOutcomeUnknownError);
    expect("cause" in (thrown as object)).toBe(false);
    expect(next.calls).toEqual([]);
  });
});

describe("a later run over the same state", () => {
  it("sends what is not sent yet, and nothing else", async () => {
    const state = new DurableState();
    await allOf(submitBatches(descriptor, client({ id: "a" }), rowsOf(8).slice(0, 5), { state }));
    const next = client({ id: "b" });
    const found = await allOf(submitBatches(descriptor, next, rowsOf(8), { state, form: { a: 1 } }));
    expect(found.map(({ id, job, isFinished }) => [id, job, isFinished])).toEqual([
      ["a", null, false],
      ["b", { id: "b" }, false],
    ]);
    expect(next.calls).toEqual([[{ a: 1, parcels: found[1]?.file }, {}]]);
  });

  it.each([
    [
      [{ key: "other", weight: 1 }, ...rowsOf(4)],
      "Batch 1 (lines 1 to 5) is not the one that an earlier run sent.",
    ],
    [rowsOf(5), "An earlier run sent a batch 2; the input has 1."],
  ])("must be over the same input: %#", async (rows, message) => {
    const state = new DurableState();
    await allOf(submitBatches(descriptor, client({ id: "a" }), rowsOf(8), { state }));
    const error = await thrownBy(allOf(submitBatches(descriptor, client({ id: "b" }), rows, { state })));
    expect(error).toBeInstanceOf(BatchStateError);
    expect((error as Error).message).toBe(message);
  });
});

it("the API's refusal of one batch too many is the caller's where nothing is at work", async () => {
  const error = new ConcurrencyLimitError(http(429));
  const given = client(error, { id: "a" });
  expect(await thrownBy(allOf(submitBatches(descriptor, given, rowsOf(2))))).toBe(error);
});

it("a run needs to learn of the end", async () => {
  const given = client({ id: "a" });
  expect(await thrownBy(allOf(runBatches(descriptor, given, rowsOf(2))))).toMatchObject({
    name: "InvalidArgumentError",
    argument: "look",
    message: "The contract has no operation that looks at what things.import made: give look, inbox or both.",
  });
  expect(given.calls).toEqual([]);
});
