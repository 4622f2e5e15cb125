import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  body,
  headerOf,
  type ParcelEvent,
  scheme,
  secret,
  signatureOf,
  signedWebhooks,
  verify,
} from "../../testing/example-webhooks.js";
import { InvalidArgumentError } from "../errors.js";
import type { SignatureScheme } from "./webhook-descriptors.js";
import { WebhookVerificationError } from "./webhook-errors.js";
import {
  type RawBody,
  type Secrets,
  signing,
  type VerifyOptions,
  verifying,
  type WebhookHeaders,
} from "./webhooks.js";

const seconds = 1_772_357_400;
const now = (): number => seconds * 1000;
const v1 = signatureOf(`${seconds}.${body}`);
const good = `t=${seconds},v1=${v1}`;
const sent = { type: "parcelSent", payload: { id: "p-1", weight: 2 }, sentAt: new Date(seconds * 1000) };

/** The event, or the reason of the refusal. */
async function outcome(
  headers: WebhookHeaders,
  {
    rawBody = body,
    by = secret,
    options = {},
  }: { rawBody?: RawBody; by?: Secrets; options?: VerifyOptions } = {},
): Promise<unknown> {
  return verify(rawBody, headers, by, { now, ...options }).catch((error: unknown) => {
    if (error instanceof WebhookVerificationError) return error.reason;
    throw error;
  });
}

describe("headers, as they come", () => {
  const twice = new Headers([
    ["parcel-signature", good],
    ["parcel-signature", good],
  ]);
  test.each<[string, WebhookHeaders]>([
    ["Headers", new Headers({ "Parcel-Signature": good })],
    ["an object", { "Parcel-Signature": good }],
    ["an object of Node's", { "parcel-signature": good }],
    ["shouting", { "PARCEL-SIGNATURE": good }],
    ["a list", { "parcel-signature": [good] }],
    ["twice, in a list", { "parcel-signature": [good, good] }],
    ["twice, in Headers", twice],
    ["twice, in two cases", { "Parcel-Signature": good, "parcel-signature": good }],
    ["beside an empty one", { "Parcel-Signature": "", "parcel-signature": good }],
    ["a header named get", { get: "x", "parcel-signature": good }],
    ["not one of our realm", { get: (name: string) => (name === scheme.header ? good : null) } as Headers],
  ])("%s", async (_, headers) => {
    expect(await outcome(headers)).toEqual(sent);
  });

  test.each<[string, WebhookHeaders]>([
    ["none", {}],
    ["no Headers", new Headers()],
    ["undefined", { "parcel-signature": undefined }],
    ["empty", { "parcel-signature": " " }],
    ["empty Headers", new Headers({ "parcel-signature": "" })],
    ["an empty list", { "parcel-signature": [] }],
    ["another", { "x-signature": good }],
  ])("missing: %s", async (_, headers) => {
    expect(await outcome(headers)).toBe("missing-signature");
  });
});

describe("signatures", () => {
  const other = signatureOf("else");
  test.each<[string, string]>([
    ["as it is", good],
    ["blanks", ` t = ${seconds} , v1 = ${v1} `],
    ["the other order", `v1=${v1},t=${seconds}`],
    ["uppercase hex", `t=${seconds},v1=${v1.toUpperCase()}`],
    ["several, the last fits", `t=${seconds},v1=${other},v1=${v1}`],
    ["several, the first fits", `t=${seconds},v1=${v1},v1=${other}`],
    ["beside one that is none", `t=${seconds},v1=zz,v1=${v1}`],
    ["beside other fields", `t=${seconds},v0=${other},v1=${v1},k,=`],
  ])("right: %s", async (_, value) => {
    expect(await outcome({ "parcel-signature": value })).toEqual(sent);
  });

  test.each<[string, string]>([
    ["other bytes", `t=${seconds},v1=${other}`],
    ["one digit wrong, the first", `t=${seconds},v1=${v1.startsWith("0") ? "1" : "0"}${v1.slice(1)}`],
    ["one digit wrong, the last", `t=${seconds},v1=${v1.slice(0, -1)}${v1.endsWith("0") ? "1" : "0"}`],
    ["another time than was signed", `t=${seconds + 1},v1=${v1}`],
    ["the same time, written otherwise", `t=0${seconds},v1=${v1}`],
    ["the body alone signed", `t=${seconds},v1=${signatureOf(body)}`],
  ])("wrong: %s", async (_, value) => {
    expect(await outcome({ "parcel-signature": value })).toBe("signature-mismatch");
  });

  test.each<[string, string]>([
    ["no field", "x"],
    ["no time", `v1=${v1}`],
    ["no signature", `t=${seconds}`],
    ["an empty signature", `t=${seconds},v1=`],
    ["another field only", `t=${seconds},v2=${v1}`],
    ["a field that begins like ours", `tt=${seconds},v11=${v1}`],
    ["not hex", `t=${seconds},v1=${v1.slice(0, -1)}g`],
    ["too short", `t=${seconds},v1=${v1.slice(2)}`],
    ["too long", `t=${seconds},v1=${v1}00`],
    ["base64 instead", `t=${seconds},v1=${signatureOf(`${seconds}.${body}`, secret, "base64")}`],
    ["a time that is none", `t=soon,v1=${v1}`],
    ["a time below zero", `t=-1,v1=${v1}`],
    ["a time with a point", `t=${seconds}.0,v1=${v1}`],
    ["a time too long", `t=${"1".repeat(16)},v1=${v1}`],
    ["two times", `${good},t=${seconds + 1}`],
    ["a thousand signatures", `t=${seconds}${`,v1=${v1}`.repeat(1000)}`],
  ])("malformed: %s", async (_, value) => {
    expect(await outcome({ "parcel-signature": value })).toBe("malformed-signature");
  });
});

describe("time", () => {
  const at = (timestamp: string | number): WebhookHeaders => ({
    "parcel-signature": headerOf(body, timestamp),
  });

  test.each<[string, string | number, VerifyOptions, "ok" | "late"]>([
    ["seconds", seconds, {}, "ok"],
    ["milliseconds", seconds * 1000, {}, "ok"],
    ["300 s ago", seconds - 300, {}, "ok"],
    ["301 s ago", seconds - 301, {}, "late"],
    ["300 s ahead", seconds + 300, {}, "ok"],
    ["301 s ahead", seconds + 301, {}, "late"],
    ["300,000 ms ago", seconds * 1000 - 300_000, {}, "ok"],
    ["300,001 ms ago", seconds * 1000 - 300_001, {}, "late"],
    ["60 s ago, 60 allowed", seconds - 60, { toleranceSeconds: 60 }, "ok"],
    ["61 s ago, 60 allowed", seconds - 61, { toleranceSeconds: 60 }, "late"],
    ["half a second ago, half a second allowed", seconds * 1000 - 500, { toleranceSeconds: 0.5 }, "ok"],
    ["1970, and the check off", 0, { toleranceSeconds: Number.POSITIVE_INFINITY }, "ok"],
    ["1970", 0, {}, "late"],
    ["a clock that is broken", seconds, { now: () => Number.NaN }, "late"],
  ])("%s", async (_, timestamp, options, want) => {
    const found = await outcome(at(timestamp), { options });
    expect(found).toEqual(
      want === "ok" ? expect.objectContaining({ type: "parcelSent" }) : "timestamp-out-of-tolerance",
    );
  });

  test("now is now, unless said otherwise", async () => {
    const { sentAt } = await verify(body, { "parcel-signature": headerOf() }, secret);
    expect(Math.abs(sentAt.getTime() - Date.now())).toBeLessThan(5_000);
    await expect(
      verify(body, { "parcel-signature": good }, secret, { now: undefined as never }),
    ).rejects.toThrow("far from now");
  });

  test("sentAt is the time in both units", async () => {
    expect(await outcome(at(seconds * 1000 + 7))).toMatchObject({ sentAt: new Date(seconds * 1000 + 7) });
  });

  test("a forger never learns that only the time was wrong", async () => {
    expect(await outcome({ "parcel-signature": `t=0,v1=${v1}` })).toBe("signature-mismatch");
  });

  test.each([0, -1, Number.NaN, "300" as never, null as never])(
    "a tolerance of %s is refused",
    async (toleranceSeconds) => {
      const refused = verify(body, { "parcel-signature": good }, secret, { toleranceSeconds });
      await expect(refused).rejects.toMatchObject({
        name: "InvalidArgumentError",
        argument: "toleranceSeconds",
      });
    },
  );
});

describe("bodies", () => {
  const text = '{"id":"Grüße 🎁","weight":1}';
  const bytes = Buffer.from(text);
  const padded = Buffer.concat([Buffer.from("xx"), bytes, Buffer.from("yy")]);

  test.each<[string, RawBody]>([
    ["a string", text],
    ["a Buffer", bytes],
    ["a view of a larger buffer", padded.subarray(2, -2)],
    ["a Uint8Array", new Uint8Array(bytes)],
    ["an ArrayBuffer", new Uint8Array(bytes).buffer],
  ])("%s", async (_, rawBody) => {
    const headers = { "parcel-signature": headerOf(text, seconds) };
    expect(await outcome(headers, { rawBody })).toMatchObject({ payload: { id: "Grüße 🎁" } });
  });

  test("one blank more is another body", async () => {
    expect(await outcome({ "parcel-signature": good }, { rawBody: `${body} ` })).toBe("signature-mismatch");
  });

  test("what was parsed is refused, and the message says what to do", async () => {
    const headers = { "parcel-signature": good };
    for (const parsed of [JSON.parse(body), [1], null, undefined, 1]) {
      const refused = verify(parsed as never, headers, secret);
      await expect(refused).rejects.toThrow(InvalidArgumentError);
      await expect(refused).rejects.toThrow("express.raw");
    }
  });

  test.each<[string, string | Buffer]>([
    ["no JSON", "<html>"],
    ["empty", ""],
    ["cut off", '{"id":'],
    ["not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ])("signed, but %s", async (_, rawBody) => {
    const signed = Buffer.concat([Buffer.from(`${seconds}.`), Buffer.from(rawBody)]);
    const headers = { "parcel-signature": `t=${seconds},v1=${signatureOf(signed)}` };
    expect(await outcome(headers, { rawBody })).toBe("malformed-payload");
  });

  test.each(['{"id":"1"}', "[]", "null", '"x"', '{"__proto__":{"id":1,"weight":2}}'])(
    "%s is of no webhook we know, and is not thrown away",
    async (rawBody) => {
      const found = await outcome({ "parcel-signature": headerOf(rawBody, seconds) }, { rawBody });
      expect(found).toMatchObject({ type: "unknown", payload: JSON.parse(rawBody) });
    },
  );
});

describe("secrets", () => {
  const headers = { "parcel-signature": good };

  test.each<[string, Secrets, "ok" | "no"]>([
    ["another", "whsec_other", "no"],
    ["old and new", ["whsec_new", secret], "ok"],
    ["new and old", [secret, "whsec_new"], "ok"],
    ["two others", ["a", "b"], "no"],
    ["without its prefix", secret.replace("whsec_", ""), "no"],
  ])("%s", async (_, by, want) => {
    expect(await outcome(headers, { by })).toEqual(want === "ok" ? sent : "signature-mismatch");
  });

  test.each<[string, unknown]>([
    ["empty", ""],
    ["blank", " "],
    ["undefined", undefined],
    ["none", []],
    ["one of them empty", [secret, ""]],
    ["one of them undefined", [secret, undefined]],
  ])("%s: refused, even for a signature that would fit", async (_, by) => {
    const forged = { "parcel-signature": `t=${seconds},v1=${"0".repeat(64)}` };
    const refused = verify(body, forged, by as Secrets, { now });
    await expect(refused).rejects.toMatchObject({ name: "InvalidArgumentError", argument: "secret" });
  });

  test("no error holds the secret, or the signature that would fit", async () => {
    const wrong = { "parcel-signature": `t=${seconds},v1=${"0".repeat(64)}` };
    const errors = await Promise.all(
      [wrong, {}, { "parcel-signature": "t" }, { "parcel-signature": headerOf(body, 1) }].map((given) =>
        verify(body, given, secret, { now }).catch((error: Error) => error),
      ),
    );
    expect(errors.map((error) => error instanceof WebhookVerificationError)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const seen = inspect(errors, { depth: 9, showHidden: true }) + JSON.stringify(errors);
    for (const hidden of [secret, v1, body]) expect(seen).not.toContain(hidden);
  });
});

describe("other ways to sign", () => {
  const schemes: readonly SignatureScheme[] = [
    { ...scheme, encoding: "base64" },
    { ...scheme, signedPayload: "v0:{timestamp}:{body}" },
    { ...scheme, signedPayload: "{body}|{timestamp}$&" },
    { ...scheme, timestampField: "ts", signatureField: "s" },
  ];

  test.each(schemes)("%j", async (signature) => {
    const signed = signedWebhooks.map(({ webhooks }) => ({ signature, webhooks }));
    const parts = { "{timestamp}": String(seconds), "{body}": body };
    const text = signature.signedPayload.replace(/\{\w+\}/g, (name) => parts[name as keyof typeof parts]);
    const { timestampField, signatureField, encoding } = signature;
    const value = `${timestampField}=${seconds},${signatureField}=${signatureOf(text, secret, encoding)}`;
    expect(await signing(signed)(body, secret, { timestamp: seconds })).toBe(value);
    const event = await verifying<ParcelEvent>(signed)(body, { "parcel-signature": value }, secret, { now });
    expect(event).toEqual(sent);
  });

  test("base64 as in addresses, and without its end", async () => {
    const signed = signedWebhooks.map(({ webhooks }) => ({
      signature: { ...scheme, encoding: "base64" as const },
      webhooks,
    }));
    for (let timestamp = seconds; timestamp < seconds + 20; timestamp++) {
      const base64 = signatureOf(`${timestamp}.${body}`, secret, "base64");
      for (const form of [base64, base64.slice(0, -1), base64.replaceAll("+", "-").replaceAll("/", "_")]) {
        const headers = { "parcel-signature": `t=${timestamp},v1=${form}` };
        expect((await verifying<ParcelEvent>(signed)(body, headers, secret, { now })).type).toBe(
          "parcelSent",
        );
      }
    }
  });

  test("two ways in one contract: each webhook by its own", async () => {
    const signed = [
      ...signedWebhooks,
      {
        signature: { ...scheme, header: "Depot-Signature", signedPayload: "{body}{timestamp}" },
        webhooks: [{ name: "depotFull", shapes: [{ kind: "object" as const, required: ["id"], tags: [] }] }],
      },
    ];
    const both = verifying<{ type: string; payload: unknown; sentAt: Date }>(signed);
    const value = await signing(signed)(body, secret, { timestamp: seconds, type: "depotFull" });
    expect((await both(body, { "depot-signature": value }, secret, { now })).type).toBe("depotFull");
    expect((await both(body, { "parcel-signature": good }, secret, { now })).type).toBe("parcelSent");
    expect(
      (await both(body, { "parcel-signature": "x", "depot-signature": value }, secret, { now })).type,
    ).toBe("depotFull");
    await expect(both(body, { "parcel-signature": value }, secret, { now })).rejects.toMatchObject({
      reason: "signature-mismatch",
    });
    await expect(signing(signed)(body, secret, { type: "depotEmpty" })).rejects.toThrow(InvalidArgumentError);
  });
});

describe("sign", () => {
  const sign = signing<"parcelSent">(signedWebhooks);

  test.each<[string, number]>([
    ["seconds", seconds],
    ["milliseconds", seconds * 1000],
  ])("makes what another implementation makes: %s", async (_, timestamp) => {
    expect(await sign(body, secret, { timestamp })).toBe(headerOf(body, timestamp));
    expect(await sign(Buffer.from(body), secret, { timestamp })).toBe(headerOf(body, timestamp));
  });

  test("of now, by default", async () => {
    const value = await sign(body, secret);
    expect((await verify(body, { "parcel-signature": value }, secret)).type).toBe("parcelSent");
  });

  test.each([-1, 1.5, Number.NaN, 1e15, "1" as never])("a timestamp of %s is refused", async (timestamp) => {
    await expect(sign(body, secret, { timestamp })).rejects.toMatchObject({ argument: "timestamp" });
  });

  test("an empty secret is refused", async () => {
    await expect(sign(body, "")).rejects.toMatchObject({ argument: "secret" });
  });
});

describe("what can't be right says so", () => {
  const sign = signing(signedWebhooks);
  test.each([
    [
      () => sign(body, secret, { timestamp: 1.5 }),
      "timestamp",
      "The timestamp must be a whole number of seconds or milliseconds.",
    ],
    [
      () => sign(body, secret, { timestamp: -1 }),
      "timestamp",
      "The timestamp must be a whole number of seconds or milliseconds.",
    ],
    [
      () => sign(body, secret, { timestamp: 1e15 }),
      "timestamp",
      "The timestamp must be a whole number of seconds or milliseconds.",
    ],
    [() => sign(body, secret, { type: "none" as never }), "type", "No signed webhook has this name."],
    [
      () => sign(body, ""),
      "secret",
      "The webhook's secret is missing or empty. Is its environment variable set?",
    ],
    [
      () => verify({} as RawBody, {}, secret),
      "rawBody",
      "The webhook's body must be as it was received, a string or bytes; what was given has been parsed. " +
        "Take `await request.text()`, or in Express `request.body` behind `express.raw({ type: () => true })`.",
    ],
  ])("%#", async (call, argument, message) => {
    await expect(call()).rejects.toMatchObject({ name: "InvalidArgumentError", argument, message });
  });

  test("and the first and last second that there are can be signed", async () => {
    expect(await sign(body, secret, { timestamp: 0 })).toMatch(/^t=0,/);
    expect(await sign(body, secret, { timestamp: 1e15 - 1 })).toMatch(/^t=999999999999999,/);
  });
});

describe("base64", () => {
  const signature = { ...scheme, encoding: "base64" } as const;
  const inBase64 = verifying([{ signature, webhooks: [] }]);
  const right = signatureOf(`${seconds}.${body}`, secret, "base64");
  const outcomeOf = (text: string) =>
    inBase64(body, { "parcel-signature": `t=${seconds},v1=${text}` }, secret, { now }).then(
      () => "right",
      (error: unknown) => (error as WebhookVerificationError).reason,
    );
  test.each([
    [right, "right"],
    [right.replace("=", ""), "right"],
    [right.replaceAll("+", "-").replaceAll("/", "_"), "right"],
    [`x${right}`, "malformed-signature"],
    [`${right}=`, "malformed-signature"],
    [`${right}x`, "malformed-signature"],
    [right.slice(1), "malformed-signature"],
    ["*".repeat(44), "malformed-signature"],
  ])("%s is %s", async (text, want) => {
    expect(await outcomeOf(text)).toBe(want);
  });
});
