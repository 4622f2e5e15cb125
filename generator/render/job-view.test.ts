import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildContract } from "../contract/build-contract.js";
import { loadSpec } from "../load/load-spec.js";
import { renderPackage } from "./render-package.js";
import { typeScriptWork } from "./typescript-work.js";

const job = {
  statusProperty: "state",
  pending: ["NEW"],
  succeeded: ["DONE"],
  failed: ["BROKEN"],
  pollSeconds: 5,
};
const render = {
  type: "object",
  "x-job": job,
  properties: { key: { type: "string" }, state: { type: "string" } },
};
const link = { operationId: "renders.get", parameters: { renderId: "$response.body#/key" } };

/** What the resource of a small API of renders looks like. */
async function resource(
  links: object,
  look: object = render,
): Promise<{ resource: string; jobs: string | undefined }> {
  const json = (schema: object) => ({
    description: "A render.",
    content: { "application/json": { schema } },
  });
  const document = {
    openapi: "3.1.0",
    info: { title: "Renders", version: "1.0.0" },
    paths: {
      "/renders": {
        post: {
          operationId: "renders.start",
          requestBody: { required: true, content: { "application/json": { schema: { type: "object" } } } },
          responses: { "201": { ...json(render), links } },
        },
      },
      "/renders/{renderId}": {
        get: {
          operationId: "renders.get",
          parameters: [{ name: "renderId", in: "path", required: true, schema: { type: "string" } }],
          responses: { "200": json(look) },
        },
      },
    },
  };
  const folder = await mkdtemp(join(tmpdir(), "specwright-jobs-"));
  try {
    await writeFile(join(folder, "openapi.json"), JSON.stringify(document));
    const spec = await loadSpec(folder);
    const { made } = await renderPackage(buildContract(spec), spec.document, typeScriptWork);
    return { resource: made.get("src/resources/renders.ts") ?? "", jobs: made.get("src/jobs.ts") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it("a linked job can be waited for, by the names that the contract gives", async () => {
  const { resource: text, jobs } = await resource({ look: link });
  expect(text).toMatch(/ startAndWait\(/);
  expect(text).toMatch(/ waitFor\(id: string/);
  expect(text).toMatch(/ watch\(ids: Iterable<string>/);
  expect(jobs).toContain('"idParameter":"renderId","idProperty":"key"');
  expect(jobs).toContain('"succeeded":["DONE"]');
});

it.each([
  ["no link", {}, render],
  ["a link to nowhere", { look: { ...link, operationId: "renders.find" } }, render],
  [
    "a link that takes the id from elsewhere",
    { look: { ...link, parameters: { renderId: "$request.query.id" } } },
    render,
  ],
  ["a link to what is no job", { look: link }, { type: "object" }],
])("%s leaves the operations as they are", async (_, links, look) => {
  const { resource: text, jobs } = await resource(links, look);
  expect(text).toContain(" start(");
  expect(text).not.toMatch(/AndWait|waitFor|watch\(/);
  expect(jobs).toBeUndefined();
});
