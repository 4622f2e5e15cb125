import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { api, create, get, virtual } from "../testing/example-api.js";
import { underStryker } from "../testing/under-stryker.js";
import { ApiError } from "./errors.js";

/** What may become of an attempt: when it arrives, what the server does, and what comes back. */
interface Fate {
  readonly travelMs: number;
  readonly workMs: number;
  readonly does: "accept" | "too many requests" | "too many jobs" | "fail" | "refuse";
  readonly returns: "answer" | "reset" | "half" | "html" | "empty" | "nothing" | "elsewhere";
  readonly retryAfter: number | null;
}

const fate: fc.Arbitrary<Fate> = fc.record({
  travelMs: fc.integer({ min: 0, max: 900 }),
  workMs: fc.integer({ min: 0, max: 900 }),
  does: fc.constantFrom("accept", "accept", "accept", "too many requests", "too many jobs", "fail", "refuse"),
  returns: fc.constantFrom(
    "answer",
    "answer",
    "answer",
    "reset",
    "half",
    "html",
    "empty",
    "nothing",
    "elsewhere",
  ),
  retryAfter: fc.option(fc.integer({ min: 0, max: 30 })),
});

const limit = { limit: 4, periodMs: 1_000 };
const faulty = { ...api, rateLimits: { few: limit } };
const timeoutMs = 2_500;

/** A server with those fates, one an attempt; it makes one thing per idempotency key, and one for each request without. */
function world(fates: readonly Fate[], keyed: boolean) {
  const arrivals: number[] = [];
  const accepted = new Map<string, string>();
  let without = 0;
  let next = 0;
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void made.clock.after(ms, () => resolve()));
  const answerTo = (does: Fate["does"], key: string | null, headers: Record<string, string>): Response => {
    const no = (status: number, code: string): Response =>
      Response.json({ message: "m", code }, { status, headers });
    if (does === "too many requests") return no(429, "slow_down");
    if (does === "too many jobs") return no(429, "too_many_jobs");
    if (does === "fail") return no(503, "down");
    if (does === "refuse") return no(422, "wrong");
    const id = accepted.get(key ?? "") ?? String(accepted.size + 1);
    accepted.set(key ?? `without ${++without}`, id);
    return Response.json({ id }, { status: 201 });
  };
  const fetch = async (request: Request): Promise<Response> => {
    const { travelMs, workMs, does, returns, retryAfter } = fates[next++ % fates.length] as Fate;
    await wait(travelMs);
    arrivals.push(made.clock.now());
    const answer = answerTo(
      does,
      request.headers.get("idempotency-key"),
      retryAfter === null ? {} : { "retry-after": String(retryAfter) },
    );
    await wait(workMs);
    switch (returns) {
      case "answer":
        return answer;
      case "reset":
        throw new TypeError("fetch failed", { cause: Object.assign(new Error("r"), { code: "ECONNRESET" }) });
      case "half": {
        const pull = (controller: ReadableStreamDefaultController): void =>
          controller.error(new TypeError("terminated"));
        return new Response(new ReadableStream({ pull }), { status: answer.status, headers: answer.headers });
      }
      case "html":
        return new Response("<p>", { status: answer.status, headers: { "content-type": "text/html" } });
      case "empty":
        return new Response(null, { status: answer.status });
      case "nothing":
        return new Promise(() => undefined);
      case "elsewhere":
        return new Response(null, { status: 307, headers: { location: "https://elsewhere.example/" } });
    }
  };
  const operation = { ...create, rateLimits: ["few"], ...(!keyed && { idempotencyHeader: null }) };
  const made = virtual([(request) => fetch(request)], { api: faulty, operation, timeoutMs, maxRetries: 4 });
  return { ...made, operation, arrivals, accepted };
}

function mostInAnyWindow(times: readonly number[], periodMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(
    0,
    ...sorted.map((from) => sorted.filter((at) => at >= from && at < from + periodMs).length),
  );
}

describe("whatever goes wrong", () => {
  it.each([true, false])("with an idempotency key: %s", async (keyed) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 8 }),
        async (fates, calls) => {
          const { send, operation, run, sent, arrivals, accepted, clock } = world(fates, keyed);
          const ends = await run(
            Promise.all(
              Array.from({ length: calls }, () =>
                send<{ id: string; idempotencyKey?: string }>(operation, {}, {}, {}).catch(
                  (error: unknown) => error,
                ),
              ),
            ),
          );
          // A result, or one typed error.
          for (const end of ends) {
            if (end instanceof Error) expect(end).toBeInstanceOf(ApiError);
            else expect(end).toHaveProperty("id");
          }
          // At most one thing a call, and the result is that thing.
          expect(accepted.size).toBeLessThanOrEqual(calls);
          const ids = ends.filter((end) => !(end instanceof Error)).map((end) => (end as { id: string }).id);
          expect(new Set(ids).size).toBe(ids.length);
          if (keyed) {
            const keys = new Set(sent.map(({ headers }) => headers.get("idempotency-key")));
            expect(keys.size).toBe(calls);
            for (const end of ends as { id?: string; idempotencyKey: string }[]) {
              expect(keys).toContain(end.idempotencyKey);
              if (end.id !== undefined) expect(accepted.get(end.idempotencyKey)).toBe(end.id);
            }
          }
          // Never more than the limit, whenever the server counts.
          expect(mostInAnyWindow(arrivals, limit.periodMs)).toBeLessThanOrEqual(limit.limit);
          expect(clock.timers()).toBeLessThanOrEqual(2 * sent.length); // the world's own
        },
      ),
      { numRuns: underStryker ? 20 : 150 },
    );
  });

  it("a caller who gives up at any moment gets the reason, and nothing stays behind", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 6_000 }),
        async (fates, atMs) => {
          const { send, run, clock } = world(fates, true);
          const controller = new AbortController();
          clock.after(atMs, () => controller.abort("enough"));
          const { signal } = controller;
          const end = await run(send<object>(create, {}, {}, { signal }).catch((error: unknown) => error));
          if (signal.aborted)
            expect(end === "enough" || end instanceof Error || "id" in (end as object)).toBe(true);
          expect(
            await run(send(get, { id: "1" }, undefined, { maxRetries: 0 }).catch((e: unknown) => e)),
          ).toBeTruthy();
        },
      ),
      { numRuns: underStryker ? 20 : 100 },
    );
  });
});
