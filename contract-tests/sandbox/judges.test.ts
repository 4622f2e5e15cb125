import { describe, expect, test } from "vitest";
import { judgeName } from "../support/prism.js";
import { mp4, quick, testSandbox, wav } from "./testing/sync-requests.js";

describe("two judges", () => {
  test("agree on what is good, JSON and forms, and find nothing", async () => {
    await using given = await testSandbox({ judge: judgeName });
    expect((await given.create({ ...quick, outputFileName: "50_percent" })).status).toBe(201);
    const form = {
      model: "lipsync-2",
      video: mp4(11 * 1024 * 1024, 'a";b.mp4'),
      audio: wav(),
      options: '{"temperature":0.5}',
    };
    expect((await given.upload(form)).status).toBe(201);
    expect((await given.upload({ ...form, webhookUrl: "https://a.example/?q=100%25&r=%C3%BC" })).status).toBe(
      201,
    );
    expect((await given.send("/v2/generate?status=PENDING,FAILED")).status).toBe(200);
    expect(given.sandbox.findings).toEqual([]);
  });

  test("that disagree are reported, and the stricter one wins", async () => {
    await using given = await testSandbox({ judge: judgeName });
    // The contract wants one parameter with commas; one of the two takes a repeated one as well.
    const answer = await given.send("/v2/generate?status=PENDING&status=FAILED");
    expect(answer).toMatchObject({ status: 400, body: { field: "status" } });
    expect(given.sandbox.findings).toMatchObject([
      {
        kind: "judges-disagree",
        operationId: "generations.list",
        message: expect.stringContaining("Only Ajv objects: query status"),
      },
    ]);
  });

  test("cost nothing where one is left out", async () => {
    await using given = await testSandbox({ judge: "ajv" });
    await given.send("/v2/generate?status=PENDING&status=FAILED");
    expect(given.sandbox.findings).toEqual([]);
  });
});
