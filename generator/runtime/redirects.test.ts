import { describe, expect, it } from "vitest";
import { create, get, key, transport } from "../testing/example-api.js";
import { json, localServer } from "../testing/local-server.js";
import { RedirectError } from "./errors.js";
import type { CallContext, Outgoing } from "./fetch.js";
import { redacting } from "./redact.js";
import { withRedirects } from "./redirects.js";

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

describe("the layer by itself", () => {
  const to = (location: string | null, status = 302): Response =>
    new Response("gone", { status, headers: location === null ? {} : { location, "x-a": "sk" } });
  /** What comes of these answers, and where was asked. */
  const follow = async (answers: readonly Response[], method = "GET") => {
    const asked: string[] = [];
    const call = { place: { method, path: "/a" }, redact: redacting(["sk"]) } as CallContext;
    const request: Outgoing = {
      url: "https://api.example/a?q=1",
      method,
      headers: new Headers(),
      body: null,
      settings: {},
      call,
    };
    const end = await withRedirects(async ({ url }) => {
      asked.push(url);
      return answers[asked.length - 1] as Response;
    })(request).catch((error: unknown) => error);
    return { end, asked: asked.slice(1) };
  };
  const done = new Response("done");

  it.each([
    ["/b", "https://api.example/b"],
    ["c?x=1#y", "https://api.example/c?x=1#y"],
    ["https://u:p@api.example/d", "https://api.example/d"],
  ])("goes on to %s", async (location, want) => {
    for (const method of ["GET", "HEAD"])
      expect(await follow([to(location), done], method)).toEqual({ end: done, asked: [want] });
  });

  it("goes from each place to the next, five times and no more", async () => {
    const hops = ["/1", "/2/a", "b", "/4", "/5"].map((location) => to(location));
    const { end, asked } = await follow([...hops, done]);
    expect(end).toBe(done);
    expect(asked[2]).toBe("https://api.example/2/b");
    expect((await follow([...hops, to("/6"), done])).end).toMatchObject({
      message: "GET /a: 302 The server redirects to https://api.example; not followed (too many hops).",
    });
  });

  it.each([300, 304, 305, 200])("%d is no redirect", async (status) => {
    const answer = new Response(null, { status, headers: { location: "/b" } });
    expect(await follow([answer])).toEqual({ end: answer, asked: [] });
  });

  it("nor is one that names no place", async () => {
    const answer = to(null);
    expect((await follow([answer])).end).toBe(answer);
  });

  const hidden = Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
  const followed = Object.defineProperties(new Response(null), {
    redirected: { value: true },
    url: { value: "https://other.example/b?sk=1" },
  });
  const elsewhere = "The server redirects to https://other.example; not followed";
  it.each([
    [
      to("https://other.example/sk?a=1"),
      "GET",
      302,
      `${elsewhere} (another origin).`,
      "https://other.example/[redacted]",
    ],
    [
      to("/b", 307),
      "POST",
      307,
      "The server redirects to https://api.example; not followed (only a GET is followed: no body is sent twice).",
      "https://api.example/b",
    ],
    [to("http://"), "GET", 302, "The server redirects elsewhere; not followed (its location is none).", null],
    [hidden, "GET", 200, "The server redirects elsewhere; not followed (the platform hides where to).", null],
    [followed, "GET", 200, `${elsewhere} (the given fetch had followed it).`, "https://other.example/b"],
  ])("refuses what it must not follow: %#", async (answer, method, status, message, location) => {
    const { end, asked } = await follow([answer, done], method);
    expect(asked).toEqual([]);
    expect(end).toBeInstanceOf(RedirectError);
    expect(end).toMatchObject({
      status,
      messages: [message],
      location,
      errorCode: null,
      requestId: null,
      body: undefined,
      method,
      path: "/a",
    });
    if (answer.headers.has("x-a")) expect((end as RedirectError).headers.get("x-a")).toBe("[redacted]");
  });

  it("leaves no body unread", async () => {
    const answer = to("/b");
    await follow([answer, done]);
    expect(answer.body?.locked || answer.bodyUsed).toBe(true);
  });
});
