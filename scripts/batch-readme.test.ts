import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { typeErrors } from "../generator/testing/type-errors.js";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const folder = join(root, "node_modules", ".cache", `batch-readme-${process.pid}`);
let program = "";

beforeAll(async () => {
  const readme = await readFile(join(root, "generated", "README.md"), "utf8");
  const [, section = ""] = /^## Batches\n([\s\S]*?)^## /m.exec(readme) ?? [];
  program = /```ts\n([\s\S]*?)```/.exec(section)?.[1] ?? "";
  await mkdir(folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An API that creates every batch, and whose results are behind a redirect. */
const api = `
const files = [];
const results = (file) => file.trimEnd().split("\\n").map((line) => {
  const { request_id } = JSON.parse(line);
  return JSON.stringify({ request_id, response: { status: "COMPLETED" } }) + "\\n";
}).join("");
globalThis.fetch = async (...given) => {
  const request = new Request(...given);
  const { pathname, host } = new URL(request.url);
  const number = Number(pathname.split("/").at(-1));
  const key = request.headers.get("x-api-key");
  if (host === "storage.example.com") return new Response(key === null ? results(files[number]) : "the key!");
  if (request.method === "GET") return new Response(null, { status: 302, headers: { location: "https://storage.example.com/" + number } });
  const form = await request.formData();
  files.push(await form.get("input").text());
  const id = "batch-" + (files.length - 1);
  const batch = { id, created_at: "", metrics: {}, webhookUrl: null };
  const outputUrl = "https://api.sync.so/results/" + (files.length - 1);
  setTimeout(() => notify({ ...batch, status: "COMPLETED", outputUrl }), 5);
  return Response.json({ ...batch, status: "PENDING", outputUrl: "" }, { status: 201 });
};
`;

describe("the program of the package's README", () => {
  it("type-checks", async () => {
    const compilerOptions = {
      noEmit: true,
      strict: true,
      target: "es2022",
      module: "nodenext",
      types: [],
      skipLibCheck: true,
      lib: ["ES2022", "DOM"],
    };
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    await writeFile(join(folder, "program.ts"), program);
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["program.ts"] }),
    );
    expect(typeErrors(folder)).toEqual([]);
  }, 120_000);

  it("runs, and sends nothing when it runs again", async () => {
    const handler = "const notify = (notification) => inbox.deliver(notification);";
    const told = program.replace(/^\/\/ In your webhook's handler.*$/m, handler);
    expect(told).toContain(handler);
    const { code } = await transform(told, { loader: "ts", format: "esm" });
    await writeFile(join(folder, "program.mjs"), api + code);
    const env = { ...process.env, SYNC_API_KEY: "sk-readme" };
    const { stdout } = await run(process.execPath, ["program.mjs"], { cwd: folder, env });
    const lines = stdout.split("\n");
    expect(lines.filter((line) => line.startsWith("Batch ")).sort()).toEqual([
      "Batch 1, lines 1 to 500: succeeded",
      "Batch 2, lines 501 to 1000: succeeded",
    ]);
    expect(lines.filter((line) => /^row-\d+ {$/.test(line)).length).toBe(1_000);
    const again = await run(process.execPath, ["program.mjs"], { cwd: folder, env });
    expect(again.stdout).toBe("");
  }, 120_000);
});
