import { describe, expect, it } from "vitest";
import { create, get, key, transport } from "../testing/example-api.js";
import { json, localServer } from "../testing/local-server.js";
import { RedirectError } from "./errors.js";

const statuses = [301, 302, 303, 307, 308];

describe("a redirect to another origin", () => {
  it.each(statuses)("%i is not followed, and the key stays at home", async (status) => {
    await using thief = await localServer((_, response) => json(response, 200, {}));
    await using server = await localServer((_, response) =>
      response.writeHead(status, { location: `${thief.url}/things/1?stolen=1` }).end(),
    );
    const { send } = transport(server.url);
    for (const call of [() => send(get, { id: "1" }, undefined, {}), () => send(create, {}, { a: 1 }, {})]) {
      const error = await call().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RedirectError);
      expect(error).toMatchObject({ status, location: `${thief.url}/things/1` });
    }
    expect(thief.seen).toEqual([]);
    expect(server.seen.map(({ headers }) => headers["x-example-key"])).toEqual([key, key]);
  });

  it.each(statuses)("%i is not followed through the openapi-fetch client either", async (status) => {
    await using thief = await localServer((_, response) => json(response, 200, {}));
    await using server = await localServer((_, response) =>
      response.writeHead(status, { location: thief.url }).end(),
    );
    const http = transport(server.url).http as unknown as {
      POST(path: string, init: object): Promise<unknown>;
    };
    await expect(http.POST("/things", { body: { a: 1 } })).rejects.toBeInstanceOf(RedirectError);
    expect(thief.seen).toEqual([]);
  });
});

describe("a redirect to another origin is not followed either", () => {
  interface Http {
    GET(path: string, init?: object): Promise<unknown>;
    use(middleware: object): void;
  }

  it.each([302, 307])(
    "%i when a call asks for it, or a middleware or a given fetch forgets not to",
    async (status) => {
      await using thief = await localServer((_, response) => json(response, 200, {}));
      await using server = await localServer((_, response) =>
        response.writeHead(status, { location: thief.url }).end(),
      );
      const asking = transport(server.url).http as unknown as Http;
      await expect(asking.GET("/things", { redirect: "follow" })).rejects.toBeInstanceOf(RedirectError);

      const rewriting = transport(server.url);
      (rewriting.http as unknown as Http).use({
        onRequest: ({ request }: { request: Request }) =>
          new Request(request.url, { method: request.method, headers: request.headers }),
      });
      await expect(rewriting.send(get, { id: "1" }, undefined, {})).rejects.toBeInstanceOf(RedirectError);

      const forwarding = transport(server.url, {
        fetch: (input, init) =>
          fetch((input as Request).url, { headers: (input as Request).headers, ...init }),
      });
      await expect(forwarding.send(get, { id: "1" }, undefined, {})).rejects.toBeInstanceOf(RedirectError);

      const own = transport(server.url).http as unknown as Http;
      await expect(own.GET("/things", { fetch: globalThis.fetch })).rejects.toBeInstanceOf(RedirectError);
      expect(thief.seen).toEqual([]);
    },
  );
});

describe("a redirect within the origin", () => {
  it.each(statuses)("%i is followed for a GET, with the key", async (status) => {
    await using server = await localServer(({ url }, response) =>
      url === "/moved"
        ? json(response, 200, { id: "1" })
        : response.writeHead(status, { location: "/moved" }).end(),
    );
    expect(await transport(server.url).send(get, { id: "1" }, undefined, {})).toEqual({ id: "1" });
    expect(server.seen.map(({ url, headers }) => [url, headers["x-example-key"]])).toEqual([
      ["/things/1", key],
      ["/moved", key],
    ]);
  });

  it.each(statuses)("%i does not send a POST's body twice", async (status) => {
    await using server = await localServer((_, response) =>
      response.writeHead(status, { location: "/moved" }).end(),
    );
    await expect(transport(server.url).send(create, {}, { a: 1 }, {})).rejects.toThrow(
      /no body is sent twice/,
    );
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["POST /things"]);
  });

  it("is not followed for ever", async () => {
    await using server = await localServer(({ url }, response) =>
      response.writeHead(302, { location: `${url}x` }).end(),
    );
    await expect(transport(server.url).send(get, { id: "1" }, undefined, {})).rejects.toThrow(
      /too many hops/,
    );
    expect(server.seen.length).toBeLessThan(10);
  });

  it.each(["http://[", "::::", "javascript:alert(1)"])(
    "to %s, which leads nowhere, is an error",
    async (location) => {
      await using server = await localServer((_, response) => response.writeHead(302, { location }).end());
      await expect(transport(server.url).send(get, { id: "1" }, undefined, {})).rejects.toBeInstanceOf(
        RedirectError,
      );
    },
  );
});
