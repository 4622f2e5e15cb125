import { describe, expect, it } from "vitest";
import { key, transport } from "../../testing/example-api.js";
import { localServer } from "../../testing/local-server.js";
import { ApiError } from "../errors.js";
import { fetchResults } from "./fetch-results.js";

const lines = '{"key":"a"}\n';
const redirect = (response: import("node:http").ServerResponse, location: string, status = 302) =>
  response.writeHead(status, { location }).end();

describe("results are fetched", () => {
  it("with the key from the API, and without it from where it redirects to", async () => {
    await using storage = await localServer((_, response) => response.end(lines));
    await using api = await localServer((_, response) =>
      redirect(response, `${storage.url}/signed?signature=s%2F1`),
    );
    const client = transport(api.url, { headers: { "x-team": "ours" } });
    const blob = await fetchResults(client, `${api.url}/batches/b1/result?part=1`);
    expect(await blob.text()).toBe(lines);
    expect(api.seen.map(({ url, headers }) => [url, headers["x-example-key"]])).toEqual([
      ["/batches/b1/result?part=1", key],
    ]);
    expect(storage.seen.map(({ url }) => url)).toEqual(["/signed?signature=s%2F1"]);
    expect(JSON.stringify(storage.seen[0]?.headers)).not.toMatch(/sk-test|x-example-key|x-team/);
  });

  it("without the key even on the way back to the API", async () => {
    await using api = await localServer(({ url }, response) => {
      if (url === "/result") redirect(response, "/elsewhere");
      else response.end(lines);
    });
    expect(await (await fetchResults(transport(api.url), `${api.url}/result`)).text()).toBe(lines);
    expect(api.seen.map(({ headers }) => headers["x-example-key"])).toEqual([key, undefined]);
  });

  it("without the key if their address is not the API's", async () => {
    await using storage = await localServer((_, response) => response.end(lines));
    await using api = await localServer((_, response) => response.end());
    await fetchResults(transport(api.url), `${storage.url}/signed`);
    expect(JSON.stringify(storage.seen[0]?.headers)).not.toContain(key);
  });

  it("by the given fetch, the redirects too", async () => {
    const asked: string[] = [];
    const fetch = async (input: RequestInfo | URL) => {
      const { url, headers } = input as Request;
      asked.push(`${url} ${headers.get("x-example-key")}`);
      return asked.length === 1
        ? new Response(null, { status: 302, headers: { location: "https://storage.example.com/1" } })
        : new Response(lines);
    };
    const client = transport("https://api.example.com");
    await fetchResults(client, "https://api.example.com/result", { fetch });
    expect(asked).toEqual([`https://api.example.com/result ${key}`, "https://storage.example.com/1 null"]);
  });
});

describe("results are not fetched", () => {
  it.each([
    ["", "The results are not there yet."],
    ["file:///etc/passwd", "The results are at no http(s) address."],
    ["/result", "The results are at no http(s) address."],
  ])("from %j", async (address, message) => {
    await expect(fetchResults(transport("https://api.example.com"), address)).rejects.toThrow(message);
  });

  it.each<[string, string, string]>([
    [
      "to http",
      "http://storage.example.com/1?signature=secret",
      "http://storage.example.com; not followed (no longer https)",
    ],
    ["in a circle", "https://api.example.com/result", "not followed (too many hops)"],
  ])("when they are redirected %s", async (_, location, message) => {
    const fetch = async () => new Response(null, { status: 307, headers: { location } });
    const error = await fetchResults(transport("https://api.example.com"), "https://api.example.com/result", {
      fetch,
    }).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain("secret");
  });

  it("when the answer is no success, or the caller has had enough", async () => {
    await using api = await localServer((_, response) => response.writeHead(404).end("gone"));
    await expect(fetchResults(transport(api.url), `${api.url}/result`)).rejects.toMatchObject({
      name: "BatchResultError",
      message: "The results were not sent: the status is 404.",
    });
    const signal = AbortSignal.abort("enough");
    await expect(fetchResults(transport(api.url), `${api.url}/result`, { signal })).rejects.toBe("enough");
  });
});

describe("the client's own call", () => {
  const address = "https://api.example.com/b/1?part=2";
  const answering = (answer: unknown) => {
    const calls: [string, Record<string, unknown>][] = [];
    const GET = async (path: string, init: Record<string, unknown>) => {
      calls.push([path, init]);
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return { client: { http: { GET } }, calls };
  };
  const fetched = (client: unknown, options = {}) =>
    fetchResults(client, address, options).catch((thrown: unknown) => thrown);

  it("is made to the address, with what the caller says", async () => {
    const data = new Blob(["x"]);
    const { client, calls } = answering({ data, response: new Response() });
    expect(await fetchResults(client, address)).toBe(data);
    const { signal } = new AbortController();
    await fetchResults(client, address, { signal, timeoutMs: 5 });
    const init = { baseUrl: "https://api.example.com", parseAs: "blob", fetch: expect.any(Function) };
    expect(calls).toEqual([
      ["/b/1?part=2", init],
      ["/b/1?part=2", { ...init, signal, timeoutMs: 5 }],
    ]);
  });

  it("may bring nothing", async () => {
    const { client } = answering({ response: new Response() });
    expect(((await fetchResults(client, address)) as Blob).size).toBe(0);
  });

  it.each([null, undefined, {}, { http: {} }])("is missed in %j", async (client) => {
    expect(await fetched(client)).toMatchObject({
      name: "InvalidArgumentError",
      argument: "client",
      message: "The client has no http.GET.",
    });
  });

  it("may fail in the client's own words, and in others", async () => {
    const own = new ApiError("own");
    expect(await fetched(answering(own).client)).toBe(own);
    const cause = new Error("c");
    expect(await fetched(answering(cause).client)).toMatchObject({
      name: "BatchResultError",
      message: "The results could not be fetched.",
      line: 0,
      cause,
    });
    const signal = AbortSignal.abort("enough");
    expect(await fetched(answering(cause).client, { signal })).toBe("enough");
  });

  /** What the `fetch` that is given to the client does with these answers. */
  const follow = async (answers: readonly Response[], from = "https://api.example.com/a") => {
    const asked: [Request, RequestInit | undefined][] = [];
    const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
      asked.push([input as Request, init]);
      return answers[Math.min(asked.length, answers.length) - 1] as Response;
    };
    const { client, calls } = answering({ response: new Response() });
    await fetchResults(client, address, { fetch });
    const given = calls[0]?.[1]["fetch"] as typeof globalThis.fetch;
    const { signal } = new AbortController();
    const end = await given(new Request(from, { headers: { "x-a": "1" } }), { signal }).catch(
      (thrown: unknown) => thrown,
    );
    return {
      end,
      asked: asked
        .slice(1)
        .map(([request, init]) => ({ url: request.url, headers: [...request.headers], init })),
      signal,
    };
  };
  const to = (location: string | null, status = 302) =>
    new Response(null, { status, headers: location === null ? {} : { location } });

  it.each([301, 302, 303, 307, 308])("follows a %d with nothing but the signal", async (status) => {
    const done = new Response("x");
    const { end, asked, signal } = await follow([to("/b", status), to("https://b.example/c", status), done]);
    expect(end).toBe(done);
    const init = { redirect: "manual", signal };
    expect(asked).toEqual([
      { url: "https://api.example.com/b", headers: [], init },
      { url: "https://b.example/c", headers: [], init },
    ]);
  });

  it.each([to(null), to("http://"), to("file:///a"), to("xhttps://a"), to("/b", 300), to("/b", 200)])(
    "leaves what is no redirect of the web as it is: %#",
    async (answer) => {
      expect(await follow([answer])).toMatchObject({ end: answer, asked: [] });
    },
  );

  it("goes five times and no more, and from http to https but not back", async () => {
    const done = new Response("x");
    const five = ["/1", "/2", "/3", "/4", "/5"].map((location) => to(location));
    expect((await follow([...five, done])).end).toBe(done);
    expect((await follow([to("/1")])).end).toMatchObject({
      message: "The results are redirected to https://api.example.com; not followed (too many hops).",
    });
    expect((await follow([to("https://b.example"), done], "http://a.example/")).end).toBe(done);
    expect((await follow([to("http://b.example"), done], "http://a.example/")).end).toBe(done);
    expect((await follow([to("http://b.example"), done])).end).toMatchObject({
      message: "The results are redirected to http://b.example; not followed (no longer https).",
    });
  });
});
