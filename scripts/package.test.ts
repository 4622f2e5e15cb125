import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");

/** The vendor's own quick example, with only its import changed, and then a get. */
const program = `import { SyncClient } from "sync-api-client";

const sync = new SyncClient();

const response = await sync.generations.create({
  input: [
    { type: "video", url: "https://your-cdn.com/video.mp4" },
    { type: "audio", url: "https://your-cdn.com/audio.wav" },
  ],
  model: "lipsync-2",
});

console.log(\`Job ID: \${response.id}\`);

const job = await sync.generations.get(response.id);
console.log(job.status);
`;

/** What a wrong call looks like to the compiler: each line must be an error. */
const misuse = `import { SyncClient, type Generation } from "sync-api-client";
import { openFile } from "sync-api-client/node";
const sync = new SyncClient();
// @ts-expect-error an unknown model
sync.generations.create({ input: [{ type: "video", url: "u" }], model: "lipsync-9" });
// @ts-expect-error a missing property
sync.generations.create({ model: "lipsync-2" });
// @ts-expect-error an unknown property
sync.generations.create({ input: [], model: "lipsync-2", inputs: [] });
// @ts-expect-error a file is no text
sync.generations.createWithFiles({ model: "lipsync-2", video: "clip.mp4" });
// @ts-expect-error the id comes first
sync.generations.get({ id: "1" });
// @ts-expect-error an unknown status in a request
sync.generations.list({ status: ["DONE"] });
const files: Parameters<typeof sync.generations.createWithFiles>[0] = { model: "react-1", video: new Blob([]), audio: new File([], "a.wav"), input: [{ type: "text", provider: { name: "elevenlabs", voiceId: "v", script: "s" } }] };
sync.generations.createWithFiles({ model: "react-1", video: await openFile("a.mp4"), audio: { stream: new Blob([]).stream(), size: 0 } }, { onUploadProgress: ({ sentBytes, totalBytes }) => sentBytes / totalBytes });
// @ts-expect-error a stream's length must be known
sync.generations.createWithFiles({ model: "react-1", video: { stream: new Blob([]).stream() } });
for await (const listed of sync.generations.list()) listed satisfies Generation;
const all: Generation[] = await sync.generations.list();
void all;
declare const job: Generation;
switch (job.status) { case "COMPLETED": case "FAILED": break; default: { const other: string = job.status; void other; } }
void files;
`;

/** A receiver of webhooks, right and wrong, for whoever has no types of Node. */
const receiver = `import { handleNode, handleRequest, InvalidArgumentError, sign, verify, type WebhookEvent } from "sync-api-client/webhooks";
import type { Batch, GenerationNotification } from "sync-api-client";
const read = (event: WebhookEvent): Batch | GenerationNotification | null => event.type === "unknown" ? null : event.payload;
export const receive: (request: Request) => Promise<Response> = handleRequest(["new", "old"], read, { toleranceSeconds: 60 });
export const header: Promise<string> = sign("{}", "secret", { timestamp: 1, type: "batchFinished" });
export const event: Promise<WebhookEvent> = verify(new Uint8Array(1), new Headers(), "secret");
// @ts-expect-error a body that was parsed
verify({ id: "1" }, {}, "secret");
// @ts-expect-error another webhook has the metrics
handleNode("secret", (event) => event.type === "generationFinished" && event.payload.metrics);
void InvalidArgumentError;
`;

/** The same for Node's own server. */
const nodeReceiver = `import { createServer, type IncomingMessage } from "node:http";
import { handleNode } from "sync-api-client/webhooks";
const handle = handleNode("secret", async ({ type, payload }) => { if (type === "batchFinished") console.log(payload.metrics.success_count); });
createServer(handle).listen(0);
export const withBody = (request: IncomingMessage & { body: Buffer }): Promise<void> => handle(request, { statusCode: 0, headersSent: false, setHeader: () => 0, end: () => 0 });
`;

let folder: string;
let tarball: string;

/** Packs a folder; returns the tarball's path. */
async function pack(source: string, ...flags: string[]): Promise<string> {
  const { stdout } = await run("npm", ["pack", source, "--json", "--pack-destination", folder, ...flags], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf("["))) as [{ filename: string }];
  return join(folder, filename);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "specwright-package-"));
  tarball = await pack("./generated");
  // Installed from tarballs alone, so that no registry is asked.
  const dependencies = await Promise.all(
    ["openapi-fetch", "openapi-typescript-helpers"].map((name) =>
      pack(`./node_modules/${name}`, "--ignore-scripts"),
    ),
  );
  await mkdir(join(folder, "app"));
  await writeFile(
    join(folder, "app", "package.json"),
    JSON.stringify({ name: "app", private: true, type: "module" }),
  );
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball, ...dependencies], {
    cwd: join(folder, "app"),
  });
  await writeFile(join(folder, "app", "program.ts"), program);
  await writeFile(join(folder, "app", "misuse.ts"), misuse);
  await writeFile(join(folder, "app", "receiver.ts"), receiver);
  await writeFile(join(folder, "app", "node-receiver.ts"), nodeReceiver);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  it("runs in an empty project", async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers["x-api-key"]}`);
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({ id: "job-1", status: "PENDING", createdAt: "", model: "lipsync-2", input: [] }),
      );
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      const { port } = server.address() as AddressInfo;
      const here = program.replace(
        "new SyncClient()",
        `new SyncClient({ baseUrl: "http://127.0.0.1:${port}" })`,
      );
      await writeFile(join(folder, "app", "program.mjs"), here);
      const { stdout } = await run(process.execPath, ["program.mjs"], {
        cwd: join(folder, "app"),
        env: { ...process.env, SYNC_API_KEY: "sk-from-environment" },
      });
      expect(stdout).toBe("Job ID: job-1\nPENDING\n");
      expect(seen).toEqual([
        "POST /v2/generate sk-from-environment",
        "GET /v2/generate/job-1 sk-from-environment",
      ]);
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  it("has one dependency, and nothing of Node's in its code, but for its entry node", async () => {
    const installed = join(folder, "app", "node_modules", "sync-api-client");
    const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as {
      dependencies: object;
    };
    expect(Object.keys(manifest.dependencies)).toEqual(["openapi-fetch"]);
    const files = (await readdir(join(installed, "dist"), { recursive: true })).filter(
      (name) =>
        name.endsWith(".js") && !name.includes("batch-node") && name !== join("runtime", "node", "files.js"), // for Node only
    );
    expect(files.length).toBeGreaterThan(10);
    for (const file of files)
      expect(await readFile(join(installed, "dist", file), "utf8")).not.toMatch(/["']node:/);
  });

  it("is what publint asks for", async () => {
    const installed = join(folder, "app", "node_modules", "sync-api-client");
    const { messages, pkg } = await publint({ pkgDir: installed, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has types that agree with its code, wherever ES modules are understood", async () => {
    const analysis = await checkPackage(
      createPackageFromTarballData(new Uint8Array(await readFile(tarball))),
    );
    const problems = analysis.types === false ? ["no types"] : analysis.problems;
    // The package is ES modules only: what CommonJS and TypeScript's `node10` resolution make of it is no defect.
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
});

describe("its types", () => {
  const hoverOf = (text: string, word: string): string => {
    const file = join(folder, "app", "hover.ts");
    const host: ts.LanguageServiceHost = {
      getCompilationSettings: () => ({
        strict: true,
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.NodeNext,
      }),
      getScriptFileNames: () => [file],
      getScriptVersion: () => "1",
      getScriptSnapshot: (name) => {
        const content = name === file ? text : ts.sys.readFile(name);
        return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
      },
      getCurrentDirectory: () => join(folder, "app"),
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (name) => name === file || ts.sys.fileExists(name),
      readFile: (name) => (name === file ? text : ts.sys.readFile(name)),
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
    };
    const info = ts.createLanguageService(host).getQuickInfoAtPosition(file, text.lastIndexOf(word));
    return ts.displayPartsToString(info?.displayParts);
  };

  it.each([
    [
      "create",
      "(method) GenerationsResource.create(request: CreateGenerationRequest, options?: RequestOptions): Promise<Keyed<Generation>>",
    ],
    ["get", "(method) GenerationsResource.get(id: string, options?: RequestOptions): Promise<Generation>"],
    [
      "list",
      "(method) GenerationsResource.list(query?: GenerationsListArguments, options?: RequestOptions): ListPromise<Generation>",
    ],
  ])("a hover over %s reads as one would write it", (method, want) => {
    const text = `import { SyncClient } from "sync-api-client";\nnew SyncClient().generations.${method}`;
    expect(hoverOf(text, method)).toBe(want);
  });

  it("are exported for every schema of the contract", async () => {
    const { components } = parse(await readFile(join(root, "spec", "openapi.yaml"), "utf8")) as {
      components: { schemas: object };
    };
    const names = Object.keys(components.schemas);
    expect(names.length).toBeGreaterThan(20);
    const text = `import type { ${names.join(", ")} } from "sync-api-client";\n${names.map((name) => `export type My${name} = ${name};`).join("\n")}`;
    await writeFile(join(folder, "app", "schemas.ts"), text);
    const options = {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
    };
    const program = ts.createProgram([join(folder, "app", "schemas.ts")], options);
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
  });
});

const compilers = {
  "5.4": "users-typescript-5.4",
  "5.9": "typescript",
  "6": "users-typescript-6",
  "7": "users-typescript-7",
};
/** Each with what is compiled under it; the first also checks the package's own declarations. */
const settings = {
  "for Node": {
    options: { module: "nodenext", moduleResolution: "nodenext", skipLibCheck: false },
    files: ["program.ts", "misuse.ts", "receiver.ts"],
  },
  "for a bundler": { options: { module: "esnext", moduleResolution: "bundler" }, files: ["program.ts"] },
  "without the DOM": {
    options: { module: "nodenext", moduleResolution: "nodenext", lib: ["ES2023"], types: ["node"] },
    files: ["program.ts", "node-receiver.ts"],
  },
};
const maxInstantiations = 2_000;

describe("programs that use it, right and wrong", () => {
  beforeAll(async () => {
    for (const name of ["@types", "undici-types"])
      await cp(join(root, "node_modules", name), join(folder, "app", "node_modules", name), {
        recursive: true,
      });
  });

  describe.each(Object.entries(compilers))("under TypeScript %s", (version, compiler) => {
    it.each(Object.entries(settings))("%s", async (name, { options, files }) => {
      const config = join(folder, "app", `tsconfig-${version}-${name.replaceAll(" ", "-")}.json`);
      const compilerOptions = {
        strict: true,
        noEmit: true,
        target: "es2022",
        exactOptionalPropertyTypes: true,
        types: [],
        skipLibCheck: true,
        ...options,
      };
      await writeFile(config, JSON.stringify({ compilerOptions, files }));
      const tsc = join(root, "node_modules", compiler, "bin", "tsc");
      const { stdout } = await run(process.execPath, [tsc, "-p", config, "--extendedDiagnostics"]).catch(
        (error: { stdout: string }) => error,
      );
      expect(stdout).not.toContain("error TS");
      if (name !== "for a bundler") return;
      const [, count] = /Instantiations:\s+(\d+)/.exec(stdout) ?? [];
      expect(Number(count)).toBeLessThan(maxInstantiations);
    });
  });
});
