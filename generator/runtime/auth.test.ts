import { afterEach, describe, expect, it, vi } from "vitest";
import { api, get, key, list, transport } from "../testing/example-api.js";
import { json, localServer } from "../testing/local-server.js";
import { findApiKey, withAuth } from "./auth.js";
import { createTransport } from "./client.js";
import type { ApiDescriptor } from "./descriptors.js";
import { MissingApiKeyError } from "./errors.js";
import type { CallContext } from "./fetch.js";

afterEach(() => vi.unstubAllEnvs());

describe("the API key", () => {
  it("comes from the option, or else from the environment", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    vi.stubEnv("EXAMPLE_API_KEY", "sk-env");
    await transport(server.url, { apiKey: undefined }).send(get, { id: "1" }, undefined, {});
    await transport(server.url).send(get, { id: "1" }, undefined, {});
    expect(server.seen.map(({ headers }) => headers["x-example-key"])).toEqual(["sk-env", key]);
  });

  it.each([undefined, ""])("that is %j is missed before any request", async (apiKey) => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const error = await transport(server.url, { apiKey })
      .send(get, { id: "1" }, undefined, {})
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MissingApiKeyError);
    expect((error as Error).message).toContain("EXAMPLE_API_KEY");
    expect(server.seen).toEqual([]);
  });

  it("may be given by the caller as a header instead", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const { send } = transport(server.url, { apiKey: "" });
    await send(get, { id: "1" }, undefined, { headers: { "X-Example-Key": "sk-own" } });
    expect(server.seen[0]?.headers["x-example-key"]).toBe("sk-own");
  });

  it.each(["sk secret", "sk-secret\n", "sk-sécret", "\u0000sk-secret"])(
    "%j is refused, and not repeated in the error",
    (apiKey) => {
      expect(() => transport("http://localhost", { apiKey })).toThrow(TypeError);
      expect(() => transport("http://localhost", { apiKey })).not.toThrow(/secret|sécret/);
    },
  );

  it("stays at the client's own origin, even if a call names another", async () => {
    await using other = await localServer((_, response) => json(response, 200, {}));
    const http = transport("http://127.0.0.1:1").http as unknown as {
      GET(path: string, init: object): Promise<unknown>;
    };
    await http.GET("/things", { baseUrl: other.url });
    expect(other.seen[0]?.headers).not.toHaveProperty("x-example-key");
  });
});

describe("the key's layer", () => {
  const bearer = { header: "authorization", prefix: "Bearer " };
  const operation = { ...get, auth: bearer };
  const pass = async (
    fields: Partial<CallContext>,
    headers: Record<string, string> = {},
    apiKey: string | null = "sk",
    own: Pick<ApiDescriptor, "auth" | "apiKeyEnv"> = api,
  ): Promise<Record<string, string>> => {
    const sent = new Headers(headers);
    const call = {
      operation: null,
      place: { method: "GET", path: "/a" },
      keyOrigin: "https://api.example.com",
      ...fields,
    } as CallContext;
    const request = {
      url: "https://api.example.com/a",
      method: "GET",
      headers: sent,
      body: null,
      settings: {},
      call,
    };
    await withAuth(async () => new Response(), { api: own, apiKey })(request);
    return Object.fromEntries(sent);
  };

  it("puts the key on a request that the contract does not know, too", async () => {
    expect(await pass({})).toEqual({ "x-example-key": "sk" });
    expect(await pass({}, { "x-example-key": "own" })).toEqual({ "x-example-key": "own" });
  });

  it("takes every key away from a request to elsewhere", async () => {
    const keyOrigin = "https://other.example.com";
    const headers = { authorization: "Bearer own", "x-example-key": "own", accept: "a/b" };
    expect(await pass({ keyOrigin, operation }, headers)).toEqual({ accept: "a/b" });
    expect(await pass({ keyOrigin }, headers)).toEqual({ accept: "a/b", authorization: "Bearer own" });
    expect(await pass({ keyOrigin }, headers, "sk", { ...api, auth: null })).toEqual(headers);
  });

  it("misses a key where one is needed", async () => {
    expect(await pass({ operation: { ...get, anonymous: true } }, {}, null)).toEqual({});
    expect(await pass({}, {}, null, { ...api, auth: null })).toEqual({});
    await expect(pass({}, {}, null)).rejects.toThrow(
      "GET /a needs an API key. Pass { apiKey } to the client, or set the environment variable EXAMPLE_API_KEY.",
    );
  });

  it("finds a key where there is an environment, and none where there is not", () => {
    vi.stubEnv("SOME_KEY", "sk-env");
    expect([
      findApiKey(undefined, "SOME_KEY"),
      findApiKey("sk", "SOME_KEY"),
      findApiKey("", "SOME_KEY"),
    ]).toEqual(["sk-env", "sk", null]);
    vi.stubGlobal("process", undefined);
    expect(findApiKey(undefined, "SOME_KEY")).toBeNull();
    vi.stubGlobal("process", {});
    expect(findApiKey(undefined, "SOME_KEY")).toBeNull();
    vi.unstubAllGlobals();
    expect(() => findApiKey("a b", "SOME_KEY")).toThrow(
      "The API key holds a blank or a character that no HTTP header can carry.",
    );
  });
});

describe("each operation's own way to take the key", () => {
  const bearer = { header: "authorization", prefix: "Bearer " };
  it.each([
    ["the API's", {}, { "x-example-key": key }],
    ["another", { auth: bearer }, { authorization: `Bearer ${key}` }],
    ["none", { auth: null }, {}],
    ["the API's, if it is known", { anonymous: true }, { "x-example-key": key }],
  ])("%s", async (_, fields, want) => {
    await using server = await localServer((__, response) => json(response, 200, {}));
    const own = { ...get, ...fields };
    const options = { baseUrl: server.url, apiKey: key };
    await createTransport(api, { own }, options).send(own, { id: "1" }, undefined, {});
    const { authorization, "x-example-key": header } = server.seen[0]?.headers ?? {};
    expect({ ...(authorization && { authorization }), ...(header && { "x-example-key": header }) }).toEqual(
      want,
    );
  });
});

describe("baseUrl", () => {
  it.each(["", "api.example.com", "ftp://x", "https://u:p@x", "https://x/?a=1", "https://x/#a"])(
    "%j is refused",
    (baseUrl) => {
      expect(() => transport(baseUrl)).toThrow(TypeError);
    },
  );

  it("may have a path and a trailing slash", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    await transport(`${server.url}/proxy/`).send(get, { id: "1" }, undefined, {});
    expect(server.seen[0]?.url).toBe("/proxy/things/1");
  });
});

describe("an operation with a server of its own", () => {
  it("is called there, with the key, unless the caller says where the API is", async () => {
    await using api1 = await localServer((_, response) => json(response, 200, {}));
    await using api2 = await localServer((_, response) => json(response, 200, {}));
    const own = { ...get, baseUrl: `${api2.url}/files` };
    const client = (baseUrl?: string) =>
      createTransport({ ...api, baseUrl: api1.url }, { own, list }, { apiKey: key, baseUrl });
    await client().send(own, { id: "1" }, undefined, {});
    await client()
      .send(list, {}, undefined, {})
      .catch(() => undefined); // an empty object is no list
    await client(api1.url).send(own, { id: "2" }, undefined, {});
    const seen = (server: typeof api1): unknown[] =>
      server.seen.map(({ url, headers }) => [url, headers["x-example-key"]]);
    expect([seen(api1), seen(api2)]).toEqual([
      [
        ["/things", key],
        ["/things/2", key],
      ],
      [["/files/things/1", key]],
    ]);
  });
});
