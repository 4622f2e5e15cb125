import { describe, expect, it } from "vitest";
import { key, transport } from "../../testing/example-api.js";
import { localServer } from "../../testing/local-server.js";
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
