import { type ChildProcess, execFile, fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { typeErrors } from "../generator/testing/type-errors.js";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
const docs = await readFile(join(root, "docs", "webhooks.md"), "utf8");
const readme = await readFile(join(root, "generated", "README.md"), "utf8");
const [section = ""] = /^## Webhooks$[\s\S]*?(?=^## )/m.exec(readme) ?? [];

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, block = ""]) => block);

interface Vector {
  readonly secret: string;
  readonly time: string;
  readonly body: string;
  readonly header: string;
  readonly event: string;
}

interface Webhooks {
  verify(body: string, headers: object, secret: string, options: object): Promise<{ type: string }>;
  sign(body: string, secret: string, options: object): Promise<string>;
}

const secret = "whsec_of_the_docs";
const generation = JSON.stringify({
  id: "g-1",
  createdAt: "",
  status: "COMPLETED",
  model: "lipsync-2",
  input: [],
  outputUrl: "u",
});
const signed = (body: string, key = secret): string => {
  const time = Math.floor(Date.now() / 1000);
  return `t=${time},v1=${createHmac("sha256", key).update(`${time}.${body}`).digest("hex")}`;
};

/** Inside the project, so that the package is found by its name. */
const folder = join(root, "node_modules", ".cache", `webhooks-${process.pid}`);
let webhooks: Webhooks;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "webhooks.mjs");
  await writeFile(path, 'export * from "sync-api-client/webhooks";');
  webhooks = (await import(pathToFileURL(path).href)) as Webhooks;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const vectorOfDocs = (block: string): Vector =>
  Object.fromEntries(
    block
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(8)]),
  ) as unknown as Vector;

function vectorOfReadme(): Vector {
  const cell = (name: string): string =>
    new RegExp(`^\\| ${name}[^|]*\\| \`(.*)\` *\\|$`, "m").exec(section)?.[1]?.trim() ?? "";
  const header = cell("header").replace("Sync-Signature: ", "");
  return { secret: cell("secret"), time: cell("time"), body: cell("body"), header, event: "unknown" };
}

describe("the test vectors", () => {
  const vectors = [...blocks(docs, "text").map(vectorOfDocs), vectorOfReadme()];

  it("are all found", () => {
    expect(vectors.map(({ event }) => event)).toEqual([
      "generationFinished",
      "batchFinished",
      "unknown",
      "signature-mismatch",
      "unknown",
    ]);
  });

  it.each(vectors)(
    "$event, $time: as another implementation says, and as the package does",
    async (vector) => {
      const { time, body, header, event } = vector;
      const other = createHmac("sha256", vector.secret).update(`${time}.${body}`).digest("hex");
      expect(header.includes(other)).toBe(event !== "signature-mismatch");
      expect(header.startsWith(`t=${time},v1=`)).toBe(true);
      expect(await webhooks.sign(body, vector.secret, { timestamp: Number(time) })).toBe(
        `t=${time},v1=${other}`,
      );

      const now = (): number => 1_772_357_400_000;
      const verified = webhooks.verify(body, { "sync-signature": header }, vector.secret, { now });
      const found = await verified.then(
        ({ type }) => type,
        (error: { reason: string }) => error.reason,
      );
      expect(found).toBe(event);
    },
  );
});

describe("the snippets", () => {
  const snippets = [...blocks(docs, "ts"), ...blocks(section, "ts")];
  const [node = "", fetching = "", reading = "", signing = "", ofReadme = ""] = snippets;

  it("type-check, all of them", async () => {
    expect(snippets.length).toBe(5);
    const files = await Promise.all(
      snippets.map(async (text, index) => {
        const file = join(folder, `snippet-${index}.ts`);
        await writeFile(file, text);
        return file;
      }),
    );
    const compilerOptions = {
      strict: true,
      target: "es2022",
      module: "nodenext",
      skipLibCheck: true,
      types: ["node"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    expect(typeErrors(folder)).toEqual([]);
  }, 60_000);

  const written = async (name: string, text: string): Promise<string> => {
    const { code } = await transform(text, { loader: "ts", format: "esm" });
    const path = join(folder, `${name}.mjs`);
    await writeFile(path, code);
    return path;
  };

  it.each([
    ["of the page, in Node", node, "SYNC_WEBHOOK_SECRET", "g-1 COMPLETED u\n"],
    ["of the package's README", ofReadme, "WEBHOOK_SECRET", /^generationFinished \{\s+id: 'g-1'/],
  ])("run: %s", async (name, text, variable, want) => {
    const listening = text.replace(
      ".listen(3000)",
      ".listen(0, function () { process.send(this.address().port); })",
    );
    expect(listening).not.toBe(text);
    const child = fork(await written(name, listening), {
      env: { ...process.env, [variable]: secret },
      silent: true,
    });
    try {
      let out = "";
      child.stdout?.on("data", (chunk) => (out += String(chunk)));
      const port = await messageOf(child);
      const post = (header: string): Promise<Response> =>
        fetch(`http://127.0.0.1:${port}`, {
          method: "POST",
          headers: { "Sync-Signature": header },
          body: generation,
        });
      expect((await post(signed(generation, "other"))).status).toBe(401);
      expect((await post(signed(generation))).status).toBe(200);
      await expect.poll(() => out).toMatch(want);
    } finally {
      child.kill();
    }
  });

  it("run: with fetch's Request", async () => {
    process.env["SYNC_WEBHOOK_SECRET"] = secret;
    const module = (await import(pathToFileURL(await written("fetching", fetching)).href)) as {
      default: { fetch(request: Request): Promise<Response> };
    };
    const headers = { "Sync-Signature": signed(generation) };
    const request = new Request("https://app.example.com", { method: "POST", headers, body: generation });
    expect((await module.default.fetch(request)).status).toBe(200);
  });

  it("run: verify alone", async () => {
    process.env["SYNC_WEBHOOK_SECRET"] = secret;
    const { read } = (await import(pathToFileURL(await written("reading", reading)).href)) as {
      read(body: string, headers: Headers): Promise<string>;
    };
    expect(await read(generation, new Headers({ "Sync-Signature": signed(generation) }))).toBe(
      "generationFinished",
    );
    expect(await read(`${generation} `, new Headers({ "Sync-Signature": signed(generation) }))).toBe(
      "signature-mismatch",
    );
  });

  it("run: sign, for tests", async () => {
    const { stdout } = await run(process.execPath, [await written("signing", signing)]);
    expect(stdout).toBe("generationFinished\n200\n");
  });
});

function messageOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once("message", resolve).once("exit", (code) => reject(new Error(`It ended with ${code}.`)));
  });
}
