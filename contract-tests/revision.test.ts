import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SyncClient } from "@sync.so/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contractSuite } from "./contract-suite.js";
import { buildClient, scratchFolder } from "./support/build-client.js";
import { type ClientModule, newClient } from "./support/call.js";
import { loadContract } from "./support/contract.js";
import { beginningOf } from "./support/file-signatures.js";
import { overlaidSpec } from "./support/overlay.js";
import { type MockServer, startMockServer } from "./support/prism.js";

/** The newer revision of the contract: the suite's own reading of the overlay, and a client the generator made of its. */
const spec = "spec/openapi.yaml";
const overlay = "spec/overlays/2026-08.yaml";
const folder = await scratchFolder();
const specPath = join(folder.path, "openapi.json");
await writeFile(specPath, JSON.stringify(await overlaidSpec(spec, [overlay])));

let client: ClientModule;
let mockServer: MockServer | null = null;
beforeAll(async () => {
  client = await buildClient(spec, folder.path, [overlay]); // compiles it too, by the strict settings of the package
});
afterAll(async () => {
  await mockServer?.stop();
  await folder[Symbol.asyncDispose]();
});

await contractSuite({
  specPath,
  start: async () => {
    mockServer = await startMockServer(specPath);
    return { mockServerUrl: mockServer.url, client };
  },
});

describe("what has moved is called where it is now", () => {
  const id = "6533643b-aceb-4c40-967e-d9ba9baac39e";
  const generation = { id, createdAt: "2026-08-01T00:00:00Z", status: "PENDING", model: "sync-3", input: [] };
  const lines = new Blob(
    Array.from({ length: 20 }, (_, index) => `{"request_id":"${index}"}\n`),
    { type: "application/jsonl" },
  );

  interface Resource {
    [method: string]: (...args: unknown[]) => Promise<unknown>;
  }
  type Client = Readonly<Record<"generations" | "batch", Resource>> & {
    readonly http: { POST(path: string, init: object): Promise<unknown> };
  };
  const calls: readonly { call: (client: Client) => Promise<unknown>; want: string; answer: unknown }[] = [
    {
      call: ({ generations }) =>
        generations["list"]?.({
          status: ["PENDING", "PROCESSING"],
          limit: 2,
          cursor: id,
        }) as Promise<unknown>,
      want: `GET /v2/generations?status=PENDING,PROCESSING&limit=2&cursor=${id}`,
      answer: [generation],
    },
    {
      call: ({ generations }) => generations["get"]?.(id, { wait: true, timeout: 10 }) as Promise<unknown>,
      want: `GET /v2/generate/${id}?wait=true&timeout=10`,
      answer: generation,
    },
    {
      call: ({ generations }) =>
        generations["estimateCost"]?.({ model: "sync-3", duration: 10 }) as Promise<unknown>,
      want: 'POST /v2/generations/estimate {"model":"sync-3","duration":10}',
      answer: { estimatedFrameCount: 300, estimatedGenerationCost: 1.2, estimatedCredits: null },
    },
    {
      call: ({ batch }) => batch["list"]?.({ status: "COMPLETED" }) as Promise<unknown>,
      want: "GET /v2/batch?status=COMPLETED",
      answer: [],
    },
    {
      call: ({ batch }) => batch["get"]?.("batch_abc123") as Promise<unknown>,
      want: "GET /v2/batch/batch_abc123",
      answer: { id: "batch_abc123", status: "PENDING" },
    },
    {
      call: ({ batch }) => batch["create"]?.({ input: lines, dry_run: true }) as Promise<unknown>,
      want: "POST /v2/batch (multipart/form-data)",
      answer: { status: "VALIDATED" },
    },
    {
      call: ({ generations }) =>
        generations["createWithFiles"]?.(
          { model: "sync-3", video: new Blob(["x"], { type: "video/mp4" }) },
          { checkFileKinds: false },
        ) as Promise<unknown>,
      want: "POST /v2/generate (multipart/form-data)",
      answer: generation,
    },
    {
      call: ({ http }) => {
        const form = new FormData();
        form.set("model", "sync-3");
        form.set("video", new Blob(["x"], { type: "video/mp4" }), "clip.mp4");
        return http.POST("/v2/generate", { body: form, bodySerializer: (body: unknown) => body });
      },
      want: "POST /v2/generate (multipart/form-data)",
      answer: generation,
    },
  ];

  test.each(calls)("$want", async ({ call, want, answer }) => {
    const seen: string[] = [];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request.setEncoding("utf8")) body += chunk;
      const [type = ""] = (request.headers["content-type"] ?? "").split(";");
      const sent = type.startsWith("multipart/") ? ` (${type})` : body && ` ${body}`;
      seen.push(`${request.method} ${decodeURIComponent(request.url ?? "")}${sent}`);
      response.writeHead(request.method === "POST" ? 201 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const contract = await loadContract(specPath);
      await call(newClient(contract, client, { apiKey: "sk-test", baseUrl }) as Client);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(seen).toEqual([want]);
  });

  test("a job that files are uploaded for is waited for", async () => {
    const contract = await loadContract(specPath);
    const statuses = ["PENDING", "PROCESSING", "COMPLETED"];
    const sent: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      sent.push(`${request.method} ${new URL(request.url).pathname}`);
      return Response.json({ ...generation, status: statuses.shift() }, { status: 200 });
    };
    const { generations } = newClient(contract, client, { apiKey: "sk-test", fetch }) as Client;
    const video = new Blob([beginningOf("video/mp4")], { type: "video/mp4" });
    const done = generations["createWithFilesAndWait"]?.({ model: "sync-3", video }, { pollMs: 1 });
    expect(await done).toMatchObject({ status: "COMPLETED" });
    expect(sent).toEqual(["POST /v2/generate", `GET /v2/generate/${id}`, `GET /v2/generate/${id}`]);
  });
});

describe("the vendor's SDK 0.3.0, which is of that time", () => {
  const id = "6533643b-aceb-4c40-967e-d9ba9baac39e";
  const model = "sync-3" as const;
  const url = "https://cdn.example.com/a";
  const media = (type: string): File => new File([beginningOf(type)], "file", { type });
  const lines = Array.from({ length: 20 }, (_, index) =>
    JSON.stringify({
      request_id: `req-${index}`,
      endpoint: "/v2/generate",
      payload: {
        model,
        input: [
          { type: "video", url },
          { type: "audio", url },
        ],
      },
    }),
  );
  const file = (): File => new File([`${lines.join("\n")}\n`], "batch.jsonl", { type: "application/jsonl" });

  const calls: readonly { name: string; call: (sdk: SyncClient) => Promise<unknown>; want: object }[] = [
    {
      name: "creates",
      call: (sdk) =>
        sdk.generations.create({
          model,
          input: [
            { type: "video", url },
            { type: "audio", url },
          ],
        }),
      want: { status: "PENDING" },
    },
    {
      name: "creates with files",
      call: (sdk) => sdk.generations.createWithFiles(media("video/mp4"), media("audio/wav"), { model }),
      want: { status: "PENDING" },
    },
    { name: "gets", call: (sdk) => sdk.generations.get(id), want: { id } },
    { name: "lists", call: (sdk) => sdk.generations.list(), want: [{ id }, {}] },
    { name: "creates a batch", call: (sdk) => sdk.batch.create(file(), {}), want: { id: "batch_abc123" } },
    { name: "gets a batch", call: (sdk) => sdk.batch.get("batch_abc123"), want: { id: "batch_abc123" } },
    {
      name: "lists batches",
      call: (sdk) => sdk.batch.list({ status: "COMPLETED" }),
      want: [{ status: "COMPLETED" }],
    },
  ];
  test.each(calls)("$name", async ({ call, want }) => {
    const sdk = new SyncClient({ apiKey: "sk-test", environment: mockServer?.url ?? "" });
    expect(await call(sdk)).toMatchObject(want);
  });

  test("estimates elsewhere", async () => {
    const sdk = new SyncClient({ apiKey: "sk-test", environment: mockServer?.url ?? "" });
    const estimate = sdk.generations.estimateCost(
      { model, input: [{ type: "video", url }] },
      { maxRetries: 0 },
    );
    await expect(estimate).rejects.toMatchObject({ statusCode: 404 });
  });
});
