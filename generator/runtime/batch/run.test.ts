import { describe, expect, it, vi } from "vitest";
import { allOf, batchDescriptor, DurableState, rowsOf } from "../../testing/batch-api.js";
import {
  BadRequestError,
  ConcurrencyLimitError,
  ConnectionError,
  HttpError,
  InternalServerError,
  InvalidArgumentError,
  NotFoundError,
} from "../errors.js";
import type { BatchDescriptor } from "./batch-descriptor.js";
import { BatchNotSavedError, BatchOutcomeUnknownError, BatchStateError } from "./batch-errors.js";
import { batchesOf } from "./batches-of.js";
import { memoryState, resolveBatch } from "./state.js";
import { BatchTimeoutError } from "./wait.js";

interface Job {
  readonly id: string;
  readonly state: string;
  readonly url: string;
}

const place = { method: "POST", path: "/things/import" };
const refusal = (status: number, errorCode: string | null = null) => ({
  ...place,
  status,
  headers: new Headers(),
  body: {},
  messages: [],
  errorCode,
  requestId: null,
});

/** A server that remembers every file it accepted, by its text, and the client that asks it. */
class Server {
  readonly accepted: string[] = [];
  readonly forms: Record<string, unknown>[] = [];
  readonly keys = new Map<string, string>();
  /** Called as a request arrives and after it was carried out; what it throws is what the caller gets. */
  fault: (call: number, when: "before" | "after") => void = () => undefined;
  state: (id: string) => string = () => "DONE";
  calls = 0;
  looks = 0;

  readonly things = {
    import: async (
      form: Record<string, unknown>,
      options: { idempotencyKey?: string } = {},
    ): Promise<Job> => {
      const call = ++this.calls;
      this.forms.push(form);
      this.fault(call, "before");
      const text = await (form["parcels"] as File).text();
      if (form["dry"] === true) return { id: "", state: "CHECKED", url: "" };
      const known = this.keys.get(options.idempotencyKey ?? "");
      const id = known ?? `job-${this.accepted.length + 1}`;
      if (known === undefined) this.accepted.push(text);
      if (options.idempotencyKey) this.keys.set(options.idempotencyKey, id);
      this.fault(call, "after");
      return { id, state: "NEW", url: "" };
    },
    look: async (id: string): Promise<Job> => {
      this.looks++;
      return { id, state: this.state(id), url: `https://api.example.com/${id}` };
    },
  };

  /** Answers each request of a batch, the last of each first. */
  readonly http = {
    GET: async (path: string) => {
      const text = this.accepted[Number(path.replace("/job-", "")) - 1] ?? "";
      const keys = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).key as string);
      const data = new Blob([
        keys
          .reverse()
          .map((key) => `${JSON.stringify({ key, ok: true })}\n`)
          .join(""),
      ]);
      return { data, response: new Response() };
    },
  };
}

const looking = { look: ["things", "look"] };
const functions = (descriptor: BatchDescriptor = batchDescriptor({}, looking)) =>
  batchesOf<Server, object, { key: string; weight: number }, object, Job>(descriptor);
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe("a run", () => {
  it("sends every batch, waits for it, and joins its results to its requests", async () => {
    const server = new Server();
    const steps: string[] = [];
    const seen: unknown[] = [];
    const form = { webhook: "https://app.example.com" };
    const onProgress = ({ number, step }: { number: number; step: string }) =>
      steps.push(`${number} ${step}`);
    let looks = 0;
    server.state = () => (++looks < 3 ? "NEW" : "DONE");
    for await (const batch of functions().runBatches<{ ok: boolean }>(server, rowsOf(12), {
      form,
      onProgress,
      inFlight: 1,
      pollMs: 1,
    })) {
      for await (const { kind, requestId, request, result } of batch.results()) {
        expect([kind, request?.key, result?.ok]).toEqual(["result", requestId, true]);
        seen.push(request?.weight);
      }
    }
    expect(seen.sort((a, b) => Number(a) - Number(b))).toEqual(rowsOf(12).map(({ weight }) => weight));
    expect(server.accepted.length).toBe(3);
    expect(server.forms[0]).toMatchObject(form);
    expect(steps.slice(0, 4)).toEqual(["1 created", "1 pending", "1 pending", "1 ended"]);
  });

  it("has no more batches at work than it may, and reads no further ahead", async () => {
    const server = new Server();
    let read = 0;
    function* rows() {
      for (const row of rowsOf(60)) {
        read++;
        yield row;
      }
    }
    const run = functions().runBatches(server, rows(), { inFlight: 2 });
    await run.next();
    expect(server.accepted.length).toBe(2);
    expect(read).toBeLessThan(25);
    await run.return();
  });

  it("says which batch failed as a whole", async () => {
    const server = new Server();
    server.state = (id) => (id === "job-2" ? "BROKEN" : "DONE");
    const batches = await allOf(functions().runBatches(server, rowsOf(12)));
    expect(batches.map(({ number, outcome }) => `${number} ${outcome}`).sort()).toEqual([
      "1 succeeded",
      "2 failed",
      "3 succeeded",
    ]);
  });

  it("waits for room when the API takes no more batches, and gives up if none of its own is at work", async () => {
    const server = new Server();
    let atWork = 0;
    server.state = () => {
      atWork--;
      return "DONE";
    };
    server.fault = (_, when) => {
      if (when === "after") atWork++;
      else if (atWork >= 2) throw new ConcurrencyLimitError(refusal(429));
    };
    expect((await allOf(functions().runBatches(server, rowsOf(30), { inFlight: 5 }))).length).toBe(6);
    expect(server.accepted.length).toBe(6);
    server.fault = () => {
      throw new ConcurrencyLimitError(refusal(429));
    };
    const error = await thrownBy(allOf(functions().runBatches(server, rowsOf(5))));
    expect(error).toBeInstanceOf(ConcurrencyLimitError);
  });

  it("looks again after a failure that says nothing of the batch, and ends with any other", async () => {
    const server = new Server();
    const failures: Error[] = [
      new ConnectionError(place, new Error("reset")),
      new InternalServerError(refusal(500)),
    ];
    const look = vi.fn(async (id: string) => {
      const failure = failures.shift();
      if (failure) throw failure;
      return server.things.look(id);
    });
    await allOf(functions().runBatches(server, rowsOf(4), { look, pollMs: 1 }));
    expect(look).toHaveBeenCalledTimes(3);
    failures.push(new NotFoundError(refusal(404)));
    expect(await thrownBy(allOf(functions().runBatches(server, rowsOf(4), { look })))).toBeInstanceOf(
      NotFoundError,
    );
  });

  it("ends a wait that takes too long, and goes on waiting in the next run", async () => {
    const server = new Server();
    server.state = () => "NEW";
    const state = new DurableState();
    const error = await thrownBy(
      allOf(functions().runBatches(server, rowsOf(4), { state, timeoutMs: 20, pollMs: 1 })),
    );
    expect(error).toBeInstanceOf(BatchTimeoutError);
    expect(error).toMatchObject({ id: "job-1", timeoutMs: 20 });
    server.state = () => "DONE";
    expect((await allOf(functions().runBatches(server, rowsOf(4), { state }))).length).toBe(1);
    expect(server.accepted.length).toBe(1);
  });

  it("ends with the signal's reason, while waiting and before sending", async () => {
    const server = new Server();
    server.state = () => "NEW";
    const controller = new AbortController();
    const onProgress = () => controller.abort("enough");
    const run = functions().runBatches(server, rowsOf(20), {
      signal: controller.signal,
      onProgress,
      pollMs: 1,
    });
    expect(await thrownBy(allOf(run))).toBe("enough");
    expect(server.accepted.length).toBe(1);
  });

  it("needs a way to learn of the end, before it sends anything", async () => {
    const server = new Server();
    const { runBatches } = functions(batchDescriptor());
    expect(await thrownBy(allOf(runBatches(server, rowsOf(4))))).toBeInstanceOf(InvalidArgumentError);
    expect(server.calls).toBe(0);
  });
});

describe("an inbox", () => {
  it("tells of batches that are waited for, and of those that are not yet", async () => {
    const server = new Server();
    const { batchInbox, runBatches } = functions(batchDescriptor());
    const inbox = batchInbox();
    const done = (id: string, state = "DONE") => ({ id, state, url: "" });
    expect(inbox.deliver(done("job-2"))).toBe(true);
    expect(inbox.deliver(done("job-1", "NEW"))).toBe(false);
    const ids: string[] = [];
    for await (const { id } of runBatches(server, rowsOf(9), { inbox })) {
      ids.push(id);
      if (id === "job-2") inbox.deliver(done("job-1"));
    }
    expect(ids).toEqual(["job-2", "job-1"]);
    expect(server.looks).toBe(0);
  });
});

describe("a dry run", () => {
  it("has every batch checked, and creates none", async () => {
    const server = new Server();
    const checked = await allOf(functions().checkBatches(server, rowsOf(12)));
    expect(checked.map(({ lastLine }) => lastLine)).toEqual([5, 10, 12]);
    expect(server.forms.map(({ dry }) => dry)).toEqual([true, true, true]);
    expect(server.accepted).toEqual([]);
  });

  it("is refused where the contract has none", async () => {
    const { checkBatches } = functions(batchDescriptor({}, { dryRunProperty: null }));
    await expect(allOf(checkBatches(new Server(), rowsOf(4)))).rejects.toThrow("has no dry run");
  });
});

/** Runs to the end, as a person would who starts the program again after each crash and finds out what was unclear. */
async function runUntilDone(server: Server, state: DurableState, descriptor?: BatchDescriptor) {
  const delivered = new Set<number>();
  for (let run = 0; run < 20; run++) {
    try {
      for await (const { number } of functions(descriptor).runBatches(server, rowsOf(12), {
        state,
        pollMs: 1,
      })) {
        delivered.add(number);
      }
      return delivered;
    } catch (error) {
      // The crash was one: the next runs are spared.
      server.fault = () => undefined;
      state.crash = () => undefined;
      if (!(error instanceof BatchOutcomeUnknownError) && !(error instanceof BatchNotSavedError)) continue;
      const { number } = error.batch;
      const isThere = server.accepted.length >= number;
      await resolveBatch(state, number, isThere ? { id: `job-${number}` } : "not created");
    }
  }
  throw new Error("never done");
}

const crash = (): never => {
  throw new Error("the process died");
};

describe("a crash at any point, and a resumed run", () => {
  const saves = Array.from({ length: 9 }, (_, index) => index + 1); // sending, created, finished, of three batches
  const points = [
    ...saves.flatMap((save) =>
      (["before", "after"] as const).map((when) => ({ where: "save", at: save, when })),
    ),
    ...[1, 2, 3].flatMap((call) =>
      (["before", "after"] as const).map((when) => ({ where: "call", at: call, when })),
    ),
  ];
  const faults = (server: Server, state: DurableState, point: (typeof points)[number]): void => {
    const at = (count: number, when: string): void => {
      if (count === point.at && when === point.when) crash();
    };
    if (point.where === "save") state.crash = at;
    else server.fault = at;
  };

  it.each(points)("send each batch once: $where $at, $when", async (point) => {
    const server = new Server();
    const state = new DurableState();
    faults(server, state, point);
    expect([...(await runUntilDone(server, state))].sort()).toEqual([1, 2, 3]);
    expect(server.accepted.length).toBe(3);
    expect(new Set(server.accepted).size).toBe(3);
    expect(JSON.parse(state.text).batches.map(({ status }: { status: string }) => status)).toEqual([
      "finished",
      "finished",
      "finished",
    ]);
  });

  it.each(points)("need nobody's help where the API takes a key: $where $at, $when", async (point) => {
    const server = new Server();
    const state = new DurableState();
    const descriptor = batchDescriptor({}, { ...looking, idempotencyHeader: "Once" });
    faults(server, state, point);
    const once = () => allOf(functions(descriptor).runBatches(server, rowsOf(12), { state, pollMs: 1 }));
    const error = await thrownBy(once());
    server.fault = () => undefined;
    state.crash = () => undefined;
    expect(error).not.toBeInstanceOf(BatchOutcomeUnknownError);
    if (error) await once();
    expect(server.accepted.length).toBe(3);
    expect(new Set(server.accepted).size).toBe(3);
  });

  it("can't send again by itself what may be there", async () => {
    const server = new Server();
    const state = new DurableState();
    server.fault = (call, when) => {
      if (call === 2 && when === "after") throw new ConnectionError(place, new Error("reset"));
    };
    const first = await thrownBy(allOf(functions().submitBatches(server, rowsOf(12), { state })));
    expect(first).toBeInstanceOf(BatchOutcomeUnknownError);
    expect(first).toMatchObject({
      batch: { number: 2, firstLine: 6, lastLine: 10 },
      cause: { name: "ConnectionError" },
    });
    for (const _ of [1, 2]) {
      const again = await thrownBy(allOf(functions().submitBatches(server, rowsOf(12), { state })));
      expect(again).toMatchObject({ name: "BatchOutcomeUnknownError", batch: { number: 2 } });
    }
    expect(server.calls).toBe(2);
    await resolveBatch(state, 2, { id: "job-2" });
    const batches = await allOf(functions().submitBatches(server, rowsOf(12), { state }));
    expect(batches.map(({ id, job }) => [id, job?.state])).toEqual([
      ["job-1", undefined],
      ["job-2", undefined],
      ["job-3", "NEW"],
    ]);
    expect(server.accepted.length).toBe(3);
    expect(await thrownBy(resolveBatch(state, 2, { id: "x" }))).toBeInstanceOf(InvalidArgumentError);
  });

  it("tell the id of a batch whose creation could not be saved", async () => {
    const server = new Server();
    const state = new DurableState();
    state.crash = (save, when) => {
      if (save === 2 && when === "before") crash();
    };
    const error = await thrownBy(allOf(functions().submitBatches(server, rowsOf(12), { state })));
    expect(error).toBeInstanceOf(BatchNotSavedError);
    expect(error).toMatchObject({ id: "job-1", batch: { number: 1 } });
  });
});

describe("a batch that was certainly not created is sent by the next run", () => {
  const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  it.each([
    ["a refusal", new BadRequestError(refusal(400)), true],
    ["a connection that was never made", new ConnectionError(place, refused), true],
    ["a connection that broke", new ConnectionError(place, new Error("reset")), false],
    ["a failure of the server", new InternalServerError(refusal(500)), false],
    ["a time-out of the server", new HttpError(refusal(408)), false],
    ["an answer that is none", new HttpError(refusal(201)), false],
  ])("%s", async (_, fault, isCertain) => {
    const server = new Server();
    const state = new DurableState();
    server.fault = () => {
      throw fault;
    };
    const error = await thrownBy(allOf(functions().submitBatches(server, rowsOf(4), { state })));
    server.fault = () => undefined;
    const again = await thrownBy(allOf(functions().submitBatches(server, rowsOf(4), { state })));
    expect([error === fault, again]).toEqual(
      isCertain ? [true, null] : [false, expect.any(BatchOutcomeUnknownError)],
    );
  });
});

describe("a state that does not fit", () => {
  const stateAfter = async (count: number) => {
    const state = new DurableState();
    await allOf(functions().submitBatches(new Server(), rowsOf(count), { state }));
    return state;
  };
  const refused = async (state: DurableState, count: number, rows = rowsOf(count)) => {
    const server = new Server();
    const error = await thrownBy(allOf(functions().submitBatches(server, rows, { state })));
    expect(error).toBeInstanceOf(BatchStateError);
    expect(server.calls).toBe(0);
    return (error as Error).message;
  };

  it.each([
    [
      "a row that changed",
      async () => refused(await stateAfter(12), 12, [{ key: "k0", weight: 1 }, ...rowsOf(11)]),
      "Batch 1 (lines 1 to 5)",
    ],
    ["fewer rows", async () => refused(await stateAfter(12), 10), "the input has 2"],
    [
      "another operation",
      async () => {
        const state = await stateAfter(4);
        state.text = state.text.replace("things.import", "things.other");
        return refused(state, 4);
      },
      "one of things.other",
    ],
    [
      "no state",
      async () => {
        const state = new DurableState();
        state.text = '{"version":2}';
        return refused(state, 4);
      },
      "none that this version",
    ],
  ])("%s", async (_, given, want) => {
    expect(await given()).toContain(want);
  });

  it("is closed after use, whatever happened", async () => {
    const close = vi.fn(async () => undefined);
    const state = { ...memoryState(), close };
    await thrownBy(allOf(functions().submitBatches(new Server(), [], { state })));
    await thrownBy(allOf(functions().submitBatches(new Server(), [], { state: { ...state, load: crash } })));
    for await (const _ of functions().runBatches(new Server(), rowsOf(12), { state })) break;
    expect(close).toHaveBeenCalledTimes(3);
  });
});
