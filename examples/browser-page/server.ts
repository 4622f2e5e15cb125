// A page that makes videos, and the backend that it needs: the API key stays here, the page never sees it.
//
//   cd examples/browser-page && SYNC_API_KEY=… node server.ts      then open http://localhost:3000

import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { HttpError, SyncClient } from "sync-api-client";
import { CreateGenerationRequestSchema } from "sync-api-client/validate";

const { SYNC_BASE_URL, PORT = "3000" } = process.env;
const sync = new SyncClient({ baseUrl: SYNC_BASE_URL, plan: "creator", totalTimeoutMs: 30_000 });
const app = new Hono();

// Whoever may call these two spends your money: put your own login in front of them.
app.post("/api/videos", async (context) => {
  const { videoUrl, audioUrl, key } = await context.req.json();
  // Take from the page what a user may choose, and nothing else.
  const checked = CreateGenerationRequestSchema["~standard"].validate({
    model: "lipsync-2",
    input: [
      { type: "video", url: videoUrl },
      { type: "audio", url: audioUrl },
    ],
  });
  if (checked.issues) return context.json({ message: "Give the addresses of a video and a sound." }, 400);
  // The page made the key when the button was pressed: pressed twice, or sent again after a time-out, it is one video.
  const { id, status } = await sync.generations.create(checked.value, { idempotencyKey: key });
  return context.json({ id, status }, 201);
});

app.get("/api/videos/:id", async (context) => {
  const { id, status, outputUrl, error } = await sync.generations.get(context.req.param("id"));
  return context.json({ id, status, outputUrl, error });
});

app.onError((error, context) => {
  console.error(error);
  if (error instanceof HttpError && error.status === 404)
    return context.json({ message: "No such video." }, 404);
  return context.json({ message: "That did not work. Try again later." }, 502);
});

app.use(serveStatic({ root: "./public" }));

serve({ fetch: app.fetch, port: Number(PORT) }, ({ port }) => console.log(`http://localhost:${port}`));
