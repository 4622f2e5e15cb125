import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { observe } from "../coverage/recording.js";
import { loadContract, object, type Schema } from "../support/contract.js";
import { faultsOf } from "../support/json-schema.js";
import { SandboxClock } from "./clock.js";
import type { Job } from "./jobs.js";
import { lines, quick, testSandbox } from "./testing/sync-requests.js";
import { Webhooks } from "./webhooks.js";

interface Received {
  readonly body: string;
  readonly signature: string;
  readonly headers: IncomingHttpHeaders;
}

const received: Received[] = [];
let answerStatus = 200;
const receiver = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text) => {
    body += text;
  });
  request.on("end", () => {
    received.push({ body, signature: String(request.headers["sync-signature"]), headers: request.headers });
    response.writeHead(answerStatus, { location: "http://127.0.0.1:1/" }).end();
    observe(
      {
        method: request.method ?? "",
        target: request.url ?? "",
        headers: Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const),
        body,
        status: answerStatus,
        answerHeaders: [],
        answer: "",
      },
      { server: url, isWebhook: true },
    );
  });
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(() => new Promise((done) => receiver.close(done)));
beforeEach(() => {
  received.length = 0;
  answerStatus = 200;
});

async function schemaOf(webhook: string): Promise<Schema> {
  const { document } = await loadContract("spec/openapi.yaml");
  const path = ["webhooks", webhook, "post", "requestBody", "content", "application/json", "schema"];
  return path.reduce<unknown>((at, name) => object(at)[name], document) as Schema;
}

describe("a webhook", () => {
  test("is sent once when the job ends, signed, and as the contract says", async () => {
    await using given = await testSandbox({ webhookSecret: "whsec_ä" });
    const { body } = await given.create({ ...quick, webhookUrl: url });
    await given.sandbox.clock.advance("29s");
    expect(received).toEqual([]);
    await given.sandbox.clock.advance("1s");
    await given.sandbox.clock.advance("1h");
    expect(received).toHaveLength(1);
    const [one] = received;
    expect(one?.headers["content-type"]).toBe("application/json");
    const told = JSON.parse(one?.body ?? "");
    expect(told).toMatchObject({ id: body.id, status: "COMPLETED", webhookUrl: url });
    expect(faultsOf(await schemaOf("generationFinished"), told)).toEqual([]);
    const [, time, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(one?.signature ?? "") ?? [];
    expect(createHmac("sha256", "whsec_ä").update(`${time}.${one?.body}`).digest("hex")).toBe(digest);
    expect(given.sandbox.deliveries).toMatchObject([{ jobId: body.id, status: 200, error: null }]);
  });

  test("is nothing to a job that asks for none", async () => {
    await using given = await testSandbox();
    await given.create();
    await given.sandbox.clock.advance("1h");
    expect(given.sandbox.deliveries).toEqual([]);
  });

  test("of a batch is the batch's", async () => {
    await using given = await testSandbox();
    const { body } = await given.batch(lines(20), { parts: { webhook_url: url } });
    await given.sandbox.clock.advance("60s");
    expect(received).toHaveLength(1);
    const told = JSON.parse(received[0]?.body ?? "");
    expect(told).toMatchObject({ id: body.id, status: "COMPLETED", metrics: { success_count: 20 } });
    expect(faultsOf(await schemaOf("batchFinished"), told)).toEqual([]);
  });

  test.each([500, 302])("that is answered with %i is not sent again, nor elsewhere", async (status) => {
    answerStatus = status;
    await using given = await testSandbox();
    await given.create({ ...quick, webhookUrl: url });
    await given.sandbox.clock.advance("30s");
    await given.sandbox.clock.advance("1h");
    expect(received).toHaveLength(1);
    expect(given.sandbox.deliveries).toMatchObject([{ status }]);
  });

  test.each([
    "https://app.example.com/hook",
    "http://127.0.0.1.example.com/",
    "http://[2001:db8::1]/",
    "http://127.0.0.1:99999/",
  ])("to %s never leaves this machine", async (webhookUrl) => {
    await using given = await testSandbox();
    expect((await given.create({ ...quick, webhookUrl })).status).toBe(201);
    await given.sandbox.clock.advance("30s");
    expect(given.sandbox.deliveries).toMatchObject([
      { status: null, error: expect.stringContaining("not on this machine") },
    ]);
  });

  test.each(["127.0.0.1:1", "127.9.8.7:1", "localhost:1", "[::1]:1"])(
    "to http://%s, where nobody listens, harms nothing",
    async (host) => {
      await using given = await testSandbox();
      await given.create({ ...quick, webhookUrl: `http://${host}/` });
      await given.sandbox.clock.advance("30s");
      expect(given.sandbox.deliveries).toMatchObject([
        { status: null, error: expect.stringContaining("Not delivered") },
      ]);
    },
  );

  test("may go to other machines if that is wanted", async () => {
    await using given = await testSandbox({ webhooksAnywhere: true });
    await given.create({ ...quick, webhookUrl: "http://0.0.0.0:1/" });
    await given.sandbox.clock.advance("30s");
    expect(given.sandbox.deliveries).toMatchObject([{ error: expect.stringContaining("Not delivered") }]);
  });

  test("is sent when the job ends by hand, and not again when it would have ended", async () => {
    await using given = await testSandbox();
    const { body } = await given.create({ ...quick, webhookUrl: url });
    const end = { key: null, method: "POST", body: JSON.stringify({ status: "FAILED" }) };
    await given.send(`/__sandbox/jobs/${body.id}`, end);
    await given.sandbox.clock.advance("1h");
    expect(received.map((one) => JSON.parse(one.body).status)).toEqual(["FAILED"]);
  });
});

describe("webhooks of another contract", () => {
  const job = (id: string, webhook: Job["webhook"]): Job => ({ id, webhook }) as Job;
  const webhooksOf = (signature: Readonly<Record<string, string>> | null): Webhooks => {
    const webhooks = new Map([["done", { name: "done", schema: null, signature }]]);
    return new Webhooks(
      { contract: { webhooks }, clock: new SandboxClock({ frozen: true, startMs: 13_000 }) } as never,
      { bodyOf: ({ id }: Job) => ({ id, text: "é {body} $&" }) } as never,
      { secret: "secret", anywhere: false },
    );
  };
  const body = JSON.stringify({ id: "1", text: "é {body} $&" });
  const signed = (text: string, encoding: "hex" | "base64"): string =>
    createHmac("sha256", "secret").update(text).digest(encoding);
  const fields = { header: "X-Sign", timestampField: "at", signatureField: "by" };

  test.each([
    { signature: null, want: undefined },
    { signature: fields, want: `at=13,by=${signed(`13.${body}`, "hex")}` },
    { signature: { ...fields, encoding: "base64" }, want: `at=13,by=${signed(`13.${body}`, "base64")}` },
    {
      signature: { ...fields, encoding: "hex", signedPayload: "{body}|{timestamp}|v2" },
      want: `at=13,by=${signed(`${body}|13|v2`, "hex")}`,
    },
  ])("with $signature are signed so", async ({ signature, want }) => {
    const webhooks = webhooksOf(signature);
    await webhooks.tell(job("1", { name: "done", url }));
    expect(received.map((one) => [one.body, one.headers["x-sign"]])).toEqual([[body, want]]);
    expect(webhooks.deliveries).toMatchObject([
      { jobId: "1", webhook: "done", url, status: 200, error: null },
    ]);
  });

  test("are remembered, the last thousand; none is told of twice, or to nobody", async () => {
    const webhooks = webhooksOf(null);
    const all = Array.from({ length: 1001 }, (_, index) => job(`${index}`, { name: "lost", url }));
    for (const one of [...all, ...all.slice(-1), job("none", null)]) await webhooks.tell(one);
    const { deliveries } = webhooks;
    expect([deliveries.length, deliveries[0]?.jobId, deliveries.at(-1)?.jobId]).toEqual([1000, "1", "1000"]);
    expect(deliveries[0]?.error).toBe("The contract has no webhook of this name.");
    webhooks.clear();
    expect([webhooks.deliveries, received]).toEqual([[], []]);
  });
});
