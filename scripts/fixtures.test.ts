import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build, transform } from "esbuild";
import { setupServer } from "msw/node";
import {
  ConcurrencyLimitError,
  type Generation,
  HttpError,
  JobFailedError,
  SyncClient,
} from "sync-api-client";
import * as examples from "sync-api-client/examples";
import { handlers, jobScenario, respond } from "sync-api-client/msw";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const scratch = join(root, "node_modules", ".cache", `fixtures-${process.pid}`);
const sync = new SyncClient({ apiKey: "test-key" });
const server = setupServer(...handlers());

beforeAll(async () => {
  await mkdir(scratch, { recursive: true });
  server.listen({ onUnhandledRequest: "error" });
});
afterEach(() => server.resetHandlers());
afterAll(async () => {
  server.close();
  await rm(scratch, { recursive: true, force: true });
});

/** Each operation with its examples, and how the client calls it with one of them. */
const calls: readonly {
  readonly id: Parameters<typeof respond>[0];
  readonly of: { readonly requests: object; readonly responses: Readonly<Record<string, object>> };
  readonly call: (request: never) => Promise<unknown>;
}[] = [
  { id: "generations.create", of: examples.generationsCreate, call: (it) => sync.generations.create(it) },
  {
    id: "generations.createWithFiles",
    of: examples.generationsCreateWithFiles,
    call: (it) => sync.generations.createWithFiles(it),
  },
  {
    id: "generations.estimateCost",
    of: examples.generationsEstimateCost,
    call: (it) => sync.generations.estimateCost(it),
  },
  { id: "generations.get", of: examples.generationsGet, call: () => sync.generations.get("some-id") },
  { id: "generations.list", of: examples.generationsList, call: () => sync.generations.list() },
  { id: "batch.create", of: examples.batchCreate, call: (it) => sync.batch.create(it) },
];

describe.each(calls)("$id", ({ id, of, call }) => {
  const requests = Object.entries(of.requests) as [string, never][];
  const answers = Object.entries(of.responses).flatMap(([status, named]) =>
    Object.entries(named).map(([name, body]: [string, unknown]) => ({ status: Number(status), name, body })),
  );

  it.each(requests)("takes the example %s and answers", async (_, request) => {
    const [success] = answers.filter(({ status }) => status < 300);
    expect(await call(request)).toEqual(success?.body);
  });

  it.each(answers)("can be made to answer $status $name", async ({ status, name, body }) => {
    server.use(respond(id, { status, example: name, headers: { "retry-after": "0" } } as never));
    const request = Object.values(of.requests)[0] as never;
    const outcome = await call(request).catch((error: unknown) => error);
    if (status < 300) expect(outcome).toEqual(body);
    else expect(outcome).toMatchObject({ status, body });
  });
});

describe("in a test of an application", () => {
  it("a job takes its course", async () => {
    server.use(...jobScenario("generations.get"));
    const seen: string[] = [];
    const done = await sync.generations.createAndWait(examples.generationsCreate.requests.quick, {
      pollMs: 1,
      onProgress: ({ status }) => seen.push(status),
    });
    expect(seen).toEqual(["PENDING", "PROCESSING", "COMPLETED"]);
    expect(done).toEqual({ ...examples.generationsGet.responses["200"].completed, id: done.id });
  });

  it("a job of files fails", async () => {
    server.use(...jobScenario("generations.get", { statuses: ["PENDING", "FAILED"] }));
    const request = examples.generationsCreateWithFiles.requests.twoFiles;
    await expect(sync.generations.createWithFilesAndWait(request, { pollMs: 1 })).rejects.toThrow(
      JobFailedError,
    );
  });

  it("an error has its class, its body and the headers that the contract requires", async () => {
    const { id } = examples.generationsGet.responses["200"].pending;
    server.use(respond("generations.get", { status: 404 }));
    await expect(sync.generations.get(id)).rejects.toThrow(HttpError);
    const response = (await Promise.resolve(examples.generationsCreate.responses["429"])) satisfies object;
    expect(Object.keys(response)).toContain("concurrency");
    server.use(
      respond("generations.createWithFiles", {
        status: 429,
        example: "concurrency",
        headers: { "retry-after": "0" },
      }),
    );
    const request = examples.generationsCreateWithFiles.requests.twoFiles;
    await expect(sync.generations.createWithFiles(request)).rejects.toThrow(ConcurrencyLimitError);
  });

  it("files begin like what they are named", async () => {
    const { video, audio } = examples.generationsCreateWithFiles.requests.twoFiles;
    expect(await (video as File).slice(4, 8).text()).toBe("ftyp");
    expect(await (audio as File).slice(0, 4).text()).toBe("RIFF");
  });

  it("what one test changes, no other sees", () => {
    const job: Generation = examples.generationsGet.responses["200"].completed;
    job.input.length = 0;
    expect(examples.generationsGet.responses["200"].completed.input.length).toBeGreaterThan(0);
  });
});

describe("a bundle", () => {
  const bundle = async (code: string): Promise<string> => {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: root },
      bundle: true,
      write: false,
      format: "esm",
      platform: "neutral",
      external: ["openapi-fetch", "msw"],
      logLevel: "error",
    });
    return outputFiles[0]?.text ?? "";
  };

  it("of one operation's examples has no other's", async () => {
    const text = await bundle(
      'import { generationsGet } from "sync-api-client/examples"; console.log(generationsGet);',
    );
    expect(text).toContain("outputUrl");
    expect(text).not.toMatch(/lipsync-1\.9|twoFiles|request_id|maxBytes/);
  });

  it("of the client has no examples, no handlers and no spans", async () => {
    const text = await bundle('import { SyncClient } from "sync-api-client"; console.log(SyncClient);');
    expect(text).not.toMatch(/operationExamples|mockApi|spansOf|cdn\.example\.com/);
  });
});

/** Assignable both ways that a test needs: as an argument and in the place of a result. */
const uses = `
import { type Batch, type Generation, type GenerationNotification, SyncClient } from "sync-api-client";
import { batchCreate, generationFinishedWebhook, generationsCreate, generationsCreateWithFiles, generationsEstimateCost, generationsGet, generationsList } from "sync-api-client/examples";
declare const sync: SyncClient;
export const created: Promise<Generation> = sync.generations.create(generationsCreate.requests.quick);
export const uploaded = sync.generations.createWithFiles(generationsCreateWithFiles.requests.allParts);
export const batched = sync.batch.create(batchCreate.requests.twentyLines);
export const job: Awaited<ReturnType<typeof sync.generations.get>> = generationsGet.responses["200"].completed;
export const list: Awaited<ReturnType<typeof sync.generations.list>> = generationsList.responses["200"].some;
export const cost: Awaited<ReturnType<typeof sync.generations.estimateCost>> = generationsEstimateCost.responses["200"].tenSeconds;
export const code: string | undefined = generationsCreate.responses["429"].rate.errorCode;
export const payload: GenerationNotification = generationFinishedWebhook.completed;
// @ts-expect-error there is no such example
generationsCreate.requests.slow;
// @ts-expect-error a job is no batch
export const wrong: Batch = generationsGet.responses["200"].completed;
`;

const misuse = `
import { handlers, jobScenario, respond } from "sync-api-client/msw";
handlers({ baseUrl: "https://a.example" });
respond("generations.create");
respond("generations.create", { status: 429, example: "rate", once: true, headers: { "retry-after": "0" } });
respond("generations.get", { example: "completed" }, { baseUrl: "https://a.example" });
respond("generations.get", { status: 418, body: { any: "thing" } });
jobScenario("generations.get", { statuses: ["PENDING", "REJECTED"] });
// @ts-expect-error no such operation
respond("generations.lose");
// @ts-expect-error no such example
respond("generations.create", { status: 429, example: "rates" });
// @ts-expect-error an example of another status
respond("generations.create", { status: 400, example: "rate" });
// @ts-expect-error no such status of a job
jobScenario("generations.get", { statuses: ["DONE"] });
`;

const readme = await readFile(join(root, "generated", "README.md"), "utf8");
const snippets = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)]
  .map(([, text = ""]) => text)
  .filter((text) => /\/(examples|msw|opentelemetry)"/.test(text));

describe.each([
  ["5.4", "users-typescript-5.4"],
  ["5.9", "typescript"],
  ["6", "users-typescript-6"],
  ["7", "users-typescript-7"],
])("under TypeScript %s", (version, compiler) => {
  it("examples fit the client's methods, and answers what the contract says", async () => {
    const folder = join(scratch, version);
    await mkdir(folder);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: "es2022",
      module: "nodenext",
      exactOptionalPropertyTypes: true,
      types: [],
      skipLibCheck: true,
    };
    const files = { "uses.ts": uses, "misuse.ts": misuse };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    for (const [index, text] of snippets.entries())
      await writeFile(join(folder, `snippet-${index}.ts`), text);
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    const tsc = join(root, "node_modules", compiler, "bin", "tsc");
    const { stdout } = await run(process.execPath, [tsc, "-p", folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  }, 60_000);
});

describe("the package's README", () => {
  it("shows all three", () => expect(snippets).toHaveLength(3));

  it.each(snippets.map((text, index) => [index, text] as const))("runs: snippet %i", async (index, text) => {
    const { code } = await transform(text, { loader: "ts", format: "esm" });
    const path = join(scratch, `snippet-${index}.mjs`);
    await writeFile(path, code);
    const { stdout, stderr } = await run(process.execPath, [path]);
    expect(stderr).toBe("");
    const want = [/model: 'lipsync-2'[\s\S]*status: 'PENDING'/, /status: 'COMPLETED'[\s\S]*\n400\n$/, /^$/];
    expect(stdout).toMatch(want[index] ?? "");
  });
});
