import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const guide = await readFile(join(root, "docs", "sandbox.md"), "utf8");
const lines = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = ""]) =>
  text.trim().split("\n"),
);
const starts = lines.filter((line) => line.startsWith("npx specwright sandbox"));
const [start = ""] = starts;

let folder: string;
/** The sandbox of the first command, for all that is said of it. */
let url: string;
let running: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "specwright-guide-"));
  url = await started(start);
}, 60_000);
afterAll(async () => {
  await endAll();
  await rm(folder, { recursive: true, force: true });
});

async function endAll(): Promise<void> {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((done) => child.once("close", done));
    child.kill("SIGINT");
    await ended;
    expect(child.exitCode).toBe(0);
  }
  running = [];
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** Runs the command with another port, and files in a folder of its own; `npx` would only find the same program. */
async function started(command: string): Promise<string> {
  const port = await freePort();
  const [, , ...args] = command.replace("4010", String(port)).split(" ");
  const child = spawn(
    process.execPath,
    [join(root, "generator", "bin.mjs"), ...args, "--spec", join(root, "spec")],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  running.push(child);
  let output = "";
  await new Promise<void>((done, fail) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.includes(`http://127.0.0.1:${port}`)) done();
      });
    child.once("close", () => fail(new Error(output)));
  });
  return `http://localhost:${port}`;
}

it("has commands that do what is said beside them, in their order", async () => {
  const rest = lines.filter((line) => !starts.includes(line));
  expect(rest.length).toBeGreaterThan(12);
  for (const line of rest) {
    const [command = "", wanted] = line.split(/\s+# → /);
    const { stdout } = await run("bash", ["-c", command.replaceAll("http://localhost:4010", url)]);
    expect(wanted, command).toBeDefined();
    expect(stdout, command).toContain(wanted);
  }
});

it("has addresses that say how a job ends and how long it is", async () => {
  const create = async (video: string): Promise<{ id: string }> => {
    const response = await fetch(`${url}/v2/generate`, {
      method: "POST",
      headers: { "x-api-key": "sk-creator", "content-type": "application/json" },
      body: JSON.stringify({
        model: "lipsync-2",
        input: [
          { type: "video", url: video },
          { type: "audio", url: "https://cdn.example.com/a.wav" },
        ],
      }),
    });
    return (await response.json()) as { id: string };
  };
  for (const [video, status, more] of [
    [
      "https://sandbox.invalid/inaccessible.mp4",
      "FAILED",
      { error_code: "generation_input_video_inaccessible" },
    ],
    [
      "https://sandbox.invalid/rejected/generation_timeout.mp4",
      "REJECTED",
      { error_code: "generation_timeout" },
    ],
    ["https://cdn.example.com/clip-12s.mp4", "COMPLETED", { outputDuration: 12 }],
  ] as const) {
    expect(guide).toContain(video.replace("https://cdn.example.com/", ""));
    const { id } = await create(video);
    await fetch(`${url}/__sandbox/clock`, { method: "POST", body: '{"advance": "1m"}' });
    const job = await fetch(`${url}/v2/generate/${id}`, { headers: { "x-api-key": "sk-creator" } });
    expect(await job.json(), video).toMatchObject({ status, ...more });
  }
});

it("names the control operations that there are", async () => {
  const answer = (await (await fetch(`${url}/__sandbox/nothing`)).json()) as { error: string };
  const there = [...answer.error.matchAll(/[A-Z]+ [a-z]+/g)].map(([name]) => name);
  expect(there.length).toBeGreaterThan(10);
  for (const name of there) expect(guide).toContain(`\`${name}`);
});

it("has other ways of starting that start", async () => {
  for (const command of starts.slice(1)) {
    const other = await started(command);
    // Chaos may well spoil the first answers.
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () =>
        fetch(`${other}/v2/generate`, { headers: { "x-api-key": "sk-creator" } }),
      ),
    );
    expect(answers.some(({ status }) => status === "fulfilled")).toBe(true);
    await endAll();
    const [, file] = /--record (\S+)/.exec(command) ?? [];
    if (file === undefined) continue;
    const recording = await readFile(join(folder, file), "utf8");
    expect(JSON.parse(recording).log.entries).toHaveLength(5);
    expect(recording).not.toContain("sk-creator");
  }
});

it("has TypeScript that runs", async () => {
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
  const module = join(root, "contract-tests", "sandbox", "start-sandbox.ts");
  const { code: script } = await transform(
    code.replace("../contract-tests/sandbox/start-sandbox.js", module),
    {
      loader: "ts",
      format: "esm",
    },
  );
  const statements = script.replace(/^import .*$/m, "");
  const { startSandbox } = await import("../contract-tests/sandbox/start-sandbox.js");
  const said: unknown[] = [];
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as FunctionConstructor;
  await new AsyncFunction("startSandbox", "console", statements)(startSandbox, {
    log: (what: unknown) => said.push(what),
  });
  expect(said).toEqual(["limit", "request", 200]);
});

it("has a picture that is not too large", async () => {
  const { size } = await stat(join(root, "docs", "sandbox.png"));
  expect(guide).toContain("](sandbox.png)");
  expect(size).toBeLessThan(150_000);
});
