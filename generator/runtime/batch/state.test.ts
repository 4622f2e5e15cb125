import { describe, expect, it } from "vitest";
import { DurableState } from "../../testing/batch-api.js";
import { BatchNotSavedError, BatchStateError } from "./batch-errors.js";
import { type BatchEntry, Journal, memoryState, resolveBatch } from "./state.js";

const entry = (number: number, more: Partial<BatchEntry> = {}): BatchEntry => ({
  number,
  firstLine: 1,
  lastLine: 2,
  digest: "d",
  status: "sending",
  at: "then",
  id: null,
  idempotencyKey: null,
  ...more,
});

/** A store that holds this already, and remembers that it was closed. */
class Holding extends DurableState {
  closed = 0;
  constructor(held: unknown) {
    super();
    this.text = JSON.stringify(held);
  }
  async close(): Promise<void> {
    this.closed++;
  }
}
const holding = (...batches: unknown[]): Holding =>
  new Holding({ version: 1, operation: "things.import", batches });
const read = (store: DurableState): { batches: BatchEntry[] } => JSON.parse(store.text);

describe("a state that is none", () => {
  const none = "The state is none that this version of the package wrote.";
  const sound = { version: 1, operation: "things.import", batches: [] };
  it.each([
    { given: {}, want: none },
    { given: "text", want: none },
    { given: { ...sound, version: 2 }, want: none },
    { given: { ...sound, operation: 5 }, want: none },
    { given: { ...sound, batches: {} }, want: none },
    ...[
      null,
      5,
      { ...entry(1), number: "1" },
      { ...entry(1), digest: undefined },
      { ...entry(1), status: "lost" },
      { ...entry(1), status: "created" },
      { ...entry(1), status: "finished", id: 5 },
    ].map((batch) => ({ given: { ...sound, batches: [entry(2), batch] }, want: none })),
    {
      given: { ...sound, operation: "things.export" },
      want: "The state is one of things.export, not of things.import.",
    },
  ])("$given is refused, and closed", async ({ given, want }) => {
    const store = new Holding(given);
    const error = await Journal.open(store, "things.import").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BatchStateError);
    expect((error as Error).message).toBe(want);
    expect(store.closed).toBe(1);
  });

  it.each([null, undefined])("%j is that of no run yet", async (given) => {
    const journal = await Journal.open({ load: async () => given as null, save: async () => undefined }, "a");
    expect(journal.entries).toEqual([]);
  });
});

describe("a journal", () => {
  it("keeps each change, in the batches' order", async () => {
    const store = holding(
      entry(3, { status: "finished", id: "c" }),
      entry(1, { status: "created", id: "a" }),
    );
    const journal = await Journal.open(store, "things.import");
    expect(journal.entries.map(({ number }) => number)).toEqual([1, 3]);
    expect([journal.entry(1)?.id, journal.entry(2)]).toEqual(["a", null]);
    await journal.put(entry(2));
    expect(JSON.parse(store.text)).toEqual({
      version: 1,
      operation: "things.import",
      batches: [
        entry(1, { status: "created", id: "a" }),
        entry(2),
        entry(3, { status: "finished", id: "c" }),
      ],
    });
    await journal.created(entry(2), "b");
    expect(journal.entry(2)).toMatchObject({
      status: "created",
      id: "b",
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    await journal.finished(2);
    expect(read(store).batches[1]).toMatchObject({
      status: "finished",
      id: "b",
      at: expect.stringMatching(/Z$/),
    });
    await journal.remove(1);
    expect(read(store).batches.map(({ number }) => number)).toEqual([2, 3]);
    const { saves } = store;
    await journal.finished(7);
    expect(store.saves).toBe(saves);
    await journal.close();
    expect(store.closed).toBe(1);
  });

  it("tells the id of a batch that it could not keep", async () => {
    const store = holding();
    const journal = await Journal.open(store, "things.import");
    const full = new Error("the disk is full");
    store.crash = () => {
      throw full;
    };
    const error = await journal.created(entry(1), "a").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BatchNotSavedError);
    expect(error).toMatchObject({ id: "a", batch: entry(1), cause: full });
  });

  it("in memory is gone with the process", async () => {
    const store = memoryState();
    expect(await store.load()).toBeNull();
    await (await Journal.open(store, "a")).put(entry(1));
    expect((await Journal.open(store, "a")).entries).toEqual([entry(1)]);
  });
});

describe("what became of a batch", () => {
  it("that was created is kept", async () => {
    const store = holding(entry(1), entry(2));
    await resolveBatch(store, 2, { id: "b" });
    expect(JSON.parse(store.text)).toMatchObject({
      operation: "things.import",
      batches: [entry(1), { number: 2, status: "created", id: "b" }],
    });
    expect(store.closed).toBe(1);
  });

  it("that was not is forgotten", async () => {
    const store = holding(entry(1), entry(2));
    await resolveBatch(store, 1, "not created");
    expect(read(store).batches).toEqual([entry(2)]);
  });

  it("that was saved after all is what it was", async () => {
    const store = holding(entry(1, { status: "finished", id: "a" }));
    await resolveBatch(store, 1, { id: "a" });
    expect([store.saves, store.closed]).toEqual([0, 1]);
  });

  it.each([
    { number: 1, outcome: { id: "b" } },
    { number: 1, outcome: "not created" as const },
    { number: 2, outcome: { id: "a" } },
    { number: 2, outcome: "not created" as const },
  ])("$number that is not being sent can't be told: $outcome", async ({ number, outcome }) => {
    const store = holding(entry(1, { status: "created", id: "a" }));
    await expect(resolveBatch(store, number, outcome)).rejects.toMatchObject({
      name: "InvalidArgumentError",
      argument: "number",
      message: `No batch ${number} is being sent.`,
    });
    expect([store.saves, store.closed]).toEqual([0, 1]);
  });

  it("of no run at all can't be told", async () => {
    await expect(resolveBatch(memoryState(), 1, "not created")).rejects.toThrow("No batch 1 is being sent.");
  });
});
