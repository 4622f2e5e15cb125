import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { specwright } from "../generator/testing/specwright.js";
import { typeErrors } from "../generator/testing/type-errors.js";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const readme = await readFile(join(root, "README.md"), "utf8");

/** The fenced blocks of a language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text = ""]) =>
    text.trimEnd(),
  );
}

/** Every command of the README: whole blocks, and what stands in the text between backticks. */
const inText = [...readme.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`((?:npm|npx) [^`]+)`/g)].map(
  ([, text = ""]) => text,
);
const commands = [...new Set([...blocks("sh").flatMap((block) => block.split("\n")), ...inText])];

let clone: string;

beforeAll(async () => {
  // A copy of what git would hold, as a fresh clone has it; the packages are there already.
  clone = await mkdtemp(join(tmpdir(), "specwright-readme-"));
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  });
  for (const path of stdout.split("\0").filter((name) => name !== "")) {
    await mkdir(dirname(join(clone, path)), { recursive: true });
    await cp(join(root, path), join(clone, path)).catch(() => undefined); // deleted, not yet committed
  }
  await symlink(join(root, "node_modules"), join(clone, "node_modules"));
  await mkdir(join(clone, "path", "to"), { recursive: true });
  const petstore = {
    openapi: "3.1.0",
    info: { title: "Pets", version: "1.0.0" },
    paths: { "/pets": { get: { operationId: "pets.list", responses: { "200": { description: "Pets." } } } } },
  };
  await writeFile(join(clone, "path/to/openapi.yaml"), JSON.stringify(petstore));
  const commit = "git -c user.name=Reader -c user.email=reader@example.com commit --quiet --message Cloned";
  await run("bash", ["-c", `git init --quiet && git add spec && ${commit}`], { cwd: clone });
}, 60_000);

afterAll(() => rm(clone, { recursive: true, force: true }));

async function inClone(command: string): Promise<{ stdout: string; stderr: string; code: number | null }> {
  // That npx and npm find the command is tested once (generator/cli.test.ts); here it saves a process for each.
  const [, args] = /^npx specwright ([\w:./ -]+)$/.exec(command) ?? [];
  if (args) return specwright(args.split(" "), { cwd: clone });
  const done = run("bash", ["-c", command], {
    cwd: clone,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  return done.then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
}

/** Starts what serves until it is ended, on a free port; gives its address once it listens. */
async function serving(command: string) {
  const child = spawn(
    "node",
    ["generator/bin.mjs", ...command.replace("4010", "0").split(" ").slice(2), "--json"],
    {
      cwd: clone,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const first = await new Promise<string>((done, fail) => {
    child.stdout.setEncoding("utf8").once("data", done);
    child.once("close", () => fail(new Error(`${command} ended`)));
  });
  const stop = async (): Promise<number | null> => {
    child.kill();
    return ended;
  };
  return { url: (JSON.parse(first.split("\n")[0] ?? "") as { url: string }).url, stop };
}

const masked = (text: string): string =>
  text.replaceAll(/\d+(?= ms| written| unchanged| removed| file)/g, "n").replaceAll(/ n ms$/gm, "");

describe("the README's commands", () => {
  /** `npm ci` needs the network; CI has run it before it runs this. The system tests are these. */
  const provenByCi = ["npm ci && npm test", "npm run test:system"];
  const isServer = (command: string): boolean => command.startsWith("npx specwright sandbox");
  const server = commands.find(isServer) ?? "";

  it("are known, so that none goes untested", () => {
    expect(commands.length).toBeGreaterThan(6);
    expect(commands).toContain("npm ci && npm run generate");
  });

  it.each(
    commands.filter(
      (command) => !provenByCi.includes(command) && !isServer(command) && !command.includes("4010"),
    ),
  )(
    "%s",
    async (command) => {
      const { code, stderr } = await inClone(command.replace(/^npm ci && /, ""));
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    },
    60_000,
  );

  it(`${server}, and what asks it`, async () => {
    const { url, stop } = await serving(server);
    const asking = commands.filter((command) => command.includes("http://127.0.0.1:4010"));
    expect(asking.length).toBeGreaterThan(0);
    try {
      for (const command of asking) {
        const { code, stdout } = await inClone(command.replace("http://127.0.0.1:4010", url));
        expect({ code, stdout: code === 0 ? "" : stdout }).toEqual({ code: 0, stdout: "" });
      }
    } finally {
      expect(await stop()).toBe(0);
    }
  }, 300_000);

  it("of the tests are scripts of the package", async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const name of ["test", "test:system"]) expect(scripts[name]).toContain("vitest run");
  });
});

describe("the README's outputs", () => {
  const [generated = "", tested = "", titles = "", linted = "", judged = ""] = blocks("text");

  it("of a generate", async () => {
    await rm(join(clone, "generated"), { recursive: true });
    const { stdout } = await inClone("npx specwright generate");
    expect(masked(stdout.split("\n")[0] ?? "").trimEnd()).toBe(masked(generated).trimEnd());
    expect((await inClone("npx specwright generate")).stdout).toContain("✓ generated is up to date");
  }, 60_000);

  it("of the tests, by their titles", async () => {
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const { stdout } = await run(process.execPath, [vitest, "list", "contract-tests/sync-api.test.ts"], {
      cwd: root,
    });
    for (const title of titles.split("\n")) expect(stdout).toContain(title);
    const [, count = ""] = /sync-api\.test\.ts \((\d+) tests\)/.exec(tested) ?? [];
    expect(stdout.trim().split("\n").length).toBe(Number(count));
  }, 60_000);

  it("of a lint", async () => {
    const path = join(clone, "spec/schemas/Model.yaml");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("x-max-seconds", "x-max-second"));
    const { code, stdout, stderr } = await inClone("npx specwright lint");
    await writeFile(path, text);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(linted);
  }, 60_000);

  it("of a diff, but for the fingerprint", async () => {
    const { stdout } = await inClone(
      commands.find((command) => command.includes("--overlay-revision")) ?? "",
    );
    expect(stdout.replaceAll(/ \[[0-9a-f]{16}\]$/gm, "")).toContain(judged);
  }, 60_000);
});

it("the README's test of a server is the one of the examples, which is run", async () => {
  const example = await readFile(join(root, "examples", "bike-rental", "contract.test.ts"), "utf8");
  expect(blocks("js")).toEqual([example.trimEnd()]);
});

describe("the README's program", () => {
  const [program = ""] = blocks("ts");

  it("type-checks", async () => {
    const project = join(root, "node_modules", ".cache", `readme-${process.pid}`);
    await mkdir(project, { recursive: true });
    try {
      await writeFile(join(project, "program.ts"), program);
      const compilerOptions = { strict: true, target: "es2022", module: "nodenext", skipLibCheck: true };
      await writeFile(
        join(project, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["program.ts"] }),
      );
      expect(typeErrors(project)).toEqual([]);
    } finally {
      await rm(project, { recursive: true, force: true });
    }
  }, 60_000);

  it("runs", async () => {
    const { code } = await transform(program, { loader: "ts", format: "esm" });
    const path = join(root, "node_modules", ".cache", `readme-${process.pid}.mjs`);
    const answer = { id: "job-1", status: "COMPLETED", outputUrl: "https://cdn.example.com/1.mp4" };
    const stub = `globalThis.fetch = async () => Response.json(${JSON.stringify(answer)});\n`;
    try {
      await writeFile(path, stub + code);
      const { stdout } = await run(process.execPath, [path], {
        env: { ...process.env, SYNC_API_KEY: "sk-readme" },
      });
      expect(stdout).toBe("Job ID: job-1\nCOMPLETED https://cdn.example.com/1.mp4\n");
    } finally {
      await rm(path, { force: true });
    }
  });
});
