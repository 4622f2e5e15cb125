import { Agent, request } from "node:http";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quick, testSandbox } from "./testing/sync-requests.js";

/** A client of its own, with four connections. */
class RacingClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #url: URL;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = new URL("/v2/generate", url);
    this.#key = key;
  }

  create(): Promise<number> {
    const body = JSON.stringify(quick);
    return new Promise((done, fail) => {
      const sent = request(
        this.#url,
        {
          agent: this.#agent,
          method: "POST",
          headers: {
            "x-api-key": this.#key,
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
          },
        },
        (response) => response.resume().once("end", () => done(response.statusCode ?? 0)),
      );
      sent.once("error", fail).end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** What two clients do: each so many creates at once, and then time passes. */
const steps = fc.array(
  fc.record({
    first: fc.integer({ min: 0, max: 25 }),
    second: fc.integer({ min: 0, max: 25 }),
    passMs: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(59_999, 60_000, 29_999, 30_000, 1)),
  }),
  { minLength: 3, maxLength: 12 },
);

async function race(key: string, plan: readonly { first: number; second: number; passMs: number }[]) {
  await using given = await testSandbox();
  const clients = [new RacingClient(given.sandbox.url, key), new RacingClient(given.sandbox.url, key)];
  const accepted: number[] = [];
  const rounds: { readonly atMs: number; readonly sent: number; readonly accepted: number }[] = [];
  try {
    for (const { first, second, passMs } of plan) {
      const atMs = given.sandbox.clock.now();
      const counts = [first, second];
      const statuses = await Promise.all(
        clients.flatMap((client, index) => Array.from({ length: counts[index] ?? 0 }, () => client.create())),
      );
      expect(statuses.filter((status) => status !== 201 && status !== 429)).toEqual([]);
      const created = statuses.filter((status) => status === 201).length;
      accepted.push(...Array<number>(created).fill(atMs));
      rounds.push({ atMs, sent: statuses.length, accepted: created });
      await given.sandbox.clock.advance(passMs);
    }
  } finally {
    for (const client of clients) client.close();
  }
  return { accepted, rounds };
}

describe("two clients race on eight connections", () => {
  test("never is a 61st create accepted in any minute, and never is one refused that has room", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const counted: number[] = [];
        for (const { atMs, sent, accepted } of (await race("sk-enterprise", plan)).rounds) {
          const inWindow = counted.filter((time) => time > atMs - 60_000).length;
          expect(accepted).toBe(Math.min(sent, 60 - inWindow));
          counted.push(...Array<number>(accepted).fill(atMs));
        }
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  test("never is a 4th job under way on Creator, and never is one refused that has room", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const { rounds } = await race("sk-creator", plan);
        const created: number[] = [];
        // Whoever is refused for the concurrency has been counted for the rate all the same.
        const counted: number[] = [];
        for (const { atMs, sent, accepted } of rounds) {
          const active = created.filter((time) => time + 30_000 > atMs).length;
          const room = 60 - counted.filter((time) => time > atMs - 60_000).length;
          const letIn = Math.min(sent, room);
          expect(active + accepted).toBeLessThanOrEqual(3);
          expect(accepted).toBe(Math.min(letIn, 3 - active));
          counted.push(...Array<number>(letIn).fill(atMs));
          created.push(...Array<number>(accepted).fill(atMs));
        }
      }),
      { numRuns: 12, seed: 2 },
    );
  });
});
