import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { observe } from "../coverage/recording.js";
import { loadContract, object, type Schema } from "../support/contract.js";
import { faultsOf } from "../support/json-schema.js";
import { lines, quick, testSandbox } from "./testing/sync-requests.js";

interface Received {
  readonly body: string;
  readonly signature: string;
}

const received: Received[] = [];
let answerStatus = 200;
const receiver = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text) => {
    body += text;
  });
  request.on("end", () => {
    received.push({ body, signature: String(request.headers["sync-signature"]) });
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
    const told = JSON.parse(one?.body ?? "");
    expect(told).toMatchObject({ id: body.id, status: "COMPLETED", webhookUrl: url });
    expect(faultsOf(await schemaOf("generationFinished"), told)).toEqual([]);
    const [, time, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(one?.signature ?? "") ?? [];
    expect(createHmac("sha256", "whsec_ä").update(`${time}.${one?.body}`).digest("hex")).toBe(digest);
    expect(given.sandbox.deliveries).toMatchObject([{ jobId: body.id, status: 200, error: null }]);
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

  test.each(["https://app.example.com/hook", "http://127.0.0.1.example.com/", "http://[2001:db8::1]/"])(
    "to %s never leaves this machine",
    async (webhookUrl) => {
      await using given = await testSandbox();
      expect((await given.create({ ...quick, webhookUrl })).status).toBe(201);
      await given.sandbox.clock.advance("30s");
      expect(given.sandbox.deliveries).toMatchObject([
        { status: null, error: expect.stringContaining("not on this machine") },
      ]);
    },
  );

  test("to a port where nobody listens harms nothing", async () => {
    await using given = await testSandbox();
    await given.create({ ...quick, webhookUrl: "http://127.0.0.1:1/" });
    await given.sandbox.clock.advance("30s");
    expect(given.sandbox.deliveries).toMatchObject([
      { status: null, error: expect.stringContaining("Not delivered") },
    ]);
  });
});
