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
      /a body is not sent twice/,
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
