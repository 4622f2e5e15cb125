import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { batchDescriptor } from "../../testing/batch-api.js";
import { ConnectionError, NotFoundError } from "../errors.js";
import { BatchInbox, BatchTimeoutError, type WaitOptions, waitForBatch } from "./wait.js";

interface Job {
  readonly id: string;
  readonly state: string;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const descriptor = batchDescriptor();
const place = { method: "GET", path: "/a" };
const lost = new ConnectionError(place, new Error("reset"));
const gone = new NotFoundError({
  ...place,
  status: 404,
  headers: new Headers(),
  body: {},
  messages: [],
  errorCode: null,
  requestId: null,
});

/** What comes of waiting, and when was looked; the last answer stays. */
async function waited(
  answers: readonly (string | Error)[],
  options: WaitOptions<Job> & { advice?: number | null } = {},
) {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const { advice = 60, ...more } = options;
  const start = Date.now();
  const looks: number[] = [];
  const seen: string[] = [];
  const look = async (id: string): Promise<Job> => {
    const answer = answers[Math.min(looks.push(Date.now() - start), answers.length) - 1];
    if (answer instanceof Error) throw answer;
    return { id, state: answer as string };
  };
  const own = batchDescriptor({}, { job: { ...descriptor.job, pollSeconds: advice } });
  const waiting = waitForBatch<Job>(own, "b", { look, ...more }, new AbortController().signal, ({ state }) =>
    seen.push(state),
  ).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return { end: await waiting, looks, seen };
}

describe("looking at a batch", () => {
  it("ends with it, whatever its end", async () => {
    for (const state of ["DONE", "BROKEN"])
      expect(await waited(["NEW", state])).toEqual({
        end: { id: "b", state },
        looks: [0, 1_000],
        seen: ["NEW", state],
      });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is done less and less often, but as often as it should be", async () => {
    const news = [...Array<string>(7).fill("NEW"), "DONE"];
    expect((await waited(news)).looks).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6250, 7812]);
    expect((await waited(news, { pollMs: 100 })).looks.slice(0, 3)).toEqual([0, 100, 200]);
    expect((await waited(news, { advice: 0.2 })).looks.slice(0, 3)).toEqual([0, 200, 400]);
    const long = await waited([...Array<string>(60).fill("NEW"), "DONE"], { advice: null });
    expect((long.looks.at(-1) ?? 0) - (long.looks.at(-2) ?? 0)).toBe(60_000);
  });

  it("is done a tenth sooner or later", async () => {
    const pauses = async (random: number): Promise<number> => {
      const waiting = waited(["NEW", "DONE"]);
      vi.spyOn(Math, "random").mockReturnValue(random);
      return (await waiting).looks[1] ?? 0;
    };
    expect([await pauses(0), await pauses(1)]).toEqual([900, 1_100]);
  });

  it("outlives what passes, and nothing else", async () => {
    expect((await waited([lost, "DONE"])).end).toMatchObject({ state: "DONE" });
    expect((await waited([gone, "DONE"])).end).toBe(gone);
    const own = Object.assign(new Error("own"), { isRetryable: true });
    expect((await waited([own, "DONE"])).end).toBe(own);
  });

  it("ends when time is up, and leaves nothing behind", async () => {
    const { end } = await waited(["NEW"], { timeoutMs: 5_000 });
    expect(end).toBeInstanceOf(BatchTimeoutError);
    expect(end).toMatchObject({ id: "b", timeoutMs: 5_000 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("takes no longer timer than there is, which would end at once", async () => {
    expect(await waited(["NEW", "DONE"], { timeoutMs: 1e12 })).toMatchObject({ end: { state: "DONE" } });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("an inbox", () => {
  const done = { id: "b", state: "DONE" };
  const { signal } = new AbortController();

  it("keeps what is told before it is waited for, once", async () => {
    const inbox = new BatchInbox<Job>(descriptor);
    expect(inbox.deliver(done)).toBe(true);
    expect(await inbox.wait("b", signal)).toBe(done);
    const again = vi.fn();
    void inbox.wait("b", signal).then(again);
    await vi.runAllTimersAsync();
    expect(again).not.toHaveBeenCalled();
    inbox.deliver(done);
    await vi.runAllTimersAsync();
    expect(again).toHaveBeenCalledWith(done);
  });

  it.each([{ id: "b", state: "NEW" }, { id: 5, state: "DONE" }, { state: "DONE" }, null])(
    "ignores %j",
    (job) => {
      expect(new BatchInbox<unknown>(descriptor).deliver(job)).toBe(false);
    },
  );

  it("is left with the signal's reason, and lets go of the signal", async () => {
    const inbox = new BatchInbox<Job>(descriptor);
    const controller = new AbortController();
    const [added, removed] = (["addEventListener", "removeEventListener"] as const).map((name) =>
      vi.spyOn(controller.signal, name),
    );
    const waiting = inbox.wait("b", controller.signal);
    const told = inbox.wait("c", controller.signal);
    inbox.deliver({ id: "c", state: "DONE" });
    await told;
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    expect(removed?.mock.calls.map(([name]) => name)).toEqual(["abort", "abort"]);
    expect(added?.mock.calls.map(([name]) => name)).toEqual(["abort", "abort"]);
    await expect(inbox.wait("d", controller.signal)).rejects.toBe("enough");
    inbox.deliver(done); // nobody waits for it any more: it is kept
    expect(await inbox.wait("b", controller.signal)).toBe(done);
  });

  it("is as good as looking, and whichever comes first counts", async () => {
    const inbox = new BatchInbox<Job>(descriptor);
    setTimeout(() => inbox.deliver(done), 1_500);
    expect(await waited(["NEW"], { inbox })).toMatchObject({ end: done, looks: [0, 1_000] });
    setTimeout(() => inbox.deliver(done), 1_500);
    expect((await waited([], { inbox, look: undefined })).end).toBe(done);
    expect(vi.getTimerCount()).toBe(0);
  });
});
