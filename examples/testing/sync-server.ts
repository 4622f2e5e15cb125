import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { getResponse } from "msw";
import type { Batch, BatchLine, Generation } from "sync-api-client";
import { batchCreate, generationsCreate } from "sync-api-client/examples";
import { handlers, jobScenario } from "sync-api-client/msw";
import { BatchLineSchema, CreateGenerationRequestSchema } from "sync-api-client/validate";

export interface SyncServer extends AsyncDisposable {
  readonly url: string;
  /** The idempotency key of each attempt to create a generation. */
  readonly attempts: string[];
  /** Generations that were created, and would be paid. */
  readonly accepted: readonly string[];
  /** The most that were not yet ended at a time. */
  readonly mostAtOnce: () => number;
  readonly batches: readonly SentBatch[];
}

export interface SentBatch {
  readonly lines: readonly BatchLine[];
  /** What the API will send to `webhook_url`. */
  readonly notification: Batch;
  readonly webhookUrl: string;
}

export interface SyncServerOptions {
  /** What each generation goes through, a look at it each. */
  readonly statuses?: readonly ("PENDING" | "PROCESSING" | "COMPLETED" | "FAILED" | "REJECTED")[];
  /** Waited for between accepting a generation or a batch and answering, with the number of its kind, from 1. */
  readonly beforeAnswer?: (attempt: number) => Promise<void> | undefined;
}

/**
 * The API as far as the examples need it, on a free port: the package's own MSW handlers, with what they do not do
 * (idempotency keys, checks of what is sent, counting, batches) in front of them.
 */
export async function syncServer({ statuses, beforeAnswer }: SyncServerOptions = {}): Promise<SyncServer> {
  const app = new Hono();
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const mocks = [
    ...jobScenario("generations.get", { statuses }, { baseUrl: url }),
    ...handlers({ baseUrl: url }),
  ];
  const mocked = async (request: Request): Promise<Response> =>
    (await getResponse(mocks, request)) ?? new Response("No such operation", { status: 501 });

  const attempts: string[] = [];
  const busy = new Set<string>();
  const byKey = new Map<string, Generation>();
  const atWork = new Set<string>();
  let mostAtOnce = 0;
  const batches: SentBatch[] = [];

  app.post("/v2/generate", async (context) => {
    const { issues } = await CreateGenerationRequestSchema["~standard"].validate(
      await context.req.raw.clone().json(),
    );
    if (issues) return context.json({ statusCode: 400, message: JSON.stringify(issues) }, 400);
    const key = context.req.header("idempotency-key") ?? "";
    const attempt = attempts.push(key);
    if (busy.has(key)) {
      const inProgress = generationsCreate.responses["409"].inProgress;
      return context.json(inProgress, 409, { "retry-after": "1" });
    }
    let created = byKey.get(key);
    if (!created) {
      const response = await mocked(context.req.raw);
      if (!response.ok) return response;
      created = (await response.json()) as Generation;
      byKey.set(key, created);
      mostAtOnce = Math.max(mostAtOnce, atWork.add(created.id).size);
    }
    busy.add(key);
    await beforeAnswer?.(attempt);
    busy.delete(key);
    return context.json(created, 201);
  });

  app.get("/v2/generate/:id", async (context) => {
    const response = await mocked(context.req.raw);
    const generation = (await response.json()) as Generation;
    const isOver = ["COMPLETED", "FAILED", "REJECTED"].includes(generation.status);
    if (isOver) atWork.delete(generation.id);
    return context.json(
      isOver ? { ...generation, outputUrl: `${url}/videos/${generation.id}.mp4` } : generation,
    );
  });

  app.post("/v2/generate/batch", async (context) => {
    const form = await context.req.parseBody();
    const text = form["input"] instanceof File ? await form["input"].text() : "";
    const lines = text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as BatchLine);
    const checked = await Promise.all(lines.map((line) => BatchLineSchema["~standard"].validate(line)));
    if (lines.length < 20 || checked.some(({ issues }) => issues)) {
      return context.json({ statusCode: 400, message: "The batch is not valid." }, 400);
    }
    const id = `batch_${batches.length + 1}`;
    const pending = batchCreate.responses["201"].pending as Batch;
    const notification = {
      ...pending,
      id,
      status: "COMPLETED",
      outputUrl: `${url}/v2/batches/${id}/result`,
    } as const;
    batches.push({ lines, notification, webhookUrl: String(form["webhook_url"]) });
    await beforeAnswer?.(batches.length);
    return context.json({ ...pending, id }, 201);
  });

  // As the API does: results are kept elsewhere, at an address that takes no key.
  app.get("/v2/batches/:id/result", (context) => context.redirect(`/signed/${context.req.param("id")}`));
  app.get("/signed/:id", (context) => {
    if (context.req.header("x-api-key")) return context.text("Only one way to sign in is allowed.", 400);
    const batch = batches.find(({ notification }) => notification.id === context.req.param("id"));
    const results = batch?.lines.map(({ request_id }) => ({
      request_id,
      response: { status: "COMPLETED", outputUrl: `${url}/videos/${request_id}.mp4` },
    }));
    return context.text((results ?? []).map((result) => JSON.stringify(result)).join("\n"));
  });

  return {
    url,
    attempts,
    get accepted() {
      return [...byKey.values()].map(({ id }) => id);
    },
    mostAtOnce: () => mostAtOnce,
    batches,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
