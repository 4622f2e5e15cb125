import { describe, expect, it } from "vitest";
import { secret, verify } from "../../testing/example-webhooks.js";
import { InvalidArgumentError } from "../errors.js";
import { type Delivery, type HandlerOptions, receiving } from "./receive.js";
import { WebhookVerificationError } from "./webhook-errors.js";

const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  method: "POST",
  headers: {},
  read: async () => "body",
  ...more,
});
const answer = (status: number, reason: string, more: object = {}) => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ reason }),
  ...more,
});

describe("options", () => {
  const start = (options: HandlerOptions) => () => receiving(verify, secret, () => undefined, options);
  const whole = (name: string, most: number) => `\`${name}\` must be a whole number from 1 to ${most}.`;
  const [bytes, ms] = [Number.MAX_SAFE_INTEGER, 2 ** 31 - 1];

  it.each([{}, { maxBytes: 1, timeoutMs: 1 }, { maxBytes: bytes, timeoutMs: ms }, { toleranceSeconds: 0.1 }])(
    "%j are right",
    (options) => {
      expect(start(options)).not.toThrow();
    },
  );

  it.each([
    [{ maxBytes: 0 }, "maxBytes", whole("maxBytes", bytes)],
    [{ maxBytes: 1.5 }, "maxBytes", whole("maxBytes", bytes)],
    [{ maxBytes: bytes + 1 }, "maxBytes", whole("maxBytes", bytes)],
    [{ timeoutMs: 0 }, "timeoutMs", whole("timeoutMs", ms)],
    [{ timeoutMs: ms + 1 }, "timeoutMs", whole("timeoutMs", ms)],
    [
      { toleranceSeconds: 0 },
      "toleranceSeconds",
      "`toleranceSeconds` must be a positive number; `Infinity` switches the check off.",
    ],
  ])("%j are wrong, and it is said at once", (options, argument, message) => {
    expect(start(options)).toThrow(InvalidArgumentError);
    try {
      start(options)();
    } catch (error) {
      expect(error).toMatchObject({ argument, message });
    }
  });

  it("a secret that is missing is", () => {
    expect(() => receiving(verify, [secret, " "], () => undefined, {})).toThrow(
      "The webhook's secret is missing or empty. Is its environment variable set?",
    );
  });
});

describe("a delivery", () => {
  const event = { type: "t" };
  const receive = (more: Partial<Delivery>, verifying = async () => event, options: HandlerOptions = {}) =>
    receiving(verifying as never, secret, () => undefined, options)(delivery(more));

  it("that is good gets an empty answer", async () => {
    expect(await receive({})).toEqual({ status: 200, headers: {}, body: "", error: null });
  });

  it.each(["GET", undefined])("by %s is none", async (method) => {
    const headers = { allow: "POST", "content-type": "application/json" };
    expect(await receive({ method })).toEqual(answer(405, "method-not-allowed", { headers, error: null }));
  });

  it.each([
    ["aaaa", 4, 200],
    ["aaaaa", 4, 413],
    ["éé", 4, 200],
    ["ééa", 4, 413],
    [new Uint8Array(4), 4, 200],
    [new Uint8Array(5), 4, 413],
    [new ArrayBuffer(5), 4, 413],
  ])("%o of at most %d bytes gets a %d", async (body, maxBytes, status) => {
    expect(await receive({ read: async () => body }, undefined, { maxBytes })).toMatchObject({ status });
  });

  it.each([
    ["malformed-payload", 400],
    ["signature-mismatch", 401],
  ] as const)("refused for %s gets a %d", async (reason, status) => {
    const error = new WebhookVerificationError(reason);
    expect(await receive({}, () => Promise.reject(error))).toEqual(answer(status, reason, { error }));
  });

  it("that fails for another reason is to be sent again", async () => {
    const error = new Error("a mistake");
    expect(await receive({}, () => Promise.reject(error))).toEqual(answer(500, "not-processed", { error }));
  });
});
