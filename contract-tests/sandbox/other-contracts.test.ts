import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { judgeName } from "../support/prism.js";
import { type Sandbox, startSandbox } from "./start-sandbox.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function serve(document: object, judge = "ajv", strict = false): Promise<Sandbox> {
  const spec = join(folder, `${Math.random()}.yaml`);
  await writeFile(spec, stringify(document));
  return startSandbox({ spec, judge, strict, clock: "frozen" });
}

const json = (schema: object) => ({ content: { "application/json": { schema } } });
const pet = { $ref: "#/components/schemas/Pet" };
const id = { name: "petId", in: "path", required: true, schema: { type: "integer" } };

/** OpenAPI 3.0, none of our words, a reference that leads back to itself. */
const petstore = {
  openapi: "3.0.3",
  info: { title: "Pets", version: "1" },
  paths: {
    "/pets": {
      get: { responses: { 200: { description: "", ...json({ type: "array", items: pet }) } } },
      post: {
        requestBody: { required: true, ...json({ $ref: "#/components/schemas/NewPet" }) },
        responses: { 201: { description: "", ...json(pet) } },
      },
    },
    "/pets/{petId}": {
      parameters: [id],
      get: {
        responses: {
          200: { description: "", ...json(pet) },
          404: { description: "", ...json({ $ref: "#/components/schemas/Problem" }) },
        },
      },
      put: {
        requestBody: json({ $ref: "#/components/schemas/NewPet" }),
        responses: { 200: { description: "", ...json(pet) } },
      },
      delete: { responses: { 204: { description: "" } } },
    },
    "/health": {
      get: {
        responses: {
          200: {
            description: "",
            content: { "text/plain": { schema: { type: "string" }, example: "fine" } },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      NewPet: {
        type: "object",
        required: ["name"],
        properties: {
          name: { type: "string", minLength: 1 },
          age: { type: "integer", minimum: 0, exclusiveMinimum: true, nullable: true },
          mother: { $ref: "#/components/schemas/NewPet" },
        },
      },
      Pet: {
        allOf: [{ $ref: "#/components/schemas/NewPet" }],
        type: "object",
        required: ["id"],
        properties: { id: { type: "integer" } },
      },
      Problem: {
        type: "object",
        required: ["code", "detail"],
        properties: { code: { type: "integer" }, detail: { type: "string" } },
      },
    },
  },
};

const send = async (
  sandbox: Sandbox,
  path: string,
  method = "GET",
  body?: unknown,
  headers: Record<string, string> = {},
) => {
  const answer = await fetch(sandbox.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json");
  return {
    status: answer.status,
    body: isJson && text !== "" ? JSON.parse(text) : text,
    headers: answer.headers,
  };
};

describe.each(["ajv", judgeName])("a contract with none of our words, judge %s", (judge) => {
  test("things are created, read, changed and deleted", async () => {
    const sandbox = await serve(petstore, judge);
    try {
      const created = await send(sandbox, "/pets", "POST", { name: "Rex", mother: { name: "Bella" } });
      expect(created).toMatchObject({ status: 201, body: { name: "Rex", id: expect.any(Number) } });
      const path = `/pets/${created.body.id}`;
      expect(await send(sandbox, path)).toMatchObject({ status: 200, body: { name: "Rex" } });
      expect((await send(sandbox, "/pets")).body).toContainEqual(created.body);
      expect(await send(sandbox, path, "PUT", { name: "Max" })).toMatchObject({
        status: 200,
        body: { name: "Max", id: created.body.id },
      });
      expect((await send(sandbox, path, "DELETE")).status).toBe(204);
      expect(await send(sandbox, path)).toMatchObject({
        status: 404,
        body: { code: expect.any(Number), detail: expect.stringContaining("petId") },
      });
      expect(await send(sandbox, "/health")).toMatchObject({ status: 200, body: "fine" });
    } finally {
      await sandbox.close();
    }
  });

  test.each([
    { what: "no name", body: {}, says: "/name" },
    { what: "a number for a text", body: { name: 1 }, says: "/name" },
    { what: "an age that 3.0 excludes", body: { name: "a", age: 0 }, says: "/age" },
    {
      what: "a fault deep in a loop",
      body: { name: "a", mother: { name: "b", mother: { name: "" } } },
      says: "/mother/mother/name",
    },
  ])("$what is refused", async ({ body, says }) => {
    const sandbox = await serve(petstore, judge);
    try {
      const answer = await send(sandbox, "/pets", "POST", body);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain(says);
      expect((await send(sandbox, "/pets", "POST", { name: "a", age: null })).status).toBe(201);
    } finally {
      await sandbox.close();
    }
  });
});

describe("what another contract says of keys and limits", () => {
  const secured = (scheme: object, more: object = {}) => ({
    openapi: "3.1.0",
    info: { title: "Secured", version: "1" },
    security: [{ it: [] }],
    ...more,
    paths: { "/a": { get: { responses: { 200: { description: "", ...json({ type: "object" }) } } } } },
    components: { securitySchemes: { it: scheme } },
  });

  test.each([
    { scheme: { type: "http", scheme: "bearer" }, path: "/a", headers: { authorization: "Bearer sk-test" } },
    {
      scheme: { type: "http", scheme: "basic" },
      path: "/a",
      headers: { authorization: `Basic ${btoa("me:sk-test")}` },
    },
    { scheme: { type: "apiKey", in: "query", name: "k" }, path: "/a?k=sk-test", headers: {} },
    {
      scheme: { type: "apiKey", in: "cookie", name: "k" },
      path: "/a",
      headers: { cookie: "b=1; k=sk-test" },
    },
    { scheme: { type: "oauth2", flows: {} }, path: "/a", headers: { authorization: "bearer sk-test" } },
  ])("$scheme", async ({ scheme, path, headers }) => {
    const sandbox = await serve(secured(scheme), "ajv", true); // a key in the query is no stranger there
    try {
      expect((await send(sandbox, path, "GET", undefined, headers as Record<string, string>)).status).toBe(
        200,
      );
      const refused = await send(sandbox, "/a", "GET", undefined, { authorization: "Token sk-test" });
      expect(refused.status).toBe(401);
      expect(refused.headers.get("content-type")).toContain("problem+json");
    } finally {
      await sandbox.close();
    }
  });

  test.each([
    { security: [{ it: [], also: [] }], path: "/a?also=1", key: "sk-test", want: undefined },
    { security: [{ it: [], also: [] }], path: "/a", key: "sk-test", want: "keyMissing" },
    { security: [{ it: [], also: [] }], path: "/a?also=1", key: "", want: "keyMissing" },
    { security: [{ it: [] }, { also: [] }], path: "/a?also=sk-test", key: "", want: undefined },
    { security: [{ it: [] }, { also: [] }], path: "/a", key: "sk-test", want: undefined },
    { security: [{ it: [] }, { also: [] }], path: "/a?also=sk-test", key: "sk-nobody", want: undefined },
    { security: [{ it: [] }, { also: [] }], path: "/a", key: "sk-nobody", want: "keyUnknown" },
    { security: [{}, { it: [] }], path: "/a", key: "", want: undefined },
  ])("$security with the key '$key' on $path → $want", async ({ security, path, key, want }) => {
    const document = secured({ type: "apiKey", in: "header", name: "k" }, { security });
    Object.assign(document.components.securitySchemes, {
      also: { type: "apiKey", in: "query", name: "also" },
    });
    const sandbox = await serve(document);
    try {
      const { status, body } = await send(sandbox, path, "GET", undefined, key ? { k: key } : {});
      expect([status, body.rule]).toEqual([want ? 401 : 200, want]);
    } finally {
      await sandbox.close();
    }
  });

  test("limits that it declares are kept, and errors that it does not are problems", async () => {
    const limits = {
      "x-rate-limits": { few: { limit: 2, periodSeconds: 10, per: "key" } },
      "x-rate-limit": ["few"],
      security: [],
    };
    const sandbox = await serve(secured({ type: "http", scheme: "bearer" }, limits));
    try {
      const statuses = [await send(sandbox, "/a"), await send(sandbox, "/a"), await send(sandbox, "/a")].map(
        ({ status }) => status,
      );
      expect(statuses).toEqual([200, 200, 429]);
      await sandbox.clock.advance("10s");
      expect((await send(sandbox, "/a")).status).toBe(200);
      expect((await send(sandbox, "/a")).status).toBe(200);
      expect((await send(sandbox, "/a")).status).toBe(429);
    } finally {
      await sandbox.close();
    }
  });

  test("what it could not read is said, and not asked for", async () => {
    const sandbox = await serve(secured({ type: "mutualTLS" }));
    expect(sandbox.unread).toEqual([expect.stringContaining("mutualTLS")]);
    expect((await send(sandbox, "/a")).status).toBe(200);
    await sandbox.close();
  });

  test("the contract under an overlay is served as that revision", async () => {
    const sandbox = await startSandbox({ overlays: ["spec/overlays/2026-08.yaml"], judge: "ajv" });
    try {
      const statusOf = async (path: string): Promise<number> =>
        (await fetch(`${sandbox.url}${path}`, { headers: { "x-api-key": "sk-creator" } })).status;
      expect([await statusOf("/v2/generations"), await statusOf("/v2/generate")]).toEqual([200, 405]);
    } finally {
      await sandbox.close();
    }
  });

  test.each([
    { document: { swagger: "2.0", info: {}, paths: {} }, says: "version 2.0" },
    { document: { hello: 1 }, says: "not a valid" },
  ])("$document can't be served", async ({ document, says }) => {
    await expect(serve(document)).rejects.toThrow(says);
  });
});
