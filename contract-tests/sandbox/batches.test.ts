import { describe, expect, test } from "vitest";
import { line, lines, quick, testSandbox } from "./testing/sync-requests.js";

const key = "sk-scale";
const replaced = (index: number, text: string): string[] =>
  lines(20).map((one, at) => (at === index ? text : one));

describe("a batch", () => {
  test.each([
    {
      what: "19 lines",
      given: lines(19),
      want: { status: 400, body: { errorCode: "batch_insufficient_records", field: "input" } },
    },
    { what: "20 lines", given: lines(20), want: { status: 201 } },
    { what: "500 lines", given: lines(500), want: { status: 201 } },
    {
      what: "501 lines",
      given: lines(501),
      want: { status: 400, body: { errorCode: "batch_too_many_requests" } },
    },
    {
      what: "nothing in it",
      given: [],
      want: { status: 400, body: { errorCode: "batch_insufficient_records" } },
    },
    {
      what: "line ends as Windows has them, and an empty last line",
      given: `${lines(20).join("\r\n")}\r\n\r\n`,
      want: { status: 201 },
    },
    {
      what: "a line that is no JSON",
      given: replaced(6, "{"),
      want: {
        status: 400,
        body: {
          errorCode: "batch_invalid_jsonl",
          message: "/input/6 (line 7) is not a JSON object (jsonLines)",
        },
      },
    },
    {
      what: "a line that is a list",
      given: replaced(6, "[]"),
      want: { status: 400, body: { errorCode: "batch_invalid_jsonl" } },
    },
    {
      what: "a request_id twice",
      given: replaced(6, line(2)),
      want: {
        status: 400,
        body: { errorCode: "batch_duplicate_request_id", message: expect.stringContaining("line 3") },
      },
    },
    {
      what: "another endpoint",
      given: replaced(6, line(6, { endpoint: "/v2/other" })),
      want: { status: 400, body: { errorCode: "batch_invalid_endpoint" } },
    },
    {
      what: "a wrong payload",
      given: replaced(6, line(6, { payload: { ...quick, model: "x" } })),
      want: { status: 400, body: { message: expect.stringContaining("/input/6/payload/model") } },
    },
  ])("with $what → $want.status", async ({ given: text, want }) => {
    await using given = await testSandbox();
    expect(await given.batch(text, { key })).toMatchObject(want);
  });

  test.each([
    { bytes: 5_242_880, status: 201 },
    { bytes: 5_242_881, status: 413 },
  ])("of $bytes bytes → $status", async ({ bytes, status }) => {
    await using given = await testSandbox();
    const text = lines(20).join("\n");
    const padded = `${text}\n${" ".repeat(bytes - text.length - 1)}`;
    const answer = await given.batch(padded, { key });
    expect(answer.status).toBe(status);
    if (status === 413) expect(answer.body.errorCode).toBe("batch_file_too_large");
  });

  test.each([
    ["sk-free", 402],
    ["sk-hobbyist", 402],
    ["sk-creator", 402],
    ["sk-growth", 402],
    ["sk-scale", 201],
    ["sk-enterprise", 201],
  ])("on %s → %i", async (name, status) => {
    await using given = await testSandbox();
    const answer = await given.batch(lines(20), { key: name });
    expect(answer.status).toBe(status);
    if (status === 402) expect(answer.body.errorCode).toBe("batch_plan_required");
  });

  test("that is only to be checked is, and creates nothing", async () => {
    await using given = await testSandbox();
    expect(await given.batch(lines(20), { key, parts: { dry_run: "true" } })).toMatchObject({
      status: 201,
      body: { status: "VALIDATED" },
    });
    expect((await given.batch(lines(19), { key, parts: { dry_run: "true" } })).status).toBe(400);
    expect((await given.batch(lines(20), { key, parts: { dry_run: "maybe" } })).status).toBe(400);
    expect((await given.send("/v2/generate", { key })).body).toEqual([]);
  });

  test("makes progress, and its results are a line for each of its lines", async () => {
    await using given = await testSandbox();
    const fails = line(3, {
      payload: {
        ...quick,
        input: [{ type: "video", url: "https://sandbox.invalid/inaccessible.mp4" }, quick.input[1]],
      },
    });
    const { body } = await given.batch(replaced(3, fails), {
      key,
      parts: { webhook_url: "https://a.example/hook" },
    });
    expect(body).toMatchObject({
      status: "PENDING",
      outputUrl: "",
      webhookUrl: "https://a.example/hook",
      metrics: { total_generations: 20, success_count: 0, failed_count: 0, pending_count: 20 },
    });
    const follow = async () => (await given.send(`/v2/batch/${body.id}`, { key })).body;
    await given.sandbox.clock.advance("5s");
    expect((await follow()).status).toBe("JOBS_CREATED");
    await given.sandbox.clock.advance("30s");
    expect(await follow()).toMatchObject({
      status: "PROCESSING",
      metrics: { success_count: 9, failed_count: 1, pending_count: 10 },
    });
    await given.sandbox.clock.advance("25s");
    const ended = await follow();
    expect(ended).toMatchObject({
      status: "COMPLETED",
      metrics: { total_generations: 20, success_count: 19, failed_count: 1, pending_count: 0 },
    });
    expect((await fetch(ended.outputUrl, { redirect: "manual" })).status).toBe(302);
    const text = await (await fetch(ended.outputUrl)).text();
    const results = text
      .trimEnd()
      .split("\n")
      .map((one) => JSON.parse(one));
    expect(results.map(({ request_id }) => request_id)).toEqual(
      Array.from({ length: 20 }, (_, index) => `req-${index}`),
    );
    expect(results[0]).toMatchObject({ response: { status: "COMPLETED", ...quick } });
    expect(results[3]).toMatchObject({
      response: { status: "FAILED", error_code: "generation_input_video_inaccessible" },
    });
    expect((await given.send("/v2/batch/nothing", { key })).status).toBe(404);
  });

  test("runs faster when asked to, line after line, to the millisecond", async () => {
    await using given = await testSandbox({ speed: 10 });
    const { body } = await given.batch(lines(20), { key });
    const standsAfter = async (ms: number) => {
      await given.sandbox.clock.advance(ms);
      const { status, metrics } = (await given.send(`/v2/batch/${body.id}`, { key })).body;
      return [status, metrics.success_count, metrics.pending_count];
    };
    expect(await standsAfter(499)).toEqual(["PENDING", 0, 20]);
    expect(await standsAfter(1)).toEqual(["JOBS_CREATED", 0, 20]);
    expect(await standsAfter(499)).toEqual(["JOBS_CREATED", 0, 20]);
    expect(await standsAfter(1)).toEqual(["PROCESSING", 0, 20]);
    expect(await standsAfter(249)).toEqual(["PROCESSING", 0, 20]);
    expect(await standsAfter(1)).toEqual(["PROCESSING", 1, 19]);
    expect(await standsAfter(250)).toEqual(["PROCESSING", 2, 18]);
    expect(await standsAfter(4499)).toEqual(["PROCESSING", 19, 1]);
    expect(await standsAfter(1)).toEqual(["COMPLETED", 20, 0]);
  });

  test("fails a line whose media last too long for a batch, or for its model", async () => {
    await using given = await testSandbox();
    const lasting = (seconds: number, model = quick.model) => ({
      payload: {
        ...quick,
        model,
        input: [{ type: "video", url: `https://a.example/v-${seconds}s.mp4` }, quick.input[1]],
      },
    });
    const input = [
      line(0, lasting(30)),
      line(1, lasting(31)),
      line(2, lasting(15, "react-1")),
      line(3, lasting(16, "react-1")),
      ...lines(20).slice(4),
    ];
    const { body } = await given.batch(input, { key });
    await given.sandbox.clock.advance("60s");
    expect((await given.send(`/v2/batch/${body.id}`, { key })).body).toMatchObject({
      metrics: { success_count: 18, failed_count: 2 },
    });
  });

  test("does not count as jobs, but batches count as batches", async () => {
    await using given = await testSandbox({
      keys: [{ key: "sk-one", plan: "scale", concurrency: 1, batchConcurrency: 1 }],
    });
    expect((await given.batch(lines(20), { key: "sk-one" })).status).toBe(201);
    expect((await given.create(quick, { key: "sk-one" })).status).toBe(201);
    const refused = await given.batch(lines(20), { key: "sk-one" });
    expect(refused).toMatchObject({
      status: 429,
      body: { errorCode: "concurrency_limit_reached", message: "Batch concurrency limit reached." },
    });
    expect(refused.headers.get("retry-after")).toBe("60");
    await given.sandbox.clock.advance("60s");
    expect((await given.batch(lines(20), { key: "sk-one" })).status).toBe(201);
  });
});
