import { SyncClient, SyncError } from "@sync.so/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forwardTo, type Recorder, startRecorder } from "../support/recorder.js";
import { lines, mp4, type TestSandbox, testSandbox, wav } from "./testing/sync-requests.js";

/** The vendor's own SDK 0.3.0: a client that nobody here wrote, and that reads another age of the contract. */
describe("the vendor's SDK", () => {
  let given: TestSandbox;
  let client: SyncClient;
  beforeAll(async () => {
    given = await testSandbox();
    client = new SyncClient({ baseUrl: given.sandbox.url, apiKey: "sk-scale" });
  });
  afterAll(() => given[Symbol.asyncDispose]());

  const once = { maxRetries: 0 };
  const request = {
    model: "lipsync-2",
    input: [
      { type: "video", url: "https://cdn.example.com/v.mp4" },
      { type: "audio", url: "https://cdn.example.com/a.wav" },
    ],
  } as Parameters<SyncClient["generations"]["create"]>[0];

  test("creates, and gets until the end", async () => {
    const created = await client.generations.create(request, once);
    expect(created).toMatchObject({ status: "PENDING", model: "lipsync-2" });
    await given.sandbox.clock.advance("30s");
    expect(await client.generations.get(created.id, once)).toMatchObject({
      status: "COMPLETED",
      outputUrl: expect.any(String),
    });
  });

  test("is told what the contract says of a faulty request, an unknown id and a wrong key", async () => {
    const faulty = { ...request, model: "lipsync-9" } as never;
    await expect(client.generations.create(faulty, once)).rejects.toMatchObject({
      statusCode: 400,
      body: { errorCode: "generation_unsupported_model" },
    });
    await expect(client.generations.get("00000000-0000-4000-8000-000000000000", once)).rejects.toMatchObject({
      statusCode: 404,
    });
    const stranger = new SyncClient({ baseUrl: given.sandbox.url, apiKey: "sk-nobody" });
    await expect(stranger.generations.create(request, once)).rejects.toMatchObject({ statusCode: 401 });
  });

  test("uploads, once its path is the contract's", async () => {
    const forward = forwardTo(given.sandbox.url);
    const proxy: Recorder = await startRecorder((sent) =>
      forward({ ...sent, target: `${sent.target}/upload` }),
    );
    try {
      const uploading = new SyncClient({ baseUrl: proxy.url, apiKey: "sk-scale" });
      const created = await uploading.generations.createWithFiles(
        mp4(),
        wav(),
        { model: "lipsync-2", options: { sync_mode: "loop" } } as never,
        once,
      );
      expect(created).toMatchObject({ status: "PENDING", options: { sync_mode: "loop" } });
    } finally {
      await proxy.stop();
    }
  });

  const refused: readonly { call: string; run: () => Promise<unknown>; status: number; why: string }[] = [
    {
      call: "createWithFiles sends its form to POST /v2/generate",
      run: () => client.generations.createWithFiles(mp4(), wav(), { model: "lipsync-2" } as never, once),
      status: 415,
      why: "must be application/json",
    },
    {
      call: "list asks GET /v2/generations",
      run: () => client.generations.list({}, once),
      status: 404,
      why: "no such path",
    },
    {
      call: "estimateCost asks POST /v2/analyze/cost",
      run: () => client.generations.estimateCost(request, once),
      status: 404,
      why: "no such path",
    },
    {
      call: "batch.create sends to POST /v2/batch",
      run: () => client.batch.create(new File([lines(20).join("\n")], "a.jsonl"), {}, once),
      status: 404,
      why: "no such path",
    },
  ];
  test.each(refused)(
    "is refused where it differs from the contract: $call → $status",
    async ({ run, status, why }) => {
      const error = await run().then(
        () => null,
        (one: unknown) => one,
      );
      expect(error).toBeInstanceOf(SyncError);
      expect(error).toMatchObject({ statusCode: status, body: { message: expect.stringContaining(why) } });
    },
  );

  test("follows a batch that was created by the contract", async () => {
    const { body } = await given.batch(lines(20), { key: "sk-scale" });
    expect(await client.batch.get(body.id, once)).toMatchObject({
      id: body.id,
      metrics: { total_generations: 20 },
    });
  });
});
