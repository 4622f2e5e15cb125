import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { json, localServer } from "../../testing/local-server.js";
import { project, runNode, specwright } from "../../testing/specwright.js";
import { typeErrors } from "../../testing/type-errors.js";

const run = promisify(execFile);
/** Where the project's packages are found. */
const folder = join(project, "node_modules", ".cache", `batch-${process.pid}`);
afterAll(() => rm(folder, { recursive: true, force: true }));

const answer = (schema: object, links?: object) => ({
  description: "An import.",
  content: { "application/json": { schema } },
  ...(links && { links }),
});
const text = { type: "string" };
const importJob = {
  type: "object",
  required: ["key", "state"],
  properties: { key: text, state: text, resultsAt: text },
  "x-job": {
    statusProperty: "state",
    pending: ["NEW"],
    succeeded: ["DONE"],
    failed: ["BROKEN"],
    pollSeconds: 0.01,
  },
};
const line = {
  type: "object",
  additionalProperties: false,
  required: ["ref", "kind", "weight"],
  properties: { ref: text, kind: { const: "parcel" }, weight: { type: "number" } },
};
const lines = {
  type: "string",
  contentMediaType: "application/jsonl",
  "x-max-bytes": 1_000,
  "x-item-schema": {
    schema: { $ref: "#/components/schemas/Line" },
    minItems: 2,
    maxItems: 3,
    uniqueBy: "ref",
  },
};
const form = {
  type: "object",
  required: ["file"],
  properties: { file: lines, only_check: { type: "boolean" }, label: text },
};

/** An API of imports, with what says how to use them in batches, and a link that says how to look at one. */
function spec(fields: object, links: object = {}): object {
  const requestBody = { required: true, content: { "multipart/form-data": { schema: form } } };
  const key = { name: "key", in: "path", required: true, schema: text };
  return {
    openapi: "3.1.0",
    info: { title: "Parcels", version: "1.0.0" },
    "x-client": { packageName: "parcels-client", className: "ParcelsClient", apiKeyEnv: "PARCELS_KEY" },
    paths: {
      "/imports": {
        post: {
          operationId: "parcels.bulk.import",
          ...fields,
          requestBody,
          responses: { "201": answer({ $ref: "#/components/schemas/Import" }, links) },
        },
      },
      "/imports/{key}": {
        get: {
          operationId: "imports.look",
          parameters: [key],
          responses: { "200": answer({ $ref: "#/components/schemas/Import" }) },
        },
      },
    },
    components: { schemas: { Import: importJob, Line: line } },
  };
}

async function generate(name: string, document: object): Promise<string> {
  const place = join(folder, name);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "openapi.json"), JSON.stringify(document));
  const { code, stdout, stderr } = await specwright(["generate", place, join(place, "client")]);
  expect({ code, stderr: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, stderr: "" });
  return join(place, "client");
}

describe("a package of an API with batches that can be looked at", () => {
  const links = { look: { operationId: "imports.look", parameters: { key: "$response.body#/key" } } };
  const batch = { dryRunProperty: "only_check", idProperty: "key", resultProperty: "resultsAt" };
  let client: string;

  beforeAll(async () => {
    client = await generate("looked-at", spec({ "x-batch": batch }, links));
    await run(process.execPath, [join(project, "node_modules/typescript/bin/tsc"), "--build", client]);
  }, 120_000);

  it("has types of its own", async () => {
    const program = `import { ParcelsClient, type Line } from "./client/dist/index.js";
import { checkBatches, readResults, runBatches, type BatchRow } from "./client/dist/batch.js";
const client = new ParcelsClient();
const rows: BatchRow[] = [{ ref: "a", weight: 1 }, { ref: "b", weight: 2, kind: "parcel" }];
// @ts-expect-error a value it can't have
rows.push({ ref: "c", weight: 1, kind: "letter" });
// @ts-expect-error a property missing
runBatches(client, [{ ref: "a" }]);
// @ts-expect-error a field that the form has not
checkBatches(client, rows, { form: { colour: "red" } });
// @ts-expect-error a field that is not the caller's to say
checkBatches(client, rows, { form: { only_check: false } });
for await (const { job, outcome, results } of runBatches<{ ok: boolean }>(client, rows, { form: { label: "x" } })) {
  const state: string = job.state;
  const ended: "succeeded" | "failed" = outcome;
  for await (const { request, result } of results()) {
    const line: Line | null = request;
    const ok: boolean | undefined = result?.ok;
    void [state, ended, line, ok];
  }
}
for await (const found of readResults("")) if (found.kind === "missing") found.request.weight.toFixed();
`;
    const place = join(folder, "looked-at");
    const compilerOptions = {
      noEmit: true,
      strict: true,
      target: "es2022",
      module: "nodenext",
      types: [],
      skipLibCheck: true,
    };
    await writeFile(join(place, "program.ts"), program);
    await writeFile(join(place, "package.json"), '{"type":"module"}');
    await writeFile(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    expect(typeErrors(place)).toEqual([]);
  }, 120_000);

  it("follows them by the contract's link, to their results", async () => {
    const looks = new Map<string, number>();
    const files: string[] = [];
    await using server = await localServer(({ method, url, body }, response) => {
      const key = url.split("/")[2] ?? "";
      if (method === "POST") {
        files.push(body.toString());
        json(response, 201, { key: `i${files.length}`, state: "NEW", resultsAt: "" });
      } else if (url.endsWith("/results")) {
        const refs = [...(files[Number(key.slice(1)) - 1] ?? "").matchAll(/"ref":"(\w+)"/g)];
        response.end(refs.map(([, ref]) => `${JSON.stringify({ ref, ok: true })}\n`).join(""));
      } else {
        looks.set(key, (looks.get(key) ?? 0) + 1);
        const isDone = (looks.get(key) ?? 0) > 1;
        const resultsAt = isDone ? `http://${server.origin.slice(7)}/imports/${key}/results` : "";
        json(response, 200, { key, state: isDone ? "DONE" : "NEW", resultsAt });
      }
    });
    const program = `import { ParcelsClient } from "./client/dist/index.js";
import { runBatches } from "./client/dist/batch.js";
import { fileState } from "./client/dist/runtime/batch-node/state-file.js";
const client = new ParcelsClient({ apiKey: "k", baseUrl: ${JSON.stringify(server.url)} });
const rows = ["a", "b", "c", "d", "e"].map((ref, index) => ({ ref, weight: index }));
const state = fileState("./state.json");
const found = [];
for await (const batch of runBatches(client, rows, { state, form: { label: "mine" }, pollMs: 10 }))
  for await (const { kind, request } of batch.results()) found.push(kind + " " + request.ref + request.weight + request.kind);
console.log(found.sort().join("\\n"));
`;
    await writeFile(join(folder, "looked-at", "program.mjs"), program);
    const cwd = join(folder, "looked-at");
    const wanted = ["a0", "b1", "c2", "d3", "e4"].map((each) => `result ${each}parcel\n`).join("");
    expect(await runNode(["program.mjs"], { cwd })).toEqual({ code: 0, stdout: wanted, stderr: "" });
    expect(files.length).toBe(2);
    expect(files[0]).toContain("mine");
    expect(await runNode(["program.mjs"], { cwd })).toEqual({ code: 0, stdout: "\n", stderr: "" });
    expect(files.length).toBe(2);
  }, 120_000);
});

it("a package of an API without batches has no such entry", async () => {
  const client = await generate("none", spec({}));
  const { default: manifest } = await import(join(client, "package.json"), { with: { type: "json" } });
  const entries = Object.keys((manifest as { exports: object }).exports);
  expect(entries.filter((entry) => entry.includes("batch"))).toEqual([]);
}, 120_000);
