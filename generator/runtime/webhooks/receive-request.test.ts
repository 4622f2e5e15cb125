import { describe, expect, test } from "vitest";
import { body, headerOf, type ParcelEvent, secret, verify } from "../../testing/example-webhooks.js";
import type { HandlerOptions } from "./receive.js";
import { requestHandling } from "./receive-request.js";

const handleRequest = requestHandling<ParcelEvent>(verify);
const address = "https://app.example.com/hooks";

function delivery(given: RequestInit & { duplex?: "half" } = {}): Request {
  return new Request(address, {
    method: "POST",
    body,
    headers: { "parcel-signature": headerOf() },
    ...given,
  });
}

/** Gives a request to a handler; returns the answer, and what the application saw. */
async function deliver(
  request: Request,
  options: HandlerOptions = {},
  onEvent = (_: ParcelEvent): unknown => 0,
) {
  const events: ParcelEvent[] = [];
  const errors: unknown[] = [];
  const handler = handleRequest(
    secret,
    (event) => {
      events.push(event);
      return onEvent(event);
    },
    {
      onError: (error) => errors.push(error),
      ...options,
    },
  );
  const response = await handler(request);
  const { status, headers } = response;
  return { status, headers, text: await response.text(), events, errors };
}

/** A body in pieces; what is not closed stays open. */
function stream(
  pieces: readonly (string | Error)[],
  close = true,
): ReadableStream<Uint8Array> & { cancelled: boolean } {
  const source = {
    cancelled: false,
    start(controller: ReadableStreamDefaultController<Uint8Array>) {
      for (const piece of pieces) {
        if (typeof piece !== "string") return controller.error(piece);
        controller.enqueue(new TextEncoder().encode(piece));
      }
      if (close) controller.close();
    },
    cancel() {
      made.cancelled = true;
    },
  };
  const made = Object.assign(new ReadableStream<Uint8Array>(source), { cancelled: false });
  return made;
}

describe("accepted", () => {
  test.each<[string, () => Request]>([
    ["whole", () => delivery()],
    [
      "in pieces",
      () => delivery({ body: stream([body.slice(0, 5), body.slice(5, 6), body.slice(6)]), duplex: "half" }),
    ],
    ["as bytes", () => delivery({ body: new TextEncoder().encode(body) })],
  ])("%s", async (_, request) => {
    const { status, text, events, errors } = await deliver(request());
    expect({ status, text, errors }).toEqual({ status: 200, text: "", errors: [] });
    expect(events).toMatchObject([{ type: "parcelSent", payload: { id: "p-1", weight: 2 } }]);
  });

  test("one that the contract does not know", async () => {
    const given = delivery({ body: '{"new":1}', headers: { "parcel-signature": headerOf('{"new":1}') } });
    expect(await deliver(given)).toMatchObject({
      status: 200,
      events: [{ type: "unknown", payload: { new: 1 } }],
    });
  });

  test("the answer waits for the application", async () => {
    let done = false;
    const { status } = await deliver(delivery(), {}, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      done = true;
    });
    expect({ status, done }).toEqual({ status: 200, done: true });
  });

  test("a secret in change, and a tolerance of one's own", async () => {
    const events: ParcelEvent[] = [];
    const old = Math.floor(Date.now() / 1000) - 1000;
    const handler = handleRequest(["whsec_new", secret], (event) => events.push(event), {
      toleranceSeconds: 2000,
    });
    const response = await handler(delivery({ headers: { "parcel-signature": headerOf(body, old) } }));
    expect([response.status, events.length]).toEqual([200, 1]);
  });
});

describe("refused, and the application hears of it", () => {
  const signed = (text: string) => ({ body: text, headers: { "parcel-signature": headerOf(text) } });
  test.each<[string, () => Request, HandlerOptions, number, string]>([
    ["no signature", () => delivery({ headers: {} }), {}, 401, "missing-signature"],
    [
      "a malformed one",
      () => delivery({ headers: { "parcel-signature": "t" } }),
      {},
      401,
      "malformed-signature",
    ],
    ["another body's", () => delivery({ body: "{}" }), {}, 401, "signature-mismatch"],
    ["no body", () => delivery({ body: null }), {}, 401, "signature-mismatch"],
    [
      "an old one",
      () => delivery({ headers: { "parcel-signature": headerOf(body, 1) } }),
      {},
      401,
      "timestamp-out-of-tolerance",
    ],
    ["no JSON", () => delivery(signed("<html>")), {}, 400, "malformed-payload"],
    ["too large", () => delivery(), { maxBytes: body.length - 1 }, 413, "body-too-large"],
    [
      "too large, in pieces",
      () => delivery({ body: stream([body, body]), duplex: "half" }),
      { maxBytes: body.length },
      413,
      "body-too-large",
    ],
    [
      "too large by its own word",
      () => delivery({ headers: { "content-length": "9999999", "parcel-signature": headerOf() } }),
      {},
      413,
      "body-too-large",
    ],
    [
      "too slow",
      () => delivery({ body: stream([body], false), duplex: "half" }),
      { timeoutMs: 30 },
      408,
      "body-too-slow",
    ],
    [
      "cut off",
      () => delivery({ body: stream([body.slice(0, 4), new Error("reset")]), duplex: "half" }),
      {},
      400,
      "body-cut-off",
    ],
  ])("%s", async (_, request, options, status, reason) => {
    const { events, errors, text, headers, ...rest } = await deliver(request(), options);
    expect(rest.status).toBe(status);
    expect(JSON.parse(text)).toEqual({ reason });
    expect(headers.get("content-type")).toBe("application/json");
    expect(errors).toMatchObject([{ reason }]);
    expect(events).toEqual([]);
  });

  test("exactly as many bytes as allowed are not too many", async () => {
    expect((await deliver(delivery(), { maxBytes: body.length })).status).toBe(200);
  });

  test("a mebibyte, by default", async () => {
    const large = (length: number) => delivery(signed(`"${"x".repeat(length - 2)}"`));
    expect((await deliver(large(1_048_576))).status).toBe(200);
    expect((await deliver(large(1_048_577))).status).toBe(413);
  });

  test("the rest of a body that nobody wants is cancelled", async () => {
    for (const options of [{ maxBytes: 3 }, { timeoutMs: 20 }]) {
      const open = stream([body], false);
      await deliver(delivery({ body: open, duplex: "half" }), options);
      expect(open.cancelled).toBe(true);
    }
  });

  test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])("%s", async (method) => {
    const { status, headers, events } = await deliver(new Request(address, { method }));
    expect([status, headers.get("allow"), events]).toEqual([405, "POST", []]);
  });

  test("a body that was read before", async () => {
    const request = delivery();
    await request.json();
    const { status, text, errors } = await deliver(request);
    expect([status, JSON.parse(text)]).toEqual([500, { reason: "body-already-read" }]);
    expect(String(errors[0])).toContain("parsed");
  });
});

test("what onEvent throws is a 500, and none of it is in the answer", async () => {
  const thrown = new Error("database password is hunter2");
  for (const onEvent of [
    () => {
      throw thrown;
    },
    () => Promise.reject(thrown),
  ]) {
    const { status, text, errors } = await deliver(delivery(), {}, onEvent);
    expect([status, JSON.parse(text), errors]).toEqual([500, { reason: "not-processed" }, [thrown]]);
  }
});

test.each<[string, unknown, HandlerOptions]>([
  ["secret", "", {}],
  ["secret", undefined, {}],
  ["toleranceSeconds", secret, { toleranceSeconds: 0 }],
  ["maxBytes", secret, { maxBytes: 0 }],
  ["maxBytes", secret, { maxBytes: Number.NaN }],
  ["timeoutMs", secret, { timeoutMs: Number.POSITIVE_INFINITY }],
])("a %s that can't be right is refused at once: %s %j", (argument, by, options) => {
  expect(() => handleRequest(by as string, () => undefined, options)).toThrow(
    expect.objectContaining({ name: "InvalidArgumentError", argument }),
  );
});
