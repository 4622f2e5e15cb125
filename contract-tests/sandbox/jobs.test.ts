import { describe, expect, test } from "vitest";
import { quick, testSandbox } from "./testing/sync-requests.js";

const withVideo = (url: string): object => ({ ...quick, input: [{ type: "video", url }, quick.input[1]] });

describe("a job", () => {
  test("goes from PENDING through PROCESSING to COMPLETED, and its result is a video", async () => {
    await using given = await testSandbox();
    const { status, body } = await given.create({
      ...quick,
      options: { temperature: 0.3 },
      outputFileName: "a",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: "PENDING",
      ...quick,
      options: { temperature: 0.3 },
      outputUrl: null,
    });
    const get = async () => (await given.send(`/v2/generate/${body.id}`)).body;
    await given.sandbox.clock.advance("4999ms");
    expect((await get()).status).toBe("PENDING");
    await given.sandbox.clock.advance("1ms");
    expect((await get()).status).toBe("PROCESSING");
    await given.sandbox.clock.advance("25s");
    const done = await get();
    expect(done).toMatchObject({ status: "COMPLETED", outputDuration: 10, error: null });
    const redirect = await fetch(done.outputUrl, { redirect: "manual" });
    expect(redirect.status).toBe(302);
    const result = await fetch(done.outputUrl);
    expect(result.headers.get("content-type")).toBe("video/mp4");
    expect(Buffer.from(await result.arrayBuffer()).toString("latin1", 4, 8)).toBe("ftyp");
    expect((await fetch(done.outputUrl.replace(/token=.*/, "token=guessed"))).status).toBe(403);
  });

  test.each([
    {
      path: "inaccessible.mp4",
      want: { status: "FAILED", error_code: "generation_input_video_inaccessible" },
    },
    { path: "generation_timeout.mp4", want: { status: "FAILED", error_code: "generation_timeout" } },
    {
      path: "rejected/generation_unhandled_error.mp4",
      want: { status: "REJECTED", error_code: "generation_unhandled_error" },
    },
    { path: "rejected.mp4", want: { status: "REJECTED", error_code: null } },
    { path: "completed.mp4", want: { status: "COMPLETED", error_code: null } },
  ])("of https://sandbox.invalid/$path ends so", async ({ path, want }) => {
    await using given = await testSandbox();
    const { body } = await given.create(withVideo(`https://sandbox.invalid/${path}`));
    expect(body.status).toBe("PENDING");
    await given.sandbox.clock.advance("30s");
    const ended = (await given.send(`/v2/generate/${body.id}`)).body;
    expect(ended).toMatchObject(want);
    if (want.status !== "COMPLETED")
      expect(ended).toMatchObject({ error: expect.any(String), outputUrl: null });
  });

  test.each([
    { model: "react-1", name: "v-15s.mp4", want: { status: "COMPLETED", error_code: null } },
    {
      model: "react-1",
      name: "v-16s.mp4",
      want: { status: "FAILED", error_code: "generation_model_duration_exceeded" },
    },
    { model: "lipsync-2", name: "v-16s.mp4", want: { status: "COMPLETED", error_code: null } },
  ])("of $name by $model ends so", async ({ model, name, want }) => {
    await using given = await testSandbox();
    const { body } = await given.create({ ...withVideo(`https://cdn.example.com/${name}`), model });
    await given.sandbox.clock.advance("30s");
    expect((await given.send(`/v2/generate/${body.id}`)).body).toMatchObject(want);
  });

  test("of a voice that can't be fetched has the voice's code", async () => {
    await using given = await testSandbox();
    const { body } = await given.create({
      ...quick,
      input: [quick.input[0], { type: "audio", url: "https://sandbox.invalid/inaccessible.wav" }],
    });
    await given.sandbox.clock.advance("30s");
    expect((await given.send(`/v2/generate/${body.id}`)).body.error_code).toBe(
      "generation_input_audio_inaccessible",
    );
  });

  test.each([
    { id: "00000000-0000-4000-8000-000000000000", status: 404, code: "generation_not_found" },
    { id: "nonsense", status: 400, code: "invalid_generation_id" },
    { id: "%ff", status: 400, code: "invalid_generation_id" },
    { id: "batch", status: 400, code: "invalid_generation_id" },
  ])("with the id $id → $status", async ({ id, status, code }) => {
    await using given = await testSandbox();
    expect(await given.send(`/v2/generate/${id}`)).toMatchObject({ status, body: { errorCode: code } });
  });

  test("is listed by status and by id", async () => {
    await using given = await testSandbox();
    const { body: first } = await given.create();
    await given.sandbox.clock.advance("30s");
    const { body: second } = await given.create();
    const ids = async (query: string) =>
      (await given.send(`/v2/generate${query}`)).body.map(({ id }: { id: string }) => id);
    expect(await ids("")).toEqual([second.id, first.id]);
    expect(await ids("?status=PENDING,PROCESSING")).toEqual([second.id]);
    expect(await ids("?status=COMPLETED")).toEqual([first.id]);
    expect(await ids(`?ids=${first.id}`)).toEqual([first.id]);
    expect(await ids(`?ids=${first.id},${second.id}&status=FAILED`)).toEqual([]);
    expect((await given.send("/v2/generate?status=DONE")).status).toBe(400);
    expect((await given.send("/v2/generate?status=PENDING&status=FAILED")).status).toBe(400);
  });

  test("has timers only once someone listens, who then hears of all that is still to come", async () => {
    await using given = await testSandbox();
    await given.create();
    const held = async () => (await given.send("/__sandbox/held", { key: null })).body;
    expect(await held()).toMatchObject({ jobs: 1, tasks: 0 });
    const heard: string[] = [];
    const stop = given.sandbox.onEvent((event) => {
      if (event.type === "job") heard.push(event.job.status);
    });
    await given.create();
    await given.sandbox.clock.advance("30s");
    expect(heard).toEqual(["PENDING", "PROCESSING", "PROCESSING", "COMPLETED", "COMPLETED"]);
    stop();
    await given.create();
    expect(await held()).toMatchObject({ jobs: 3, tasks: 0 });
  });

  test("is told as it stands, however often it was asked for before", async () => {
    await using given = await testSandbox();
    const { body } = await given.create();
    const get = async () => (await given.send(`/v2/generate/${body.id}`)).body;
    const end = (errorCode: string) =>
      given.send(`/__sandbox/jobs/${body.id}`, {
        method: "POST",
        body: JSON.stringify({ status: "FAILED", errorCode }),
      });
    expect(await get()).toMatchObject({ status: "PENDING", error_code: null });
    expect(await get()).toMatchObject({ status: "PENDING", error_code: null });
    await end("generation_timeout");
    expect(await get()).toMatchObject({ status: "FAILED", error_code: "generation_timeout" });
    await end("generation_unhandled_error");
    expect(await get()).toMatchObject({ status: "FAILED", error_code: "generation_unhandled_error" });
  });

  test("runs faster when asked to, to the millisecond", async () => {
    await using given = await testSandbox({ speed: 10 });
    const { body } = await given.create();
    const statusAfter = async (ms: number): Promise<string> => {
      await given.sandbox.clock.advance(ms);
      return (await given.send(`/v2/generate/${body.id}`)).body.status;
    };
    expect(await statusAfter(499)).toBe("PENDING");
    expect(await statusAfter(1)).toBe("PROCESSING");
    expect(await statusAfter(2499)).toBe("PROCESSING");
    expect(await statusAfter(1)).toBe("COMPLETED");
  });

  test("that has ended long ago is forgotten, so that memory is not", async () => {
    await using given = await testSandbox({ keepJobs: 5, rateLimits: false });
    for (let i = 0; i < 20; i++) await given.create();
    await given.sandbox.clock.advance("30s");
    expect((await given.send("/v2/generate")).body).toHaveLength(5);
  });
});

describe("an estimate", () => {
  test.each([
    {
      url: "https://a.example/clip.mp4",
      model: "lipsync-2",
      want: { estimatedFrameCount: 250, estimatedGenerationCost: 0.5 },
    },
    {
      url: "https://a.example/clip-4s.mp4",
      model: "lipsync-2-pro",
      want: { estimatedFrameCount: 100, estimatedGenerationCost: 0.33 },
    },
    {
      url: "https://a.example/clip.mp4?seconds=1.01",
      model: "lipsync-1.9.0-beta",
      want: { estimatedFrameCount: 26, estimatedGenerationCost: 0.026 },
    },
  ])("of $url with $model", async ({ url, model, want }) => {
    await using given = await testSandbox();
    const body = JSON.stringify({ ...withVideo(url), model });
    const answer = await given.send("/v2/generate/estimate-cost", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(answer).toMatchObject({ status: 200, body: [want] });
  });

  test("of a model without a price → 422", async () => {
    await using given = await testSandbox();
    const answer = await given.send("/v2/generate/estimate-cost", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...quick, model: "react-1" }),
    });
    expect(answer).toMatchObject({ status: 422, body: { errorCode: "cost_estimate_unavailable" } });
  });
});

describe("what is wrong with a body", () => {
  test.each([
    {
      what: "nothing in it",
      body: {},
      want: { status: 400, message: expect.arrayContaining([expect.stringContaining("/model is required")]) },
    },
    {
      what: "an unknown model",
      body: { ...quick, model: "x" },
      want: { status: 400, errorCode: "generation_unsupported_model", field: "model" },
    },
    {
      what: "two videos",
      body: { ...quick, input: [quick.input[0], quick.input[0]] },
      want: { status: 422, errorCode: "generation_input_too_many_visual" },
    },
    {
      what: "no video",
      body: { ...quick, input: [quick.input[1], quick.input[1]] },
      want: { status: 400, errorCode: "generation_input_validation_failed" },
    },
    { what: "no JSON", body: "{", want: { status: 400, message: expect.stringContaining("is not JSON") } },
    {
      what: "a wrong address deep inside",
      body: { ...quick, input: [quick.input[0], { type: "audio", url: "ftp://x" }] },
      want: { status: 400, message: '/input/1/url must match pattern "^https?://" (pattern)' },
    },
    { what: "an unknown property", body: { ...quick, modle: 1 }, want: { status: 400, field: "modle" } },
  ])("$what is told", async ({ body, want: { status, ...want } }) => {
    await using given = await testSandbox();
    expect(await given.create(body)).toMatchObject({ status, body: want });
  });
});
