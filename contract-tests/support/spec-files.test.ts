import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSpec } from "../sandbox/start-sandbox.js";
import { loadContract } from "./contract.js";
import { readSpecDocument } from "./spec-document.js";
import { rootFileOf } from "./spec-files.js";

let folder: string;
const spec = (reference: string): string =>
  JSON.stringify({
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    paths: {
      "/things": {
        get: {
          operationId: "things.list",
          responses: {
            "200": {
              description: "Things.",
              content: { "application/json": { schema: { $ref: reference } } },
            },
          },
        },
      },
    },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "confined-"));
  await mkdir(join(folder, "spec", "a b"), { recursive: true });
  await writeFile(join(folder, "secret.yaml"), "type: string\nconst: hush\n");
  await writeFile(join(folder, "spec", "a b", "inner.yaml"), "type: string\n");
  await symlink(join(folder, "secret.yaml"), join(folder, "spec", "link.yaml"));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([
  ["the sandbox", loadSpec],
  ["verify", readSpecDocument],
  ["the suite", loadContract],
])("%s", (_, read: (path: string) => Promise<unknown>) => {
  const readWith = async (reference: string): Promise<unknown> => {
    const path = join(folder, "spec", "openapi.json");
    await writeFile(path, spec(reference));
    return read(path);
  };

  test("reads files of the spec's folder", async () => {
    await expect(readWith("./a%20b/inner.yaml")).resolves.toBeTruthy();
  });

  test.each([
    ["../secret.yaml", "outside of the spec's folder"],
    ["./link.yaml", "outside of the spec's folder"],
    ["http://127.0.0.1:9/x.yaml", "network"],
    ["./a%20b/missing.yaml", "missing.yaml"],
  ])("does not read %s", async (reference, says) => {
    await expect(readWith(reference)).rejects.toThrow(says);
  });
});

describe("the root file of a spec", () => {
  test("is the file itself, or that of a folder", async () => {
    const root = join(folder, "spec", "openapi.yml");
    await writeFile(root, "openapi: 3.1.0\n");
    expect([rootFileOf(root), rootFileOf(join(folder, "spec"))]).toEqual([root, root]);
  });

  test("is asked for where there is none", () => {
    expect(() => rootFileOf(join(folder, "nowhere"))).toThrow(/^There is no file .*nowhere\.$/);
    expect(() => rootFileOf(join(folder, "spec", "a b"))).toThrow(/^There is no openapi\.yaml in .*a b\.$/);
  });
});
