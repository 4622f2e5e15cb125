import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import type { ContractCase } from "./cases/case.js";
import { contractCases, contractSuite } from "./contract-suite.js";
import { buildClient, scratchFolder } from "./support/build-client.js";
import { loadContract } from "./support/contract.js";
import { type MockServer, startMockServer } from "./support/prism.js";

/** The contract with one path more, added as anybody would: a file and a line. */
const folder = await scratchFolder();
const specPath = join(folder.path, "spec/openapi.yaml");
await cp("spec", join(folder.path, "spec"), { recursive: true });
await cp("contract-tests/fixtures/extra-operation/notes.yaml", join(folder.path, "spec/paths/notes.yaml"));
const root = parseDocument(await readFile(specPath, "utf8"));
root.setIn(["paths", "/v2/generate/{id}/notes", "$ref"], "./paths/notes.yaml");
await writeFile(specPath, String(root));

const before = contractCases(await loadContract("spec/openapi.yaml")).map(titleOf);
const after = contractCases(await loadContract(specPath));
const added = after.filter((one) => !before.includes(titleOf(one)));

let mockServer: MockServer | null = null;
afterAll(async () => {
  await mockServer?.stop();
  await folder[Symbol.asyncDispose]();
});

await contractSuite({
  specPath,
  only: (one) => !before.includes(titleOf(one)),
  start: async () => {
    const client = await buildClient(specPath, folder.path);
    mockServer = await startMockServer(specPath);
    return { mockServerUrl: mockServer.url, client };
  },
});

describe("operations that were added without a line of test code", () => {
  test("have cases of every kind", async () => {
    const titles = `${added.map(titleOf).join("\n")}\n`;
    await expect(titles).toMatchFileSnapshot("fixtures/extra-operation/expected-cases.txt");
  });

  test("take nothing from the others", () => {
    expect(after.map(titleOf).filter((title) => before.includes(title))).toEqual(before);
  });
});

function titleOf({ title }: ContractCase): string {
  return title.join(" › ");
}
