import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClientModule } from "../../support/call.js";
import type { Subject } from "../case.js";
import { type ClientContract, loadClientContract } from "../client-contract.js";
import { clientSideCases } from "../client-side-suite.js";
import { startWireServer } from "../wire-server.js";

/** A fault put between the client and the wire, or around the client, and the cases that must notice it. */
interface Planted {
  readonly fault: string;
  readonly noticedBy: readonly string[];
  /** Changes a request on its way out. */
  readonly request?: (request: Request) => Promise<Request> | Request;
  /** Changes an answer on its way in. */
  readonly answer?: (response: Response) => Promise<Response> | Response;
  /** Changes what a call comes to. */
  readonly outcome?: (call: () => Promise<unknown>) => Promise<unknown>;
}

const withUrl = (request: Request, change: (url: string) => string): Request =>
  new Request(change(request.url), request);

/** The request with another body; its length and boundary are the platform's to write. */
async function withBody(request: Request, body: BodyInit, contentType: string | null): Promise<Request> {
  const { url, method } = request;
  const headers = new Headers(request.headers);
  if (contentType === null) headers.delete("content-type");
  else headers.set("content-type", contentType);
  return new Request(url, { method, headers, body });
}

const isJson = ({ headers }: Request): boolean => headers.get("content-type") === "application/json";
const isForm = ({ headers }: Request): boolean => !!headers.get("content-type")?.startsWith("multipart/");

const jsonChanged =
  (change: (body: Record<string, unknown>) => object) =>
  async (request: Request): Promise<Request> =>
    isJson(request)
      ? withBody(
          request,
          JSON.stringify(change((await request.clone().json()) as Record<string, unknown>)),
          "application/json",
        )
      : request;

const formChanged =
  (change: (form: FormData) => void) =>
  async (request: Request): Promise<Request> => {
    if (!isForm(request)) return request;
    const form = await request.clone().formData();
    change(form);
    return withBody(request, form, null);
  };

const fileChanged = (change: (file: File) => File) =>
  formChanged((form) => {
    for (const [name, value] of [...form]) if (typeof value !== "string") form.set(name, change(value));
  });

const withHeader = (request: Request, name: string, value: string | null): Request => {
  const headers = new Headers(request.headers);
  if (value === null) headers.delete(name);
  else headers.set(name, value);
  return new Request(request, { headers });
};

const arrives = (id: string): string => `${id} › arrives as the contract says`;

const planted: readonly Planted[] = [
  {
    fault: "a list in the query is exploded",
    noticedBy: [arrives("generations.list")],
    request: (request) => withUrl(request, (url) => url.replace(/,(?=[^&]*$)/, "&ids=")),
  },
  {
    fault: "a comma between values is encoded",
    noticedBy: [arrives("generations.list")],
    request: (request) => withUrl(request, (url) => url.replaceAll(",", "%2C")),
  },
  {
    fault: "a query parameter is lost",
    noticedBy: [arrives("generations.list")],
    request: (request) => withUrl(request, (url) => url.replace(/[?&]ids=[^&]*/, "")),
  },
  {
    fault: "a query parameter is sent that nobody gave",
    noticedBy: [arrives("generations.list")],
    request: (request) => withUrl(request, (url) => `${url}${url.includes("?") ? "&" : "?"}limit=10`),
  },
  {
    fault: "the path is another",
    noticedBy: [arrives("generations.get"), arrives("generations.estimateCost")],
    request: (request) => withUrl(request, (url) => url.replace("/v2/generate", "/v2/generations")),
  },
  {
    fault: "the value in the path is in capitals",
    noticedBy: [arrives("generations.get")],
    request: (request) => withUrl(request, (url) => url.replace(/[^/]+$/, (id) => id.toUpperCase())),
  },
  {
    fault: "the key is in the query too",
    noticedBy: [arrives("generations.get")],
    request: (request) => withUrl(request, (url) => `${url}?key=${request.headers.get("x-api-key")}`),
  },
  {
    fault: "the key is sent as a bearer token",
    noticedBy: [arrives("generations.get")],
    request: (request) =>
      withHeader(
        withHeader(request, "authorization", `Bearer ${request.headers.get("x-api-key")}`),
        "x-api-key",
        null,
      ),
  },
  {
    fault: "a header is sent that the contract does not know",
    noticedBy: [arrives("generations.create")],
    request: (request) => withHeader(request, "x-client-version", "1"),
  },
  {
    fault: "any media type is asked for",
    noticedBy: [arrives("generations.create")],
    request: (request) => withHeader(request, "accept", "*/*"),
  },
  {
    fault: "the idempotency key is lost",
    noticedBy: [arrives("generations.create")],
    request: (request) => withHeader(request, "idempotency-key", null),
  },
  {
    fault: "each try has an idempotency key of its own",
    noticedBy: ["generations.create › is tried again only where nothing happens twice, and as it was"],
    request: (request) =>
      request.headers.has("idempotency-key")
        ? withHeader(request, "idempotency-key", crypto.randomUUID())
        : request,
  },
  {
    fault: "JSON is sent as text",
    noticedBy: [arrives("generations.create")],
    request: (request) => (isJson(request) ? withHeader(request, "content-type", "text/plain") : request),
  },
  {
    fault: "a property is lost",
    noticedBy: [arrives("generations.create")],
    request: jsonChanged(({ options: _, ...body }) => body),
  },
  {
    fault: "a property is added",
    noticedBy: [arrives("generations.estimateCost")],
    request: jsonChanged((body) => ({ ...body, sdk: "js" })),
  },
  {
    fault: "texts are trimmed",
    noticedBy: [arrives("generations.create")],
    request: jsonChanged(
      (body) =>
        JSON.parse(JSON.stringify(body), (_, part) =>
          typeof part === "string" ? part.trim() : part,
        ) as object,
    ),
  },
  {
    fault: "numbers are rounded",
    noticedBy: [arrives("generations.create")],
    request: jsonChanged(
      (body) =>
        JSON.parse(JSON.stringify(body), (_, part) =>
          typeof part === "number" ? Math.round(part) : (part as unknown),
        ) as object,
    ),
  },
  {
    fault: "a part of a form is lost",
    noticedBy: [arrives("generations.createWithFiles")],
    request: formChanged((form) => form.delete("segments")),
  },
  {
    fault: "a part of a form is sent twice",
    noticedBy: [arrives("generations.createWithFiles")],
    request: formChanged((form) => form.append("model", String(form.get("model")))),
  },
  {
    fault: "a JSON part is a file",
    noticedBy: [arrives("generations.createWithFiles")],
    request: formChanged((form) => {
      const text = form.get("input");
      if (text !== null) form.set("input", new Blob([text], { type: "application/json" }));
    }),
  },
  {
    fault: "files lose their names",
    noticedBy: [arrives("generations.createWithFiles")],
    request: fileChanged((file) => new File([file], "blob", { type: file.type })),
  },
  {
    fault: "files lose their type",
    noticedBy: [arrives("generations.createWithFiles")],
    request: fileChanged((file) => new File([file], file.name, { type: "text/plain" })),
  },
  {
    fault: "the last byte of a file is lost",
    noticedBy: [arrives("generations.createWithFiles")],
    request: fileChanged((file) => new File([file.slice(0, -1)], file.name, { type: file.type })),
  },
  {
    fault: "a property of an answer is lost",
    noticedBy: ["generations.get › answer 200 application/json", "generations.list › can be gone through"],
    answer: (response) => jsonAnswer(response, (text) => text.replace(/"model"/g, '"modell"')),
  },
  {
    fault: "properties that are new are dropped",
    noticedBy: ["generations.get › answer with properties that are new"],
    answer: (response) => jsonAnswer(response, (text) => text.replace(/,"[A-Z]{4,9}_[A-Z]{2,5}":.*}$/, "}")),
  },
  {
    fault: "null becomes a text",
    noticedBy: ["generations.get › answer with null where none may be"],
    answer: (response) => jsonAnswer(response, (text) => text.replace(/:null/g, ':""')),
  },
  {
    fault: "a failure has another status",
    noticedBy: [
      "generations.get › answer 404 application/json",
      "generations.create › answer 429 application/json",
    ],
    answer: (response) => (response.status >= 400 ? withStatus(response, 400) : response),
  },
  {
    fault: "a success that is none is taken for one",
    noticedBy: ["generations.get › answer of another status with the API's error"],
    answer: (response) =>
      response.status === 402 || response.status >= 500 ? withStatus(response, 200) : response,
  },
  {
    fault: "the headers of an answer are lost",
    noticedBy: ["generations.create › answer 429 application/json"],
    answer: async (response) =>
      new Response(await response.arrayBuffer(), {
        status: response.status,
        headers: { "content-type": response.headers.get("content-type") ?? "" },
      }),
  },
  {
    fault: "a page is given as a result",
    noticedBy: ["generations.get › answer that is HTML"],
    outcome: (call) => call().catch((error: Error & { sample?: string }) => ({ html: error.sample })),
  },
  {
    fault: "what is not JSON is a SyntaxError",
    noticedBy: [
      "generations.get › answer with half its JSON, and the length of that",
      "generations.get › answer that says it is JSON, and is HTML",
    ],
    outcome: (call) =>
      call().catch((error: Error) => {
        throw error.name === "UnexpectedResponseError" ? new SyntaxError("Unexpected token <") : error;
      }),
  },
  {
    fault: "a broken connection is a TypeError",
    noticedBy: ["generations.get › answer that never begins: the connection is reset"],
    outcome: (call) =>
      call().catch((error: Error) => {
        throw error.name === "ConnectionError" ? new TypeError("fetch failed") : error;
      }),
  },
  {
    fault: "an abort is an error of the client's own",
    noticedBy: ["generations.get › an abort ends it with the caller's own reason"],
    outcome: (call) =>
      call().catch(() => {
        throw new DOMException("This operation was aborted", "AbortError");
      }),
  },
  {
    fault: "the key stands in an error",
    noticedBy: ["generations.get › answer 404 application/json"],
    outcome: (call) =>
      call().catch((error: Error) => {
        throw Object.assign(error, { request: { headers: { "x-api-key": "sk-client-side-8d1f0a37c5e2" } } });
      }),
  },
  {
    fault: "an error has no request id",
    noticedBy: ["generations.get › answer 404 application/json"],
    outcome: (call) =>
      call().catch((error: Error) => {
        throw Object.defineProperty(error, "requestId", { value: "" });
      }),
  },
  {
    fault: "a call never ends",
    noticedBy: ["generations.get › answer 200 application/json"],
    outcome: () => new Promise(() => undefined),
  },
  {
    fault: "a call is made twice",
    noticedBy: [arrives("generations.get"), "generations.list › can be gone through"],
    outcome: async (call) => {
      await call();
      return call();
    },
  },
];

async function jsonAnswer(response: Response, change: (text: string) => string): Promise<Response> {
  if (!response.headers.get("content-type")?.includes("json")) return response;
  const { status, headers } = response;
  return new Response(change(await response.text()), { status, headers });
}

async function withStatus(response: Response, status: number): Promise<Response> {
  return new Response(await response.arrayBuffer(), { status, headers: response.headers });
}

/** Makes the tests that the suite can fail: a suite that never does proves nothing. */
export async function canFailSuite(specPath: string, main: ClientModule): Promise<void> {
  const contract = await loadClientContract(specPath);
  const cases = clientSideCases(contract);
  let sound: Subject;
  beforeAll(async () => {
    const client = { main, entry: (name: string) => import(/* @vite-ignore */ `sync-api-client/${name}`) };
    const run = { seed: 1, runs: 30, shrinkMs: 0, patienceMs: 300 };
    sound = { contract, client, server: await startWireServer(), run };
  });
  afterAll(() => sound?.server.stop());
  test.each(planted)(
    "notices that $fault",
    async (one) => {
      const faulty = { ...sound, client: { ...sound.client, main: withFault(contract, main, one) } };
      for (const title of one.noticedBy) {
        const found = cases.find((candidate) => candidate.title.join(" › ") === title);
        if (!found) expect.fail(`There is no case "${title}".`);
        await expect(found.run(faulty), title).rejects.toThrow(/seed \d+, path/);
      }
    },
    60_000,
  );
}

/** The package, but with a fault in it. */
function withFault({ className }: ClientContract, main: ClientModule, planted: Planted): ClientModule {
  const Client = main[className] as new (options: object) => Record<string, unknown>;
  const changed = async (input: Request, init: RequestInit): Promise<Response> => {
    const request = planted.request ? await planted.request(input) : input;
    const response = await fetch(request, init);
    return planted.answer ? planted.answer(response) : response;
  };
  class Faulty extends Client {
    constructor(options: object) {
      super(planted.outcome ? options : { ...options, fetch: changed });
      const { outcome } = planted;
      if (!outcome) return;
      for (const resource of Object.values(this)) {
        if (typeof resource !== "object" || resource === null) continue;
        for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(resource))) {
          const method = (resource as Record<string, unknown>)[name];
          if (typeof method !== "function" || name === "constructor") continue;
          const faulty = (...args: unknown[]): Promise<unknown> =>
            outcome(() => Promise.resolve(method.apply(resource, args) as unknown));
          Object.defineProperty(resource, name, { value: faulty });
        }
      }
    }
  }
  return { ...main, [className]: Faulty };
}
