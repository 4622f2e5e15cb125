import { afterEach, expect, it, vi } from "vitest";
import { create, get, key, virtual } from "../testing/example-api.js";
import { telling } from "./hooks.js";

afterEach(() => vi.restoreAllMocks());

const failing = (): Response => Response.json({ message: "m" }, { status: 503 });
const ok = (): Response => Response.json({ id: "1" });

it("hooks are told of every attempt, answer and retry, and of no key", async () => {
  const told: [string, object][] = [];
  const tell = (name: string) => (event: object) => told.push([name, event]);
  const { send, run } = virtual([failing, ok], {
    onRequest: tell("request"),
    onResponse: tell("response"),
    onRetry: tell("retry"),
    random: () => 0.5,
  });
  const { idempotencyKey } = await run(send<{ idempotencyKey: string }>(create, {}, {}, {}));
  const attempt = (n: number, more: object = {}): object => ({
    operation: "things.create",
    method: "POST",
    path: "/things",
    idempotencyKey,
    attempt: n,
    ...more,
  });
  expect(told).toEqual([
    ["request", attempt(1)],
    ["response", attempt(1, { status: 503, durationMs: 0 })],
    ["retry", attempt(1, { status: 503, waitMs: 250 })],
    ["request", attempt(2)],
    ["response", attempt(2, { status: 200, durationMs: 0 })],
  ]);
  expect(JSON.stringify(told)).not.toContain(key);
});

it("a hook that throws does not cost the answer", async () => {
  const { send, run } = virtual([ok], {
    onResponse: () => {
      throw new Error("a mistake of the hook's");
    },
  });
  await expect(run(send(create, {}, {}, {}))).resolves.toMatchObject({ id: "1" });
});

it("nor does one that rejects, and nobody else has to catch it", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { send, run } = virtual([ok], { onRequest: async () => Promise.reject(new Error("a mistake")) });
  await expect(run(send(create, {}, {}, {}))).resolves.toMatchObject({ id: "1" });
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

it("debug writes a line for each, with the key struck out", async () => {
  const lines: string[] = [];
  const { send, run } = virtual([failing, ok], { debug: (line) => lines.push(line) });
  await run(send(get, { id: key }, undefined, {}));
  expect(lines.map((line) => line.split(" ")[0])).toEqual([
    "onRequest",
    "onResponse",
    "onRetry",
    "onRequest",
    "onResponse",
  ]);
  expect(lines.join("\n")).not.toContain(key);
  expect(lines[0]).toContain("/things/[redacted]");

  const written = vi.spyOn(console, "debug").mockImplementation(() => undefined);
  const loud = virtual([ok], { debug: true });
  await loud.run(loud.send(get, { id: "1" }, undefined, {}));
  expect(written).toHaveBeenCalledTimes(2);
});

it("nothing is told where nobody listens", () => {
  expect(telling({})).toBeNull();
  expect(telling({ debug: false })).toBeNull();
  for (const name of ["onRequest", "onResponse", "onRetry", "onWait", "debug"])
    expect(telling({ [name]: () => undefined })).not.toBeNull();
});
