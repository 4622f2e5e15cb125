import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { startMockServer } from "./prism.js";

describe("startMockServer", () => {
  test("each server has a port of its own; one that ended by itself is told of", async () => {
    const server = await startMockServer("spec/openapi.yaml");
    expect(server.url).not.toBe(inject("mockServerUrl"));
    expect((await fetch(`${server.url}/v2/generate`)).status).toBe(401);
    process.kill(server.pid);
    await expect.poll(() => isRunning(server.pid), { timeout: 10_000 }).toBe(false);
    await expect(server.stop()).rejects.toThrow("in the middle of the run");
  });

  test("one that is stopped is gone", async () => {
    const server = await startMockServer("contract-tests/fixtures/smallest.yaml");
    await server.stop();
    expect(isRunning(server.pid)).toBe(false);
  });

  test("a spec it cannot read is an error that says why", async () => {
    await expect(startMockServer("spec/none.yaml")).rejects.toThrow(/did not start.*none\.yaml/s);
  });
});

test("only the files named for it know which mock server it is", () => {
  const files = readdirSync("contract-tests", { recursive: true, encoding: "utf8" }).filter(
    (file) =>
      file.endsWith(".ts") && !/support[/\\]prism(-disagreements|-evidence)?\.(test\.)?ts$/.test(file),
  );
  const found = files.filter((file) => {
    const text = readFileSync(join("contract-tests", file), "utf8").replaceAll(
      /(from |import\()".*\/prism(-disagreements|-evidence)?\.js"/g,
      "",
    );
    // The sandbox has a header `Prefer` (RFC 7240) of its own, and what was answered for it shows less.
    const knowsPrefer = /^(sandbox|coverage)\b/.test(file);
    return /prism|stoplight|sl-violations/i.test(text) || (!knowsPrefer && /\bPrefer\b/i.test(text));
  });
  expect(files.length).toBeGreaterThan(10);
  expect(found).toEqual([]);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
