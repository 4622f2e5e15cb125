import { batchCreate } from "sync-api-client/examples";
import { expect, test } from "vitest";
import { start } from "./testing/program.js";
import { sendWebhook, webhookSecret } from "./testing/send-webhook.js";

const video = {
  id: "6533643b-aceb-4c40-967e-d9ba9baac39e",
  createdAt: "2026-03-01T09:30:00.000Z",
  status: "COMPLETED",
  model: "lipsync-2",
  input: [{ type: "video", url: "https://cdn.example.com/host.mp4" }],
  outputUrl: "https://cdn.example.com/done.mp4",
};
const batch = { ...batchCreate.responses["201"].pending, id: "batch_7", status: "FAILED" };

test.each(["express-webhooks", "hono-webhooks"])("%s takes what is genuine, once", async (name) => {
  await using program = start(name, { WEBHOOK_SECRET: webhookSecret, PORT: "0" });
  const origin = `http://127.0.0.1:${await program.says(/port (\d+)/)}`;
  const address = `${origin}/webhooks/sync`;

  expect(await sendWebhook(address, video)).toBe(200);
  expect(await sendWebhook(address, video)).toBe(200);
  expect(await sendWebhook(address, { ...video, id: "forged" }, "another secret")).toBe(401);
  expect(await sendWebhook(address, batch)).toBe(200);
  expect(await sendWebhook(address, { something: "new" })).toBe(200);

  await program.says(/batchFinished batch_7 FAILED/);
  const lines = program.output().split("\n");
  expect(lines.filter((line) => line.startsWith("generationFinished"))).toEqual([
    `generationFinished ${video.id} COMPLETED ${video.outputUrl}`,
  ]);
  expect(program.output()).toContain("Refused: WebhookVerificationError");
  expect(program.output()).not.toContain("forged");
  expect(await (await fetch(origin)).json()).toEqual({ ended: 2 });
});
