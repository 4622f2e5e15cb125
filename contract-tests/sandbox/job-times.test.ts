import { describe, expect, test } from "vitest";
import { SandboxClock } from "./clock.js";
import { type Job, Jobs, type NewJob, type Outcome } from "./jobs.js";
import { type Key, Keys } from "./keys.js";
import type { JobKind } from "./read-job-kind.js";
import type { SandboxContract } from "./sandbox-contract.js";

const startMs = 1_000_000;
const done: Outcome = { status: "DONE", error: null, errorCode: null };
const kindOf = (...pending: readonly string[]): JobKind =>
  ({
    pointer: `/${pending.join("-")}`,
    pending,
    succeeded: ["DONE"],
    failed: ["FAILED"],
  }) as unknown as JobKind;
const keys = new Keys({ plans: [] } as unknown as SandboxContract, { keys: [{ key: "a" }, { key: "b" }] });
const owner = keys.get("a") as Key;

/** Jobs by a clock that stands still, and what was heard of them, each with the milliseconds since the start. */
function given({
  heard = "all",
  maxEnded = 100,
}: {
  heard?: "all" | "end" | "none";
  maxEnded?: number;
} = {}) {
  const clock = new SandboxClock({ frozen: true, startMs });
  const told: string[] = [];
  let hears = heard;
  let ids = 0;
  const jobs = new Jobs({
    clock,
    maxEnded,
    newId: () => `id-${++ids}`,
    heard: () => hears,
    listener: (job, status) => void told.push(`${job.id} ${status} ${clock.now() - startMs}`),
  });
  const create = (more: Partial<NewJob> = {}): Job =>
    jobs.create({
      kind: kindOf("NEW", "WAITING", "AT_WORK"),
      owner,
      operationId: "jobs.create",
      request: {},
      outcome: done,
      seconds: 1,
      lines: null,
      counts: true,
      webhook: null,
      quiet: false,
      pendingMs: 100,
      workingMs: 50,
      ...more,
    });
  return {
    clock,
    told,
    jobs,
    create,
    listen: (to: typeof hears) => {
      hears = to;
      jobs.rearm();
    },
  };
}

describe("a job is", () => {
  test.each([
    { pending: ["NEW", "WAITING", "AT_WORK"], want: ["NEW 0", "WAITING 50", "AT_WORK 100", "DONE 150"] },
    { pending: ["A", "B", "C", "D", "E"], want: ["A 0", "B 25", "C 50", "D 75", "E 100", "DONE 150"] },
    { pending: ["NEW", "AT_WORK"], want: ["NEW 0", "AT_WORK 100", "DONE 150"] },
    { pending: ["AT_WORK"], want: ["AT_WORK 0", "DONE 150"] },
    { pending: [], want: ["DONE 0"] },
  ])("$want, each from its millisecond on, and never otherwise", async ({ pending, want }) => {
    const { clock, jobs, create, told } = given();
    const job = create({ kind: kindOf(...pending) });
    const seen: string[] = [];
    for (let ms = 0; ms <= 200; ms++) {
      const status = jobs.statusOf(job);
      if (seen.at(-1)?.split(" ")[0] !== status) seen.push(`${status} ${ms}`);
      expect(jobs.hasEnded(job)).toBe(ms >= 150);
      await clock.advance(1);
    }
    expect(seen).toEqual(want);
    if (pending.length > 0) {
      const steps = jobs.stepsOf(job).map(({ status, atMs }) => `${status} ${atMs - startMs}`);
      expect(steps).toEqual(want);
      expect(told).toEqual(want.map((one) => `id-1 ${one}`));
    }
  });
});

describe("who is told", () => {
  test.each([
    { heard: "all", quiet: false, want: ["NEW 0", "WAITING 50", "AT_WORK 100", "DONE 150"] },
    { heard: "all", quiet: true, want: ["DONE 150"] },
    { heard: "end", quiet: false, want: ["DONE 150"] },
    { heard: "none", quiet: false, want: [] },
  ] as const)("of $heard, quiet $quiet: $want", async ({ heard, quiet, want }) => {
    const { clock, create, told } = given({ heard });
    create({ quiet });
    await clock.advance(1000);
    expect(told).toEqual(want.map((one) => `id-1 ${one}`));
    expect(clock.size).toBe(0);
  });

  test("who begins to listen hears what is still to come, once, and who stops nothing more", async () => {
    const { clock, create, listen, told } = given({ heard: "none" });
    create();
    await clock.advance(50);
    listen("all");
    listen("all");
    await clock.advance(50);
    expect(told).toEqual(["id-1 AT_WORK 100"]);
    listen("none");
    await clock.advance(1000);
    expect(told).toEqual(["id-1 AT_WORK 100"]);
    create();
    await clock.advance(150);
    listen("all");
    await clock.advance(1000);
    expect(told, "of what has ended nobody hears").toEqual(["id-1 AT_WORK 100"]);
  });

  test("nothing that was told leaves a timer behind", async () => {
    const { clock, create, jobs, told } = given();
    create();
    jobs.clear();
    await clock.advance(1000);
    expect(told).toEqual(["id-1 NEW 0"]);
    expect([jobs.size, jobs.activeOf(owner, kindOf("NEW", "WAITING", "AT_WORK")).length]).toEqual([0, 0]);
  });
});

describe("a job that is moved", () => {
  test("enters what comes next, and all the rest sooner by as much", async () => {
    const { clock, create, jobs, told } = given();
    const job = create();
    await clock.advance(10);
    await jobs.move(job, null);
    expect(jobs.statusOf(job)).toBe("WAITING");
    await clock.advance(1000);
    expect(told).toEqual(["id-1 NEW 0", "id-1 WAITING 10", "id-1 AT_WORK 60", "id-1 DONE 110"]);
    await jobs.move(job, null);
    expect(jobs.statusOf(job)).toBe("DONE");
  });

  test("in the very millisecond of a step enters the one after it", async () => {
    const { clock, create, jobs } = given();
    const [job, other] = [create(), create()];
    const steps = (one: Job) => jobs.stepsOf(one).map(({ status, atMs }) => `${status} ${atMs - startMs}`);
    await clock.advance(50);
    await jobs.move(job, null);
    expect(steps(job)).toEqual(["NEW 0", "WAITING 50", "AT_WORK 50", "DONE 100"]);
    expect(jobs.statusOf(job)).toBe("AT_WORK");
    await jobs.move(other, { ...done, status: "FAILED" });
    expect(steps(other)).toEqual(["NEW 0", "WAITING 50", "FAILED 50"]);
  });

  test("ends at once with the outcome that is given, and no longer counts", async () => {
    const { clock, create, jobs, told } = given({ heard: "end" });
    const job = create();
    await clock.advance(60);
    await jobs.move(job, { ...done, status: "FAILED" });
    expect([jobs.statusOf(job), jobs.hasEnded(job), job.endsMs - startMs]).toEqual(["FAILED", true, 60]);
    expect(jobs.activeOf(owner, job.kind)).toEqual([]);
    await clock.advance(1000);
    expect(told).toEqual(["id-1 FAILED 60"]);
    await jobs.move(job, done);
    expect(told).toEqual(["id-1 FAILED 60", "id-1 DONE 1060"]);
  });

  test("is not told of where nobody listens", async () => {
    const { create, jobs, told } = given({ heard: "none" });
    await jobs.move(create(), done);
    expect(told).toEqual([]);
  });

  test("no longer ends when it would have", async () => {
    const { clock, create, jobs } = given({ maxEnded: 1 });
    const first = create({ workingMs: 500 });
    const second = create();
    await jobs.move(first, done);
    await clock.advance(150);
    expect(jobs.all()).toEqual([second]);
  });
});

describe("jobs that are kept", () => {
  test.each([
    { maxEnded: 2, want: ["id-4", "id-5"] },
    { maxEnded: 1, want: ["id-5"] },
    { maxEnded: 0, want: [] },
  ])("are the last $maxEnded that have ended", async ({ maxEnded, want }) => {
    const { clock, create, jobs } = given({ maxEnded });
    create({ workingMs: 5000, id: "forgotten" });
    create({ workingMs: 1, id: "gone" });
    await clock.advance(200);
    jobs.clear();
    for (let count = 0; count < 5; count++) {
      create();
      await clock.advance(1);
    }
    expect(jobs.size).toBe(5);
    await clock.advance(10_000);
    expect(jobs.size).toBe(maxEnded);
    expect(jobs.all().map(({ id }) => id)).toEqual(want);
    create();
    expect(jobs.all().map(({ id }) => id)).toEqual([...want, "id-6"]);
  });

  test("are not mistaken for those of the same id that were there before all was forgotten", async () => {
    const { clock, create, jobs } = given({ maxEnded: 1 });
    create({ id: "same" });
    await clock.advance(150);
    expect(jobs.size).toBe(1);
    jobs.clear();
    const job = create({ id: "same", workingMs: 5000 });
    create();
    await clock.advance(150);
    expect([jobs.size, jobs.get("same", null)]).toEqual([2, job]);
  });

  test("are no more than that though nobody looks at them", async () => {
    const { clock, create, jobs } = given({ maxEnded: 0 });
    const first = create();
    await clock.advance(150);
    create();
    expect(jobs.get(first.id, null)).toBeUndefined();
    const moved = create();
    await jobs.move(moved, done);
    expect(jobs.get(moved.id, null)).toBeUndefined();
  });

  test("are those of an organization and a kind, the newest first", async () => {
    const { create, jobs } = given();
    const other = keys.get("b") as Key;
    const [one, , , two] = [
      create(),
      create({ owner: other }),
      create({ kind: kindOf("X") }),
      create(),
    ] as const;
    expect(jobs.list(owner, one.kind)).toEqual([two, one]);
    expect(jobs.list(null, one.kind)).toHaveLength(3);
    expect([jobs.get("id-1", owner), jobs.get("id-1", null), jobs.get("id-2", owner)]).toEqual([
      one,
      one,
      undefined,
    ]);
  });

  test("count against the plan until the millisecond they end, if they count at all", async () => {
    const { clock, create, jobs } = given();
    const [one] = [
      create(),
      create({ counts: false }),
      create({ kind: kindOf("X") }),
      create({ owner: keys.get("b") as Key }),
    ];
    const active = () => jobs.activeOf(owner, one.kind);
    await clock.advance(149);
    expect(active()).toEqual([one]);
    await clock.advance(1);
    expect(active()).toEqual([]);
  });

  test("have a token each, which stays", () => {
    const { create, jobs } = given();
    const [one, two] = [create(), create()];
    const tokens = [jobs.tokenOf(one), jobs.tokenOf(two), jobs.tokenOf(one)];
    expect(tokens).toEqual(["id-3", "id-4", "id-3"]);
  });
});
