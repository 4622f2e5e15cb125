// Receives the API's webhooks with Hono: a line for each video or batch that has ended. The same on Node, Deno, Bun and
// workers; only the last lines are for Node.
//
//   WEBHOOK_SECRET=… node examples/hono-webhooks.ts      then give its address as `webhookUrl`:
//   …/webhooks/sync

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { handleRequest } from "sync-api-client/webhooks";

const { WEBHOOK_SECRET = "", PORT = "3000" } = process.env;
const app = new Hono();

// In a real application: a table of your database with a unique key, for a webhook may come twice.
const seen = new Set<string>();

const receive = handleRequest(
  WEBHOOK_SECRET,
  async ({ type, payload }) => {
    if (type === "unknown") return; // genuine, but newer than this program
    const key = `${payload.id} ${payload.status}`;
    if (seen.has(key)) return;
    seen.add(key);
    // The API waits for the answer and does not ask again: leave longer work to a queue.
    console.log(type, payload.id, payload.status, payload.outputUrl);
  },
  { onError: (error) => console.error(`Refused: ${error}`) },
);

app.post("/webhooks/sync", (context) => receive(context.req.raw));
app.get("/", (context) => context.json({ ended: seen.size }));

serve({ fetch: app.fetch, port: Number(PORT) }, ({ port }) => console.log(`Hono listens on port ${port}`));
