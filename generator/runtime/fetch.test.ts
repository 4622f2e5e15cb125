import { expect, it, vi } from "vitest";
import { type CallContext, contextOf, type Outgoing, platformFetch } from "./fetch.js";

const call = { attempt: 1 } as CallContext;
const outgoing = (body: BodyInit | null, method = "POST"): Outgoing => ({
  url: "https://api.example.com/a",
  method,
  headers: new Headers({ "x-a": "1" }),
  body,
  settings: { cache: "no-store" },
  call,
});

/** What a given fetch is given. */
async function seenOf(body: BodyInit | null, signal?: AbortSignal) {
  const fetch = vi.fn(async (_request: RequestInfo | URL, _init?: RequestInit) => new Response());
  await platformFetch(fetch as typeof globalThis.fetch)(
    outgoing(body, body === null ? "GET" : "POST"),
    signal,
  );
  const [request, init] = fetch.mock.calls[0] ?? [];
  return { request: request as Request, init };
}

it("a given fetch gets a request, and what it must pass on", async () => {
  const { request, init } = await seenOf("text");
  expect([request.url, request.method, request.headers.get("x-a"), request.cache, request.redirect]).toEqual([
    "https://api.example.com/a",
    "POST",
    "1",
    "no-store",
    "manual",
  ]);
  expect(await request.text()).toBe("text");
  expect(init).toEqual({ redirect: "manual" });
});

it("the signal goes along where there is one", async () => {
  const { signal } = new AbortController();
  expect((await seenOf(null, signal)).init).toEqual({ redirect: "manual", signal });
});

it.each([
  ["a file", new Blob(["abc"])],
  ["a stream", new Blob(["abc"]).stream()],
])("%s is sent so that the platform need not keep it", async (_, body) => {
  const { request, init } = await seenOf(body);
  expect(init).toEqual({ redirect: "error", window: null });
  expect(await request.text()).toBe("abc");
});

it("knows the call of its own requests, and of no other", async () => {
  expect(contextOf((await seenOf(null)).request)).toBe(call);
  expect(contextOf(new Request("https://api.example.com/a"))).toBeNull();
});

it("without one it is the platform's, with the same settings", async () => {
  const fetch = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response());
  try {
    const { signal } = new AbortController();
    await platformFetch(undefined)(outgoing(new Blob(["a"]).stream()), signal);
    await platformFetch(undefined)(outgoing("a"));
    const [[, first], [url, second]] = fetch.mock.calls as [[string, RequestInit], [string, RequestInit]];
    expect(first).toMatchObject({ duplex: "half", redirect: "error", signal });
    expect(url).toBe("https://api.example.com/a");
    expect(second).toEqual({
      method: "POST",
      headers: expect.any(Headers),
      body: "a",
      cache: "no-store",
      redirect: "manual",
    });
  } finally {
    fetch.mockRestore();
  }
});
