// Receives the API's webhooks with Express: a line for each video or batch that has ended.
//
//   WEBHOOK_SECRET=… node examples/express-webhooks.ts      then give its address as `webhookUrl`:
//   …/webhooks/sync

import type { AddressInfo } from "node:net";
import express from "express";
import { handleNode } from "sync-api-client/webhooks";

const { WEBHOOK_SECRET = "", PORT = "3000" } = process.env;
const app = express();

// In a real application: a table of your database with a unique key, for a webhook may come twice.
const seen = new Set<string>();

// Before `express.json()`: the signature is of the body as it was sent, to the byte.
app.post(
  "/webhooks/sync",
  handleNode(
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
  ),
);

app.use(express.json());
app.get("/", (_request, response) => {
  response.json({ ended: seen.size });
});

const server = app.listen(Number(PORT), () => {
  console.log(`Express listens on port ${(server.address() as AddressInfo).port}`);
});
