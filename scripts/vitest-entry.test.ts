import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");

/** A contract and its server in a project of a user's own, one operation of which is wrong. */
const spec = {
  openapi: "3.1.0",
  info: { title: "Clock", version: "1" },
  paths: Object.fromEntries(
    ["/now", "/zone"].map((path) => [
      path,
      {
        get: {
          operationId: path.slice(1),
          responses: {
            "200": {
              description: "It.",
              content: { "application/json": { schema: { type: "object", required: ["value"] } } },
            },
          },
        },
      },
    ]),
  ),
};
const tests = `import { contractTest } from "specwright/vitest";
contractTest({
  spec: "clock.json",
  target: { fetch: (request: Request) => Response.json(request.url.endsWith("/now") ? { value: 1 } : {}) },
  checks: ["not_a_server_error", "response_schema_conformance"],
  skip: [{ check: "not_a_server_error", operation: "zone", because: "it is too slow" }],
  maxCases: 10,
});
`;
/** What the compiler must take, and refuse. */
const use = `import { contractTest, type ContractTestOptions } from "specwright/vitest";
import { createServer } from "node:http";
contractTest({ spec: new URL("openapi.yaml", import.meta.url), target: { fetch: async () => new Response() } });
contractTest({ spec: "a.yaml", target: "http://127.0.0.1:1", key: ["a", "b"], only: "reads" });
contractTest({ spec: "a.yaml", target: async () => { const server = createServer().listen(0); return { url: "http://127.0.0.1:1", close: () => server.close() }; } });
export const options: ContractTestOptions = { spec: "a.yaml", target: { fetch: (request: Request) => new Response(request.url) } };
// @ts-expect-error no target
contractTest({ spec: "a.yaml" });
// @ts-expect-error a misspelt option
contractTest({ spec: "a.yaml", target: "http://127.0.0.1:1", maxcases: 1 });
// @ts-expect-error no reason
contractTest({ spec: "a.yaml", target: "http://127.0.0.1:1", skip: [{ check: "ignored_auth" }] });
`;

let folder: string;
let tarball: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "specwright-vitest-"));
  const { stdout } = await run("npm", ["pack", ".", "--json", "--pack-destination", folder], { cwd: root });
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf("["))) as [{ filename: string }];
  tarball = join(folder, filename);
  // Installed as npm would, with packages that are here already, so that no registry is asked.
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  await run("tar", ["-xzf", tarball, "-C", modules]);
  await cp(join(modules, "package"), join(modules, "specwright"), { recursive: true });
  const names = (await readdir(join(root, "node_modules"))).filter((name) => !name.startsWith("."));
  for (const name of names.filter((one) => one !== "sync-api-client"))
    await symlink(join(root, "node_modules", name), join(modules, name), "junction");
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "clock.json"), JSON.stringify(spec));
  await writeFile(join(folder, "clock.test.ts"), tests);
  await writeFile(join(folder, "use.ts"), use);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the packed tool tests a server in another project", async () => {
  await run(
    process.execPath,
    [join("node_modules", "vitest", "vitest.mjs"), "run", "--reporter=json", "--outputFile=out.json"],
    { cwd: folder },
  ).catch(() => undefined); // one test fails
  const { testResults } = JSON.parse(await readFile(join(folder, "out.json"), "utf8")) as {
    testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
  };
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  expect(Object.fromEntries(results.map(({ fullName, status }) => [fullName, status]))).toEqual({
    "contract clock.json now not_a_server_error": "passed",
    "contract clock.json now response_schema_conformance": "passed",
    "contract clock.json zone not_a_server_error": "skipped",
    "contract clock.json zone response_schema_conformance": "failed",
  });
  const [message = ""] = results.flatMap(({ failureMessages }) => failureMessages);
  expect(message).toContain("the body must have required property 'value'");
  expect(message).toContain("curl -i -X GET");
  expect(message).toContain("clock.test.ts:2"); // the place to look at is the user's own
});

test("it type-checks there", async () => {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "es2022",
    module: "nodenext",
    types: ["node"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", "."], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe("");
});

test("its types are found wherever ES modules are understood", async () => {
  const data = new Uint8Array(await readFile(tarball));
  const analysis = await checkPackage(createPackageFromTarballData(data), { entrypoints: ["./vitest"] });
  const problems = analysis.types === false ? ["no types"] : analysis.problems;
  const ofOthers = ["node10", "node16-cjs"];
  expect(
    problems.filter(
      (problem) =>
        typeof problem === "string" ||
        !("resolutionKind" in problem) ||
        !ofOthers.includes(problem.resolutionKind),
    ),
  ).toEqual([]);
});
