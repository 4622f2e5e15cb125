import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "vitest";

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
});

function run(...args: readonly string[]) {
  const child = spawn(process.execPath, ["generator/bin.mjs", "sandbox", "--judge", "ajv", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  const next = async (): Promise<string> => String((await lines.next()).value);
  return { child, next, ended, errors: () => errors };
}

describe("specwright sandbox", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "with --json says where it is, then what comes; %s ends it",
    async (signal) => {
      const { child, next, ended } = run("--json", "--seed", "1");
      const { url, pid } = JSON.parse(await next());
      expect(pid).toBe(child.pid);
      expect((await fetch(`${url}/v2/generate`, { headers: { "x-api-key": "sk-scale" } })).status).toBe(200);
      expect(JSON.parse(await next())).toMatchObject({
        number: 1,
        method: "GET",
        target: "/v2/generate",
        status: 200,
        plan: "scale",
      });
      child.kill(signal);
      expect(await ended).toBe(0);
    },
  );

  test("for people it shows the keys and a command that works", async () => {
    const { child, next, ended } = run();
    const shown: string[] = [];
    while (!shown.at(-1)?.includes("curl")) shown.push(await next());
    expect(shown[0]).toMatch(/^✓ Sync API on http:\/\/127\.0\.0\.1:\d+, 6 operations$/);
    expect(shown.join("\n")).toContain("sk-creator       Creator, 3 jobs at a time");
    const [, header = "", url = ""] = /curl -H "(.*)" (\S+)$/.exec(shown.at(-1) ?? "") ?? [];
    const [name = "", value = ""] = header.split(": ");
    expect((await fetch(url, { headers: { [name]: value } })).status).toBe(200);
    child.kill();
    expect(await ended).toBe(0);
  });

  test("a port that is taken is said so", async () => {
    const first = run("--json");
    const { url } = JSON.parse(await first.next());
    const second = run("--port", new URL(url).port);
    expect(await second.ended).toBe(1);
    expect(second.errors()).toContain("EADDRINUSE");
    first.child.kill();
    await first.ended;
  });
});
