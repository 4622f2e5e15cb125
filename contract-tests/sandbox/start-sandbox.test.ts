import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./start-sandbox.js";

const good = {
  model: "lipsync-2",
  input: [
    { type: "video", url: "https://cdn.example.com/v.mp4" },
    { type: "audio", url: "https://cdn.example.com/a.wav" },
  ],
};

describe("a sandbox", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ clock: "frozen", seed: 1 });
  });
  afterAll(() => sandbox.close());

  const post = (body: unknown, key = "sk-creator"): Promise<Response> =>
    fetch(`${sandbox.url}/v2/generate`, {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  test("creates a job, and the job goes its way", async () => {
    const created = await post(good);
    expect(created.status).toBe(201);
    const { id, status } = (await created.json()) as { id: string; status: string };
    expect(status).toBe("PENDING");
    const get = async (): Promise<string> => {
      const answer = await fetch(`${sandbox.url}/v2/generate/${id}`, {
        headers: { "x-api-key": "sk-creator" },
      });
      return ((await answer.json()) as { status: string }).status;
    };
    await sandbox.clock.advance("5s");
    expect(await get()).toBe("PROCESSING");
    await sandbox.clock.advance("25s");
    expect(await get()).toBe("COMPLETED");
  });

  test("refuses, and says what and where", async () => {
    const refused = await post({ ...good, input: [...good.input, { type: "audio", url: "nowhere" }] });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ statusCode: 400 });
  });
});
