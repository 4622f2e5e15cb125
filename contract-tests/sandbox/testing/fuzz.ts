import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import fc from "fast-check";
import { type Contract, loadContract, type Operation, object } from "../../support/contract.js";
import { beginningOf } from "../../support/file-signatures.js";
import { faultsOf } from "../../support/json-schema.js";
import { requestExamples } from "../../support/request-examples.js";
import type { Finding } from "../events.js";
import { type Sandbox, startSandbox } from "../start-sandbox.js";

interface Shot {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

interface Hit {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Chances and mutations that break a request in one place or in many. */
const oddTexts = [
  "",
  "null",
  "\u0000",
  "😀",
  "\uFFFD",
  "../..",
  "%",
  "%ff",
  "a".repeat(5000),
  "{{}}",
  "<b>",
  "\r\nX: 1",
  "__proto__",
];

/**
 * Sends so many random, mutated and raw requests. Complains of every 5xx, of every answer that the contract does not
 * declare or that breaks its schema, and of every request that is not answered.
 *
 * @returns how many answers had each status
 */
export async function fuzz(options: {
  readonly count: number;
  readonly seed: number;
  readonly judge: string;
  /** What the sandbox serves, where it is not the contract that its answers are held against. */
  readonly spec?: string;
}): Promise<{
  readonly statuses: ReadonlyMap<number, number>;
  readonly complaints: readonly string[];
  /** Where the judges disagreed. */
  readonly findings: readonly Finding[];
}> {
  const { count, seed, judge, spec = "spec/openapi.yaml" } = options;
  const contract = await loadContract("spec/openapi.yaml");
  const sandbox = await startSandbox({ spec, clock: "frozen", seed, judge, keepRequests: 10 });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const statuses = new Map<number, number>();
  const complaints: string[] = [];
  try {
    const shots = fc.sample(shotsOf(contract), { numRuns: count, seed });
    let next = 0;
    const shoot = async (): Promise<void> => {
      for (let index = next++; index < shots.length; index = next++) {
        if (index % 40 === 0) await sandbox.clock.advance((index * 7919) % 45_000);
        const shot = shots[index] as Shot | string;
        const hit = await (typeof shot === "string"
          ? sendRaw(sandbox.url, shot)
          : send(agent, sandbox.url, shot)
        ).catch((error: Error) => error);
        if (hit === null) continue; // nothing that needs an answer
        if (hit instanceof Error) {
          complaints.push(`${describe(shot)}: ${hit.message}`);
          continue;
        }
        statuses.set(hit.status, (statuses.get(hit.status) ?? 0) + 1);
        complaints.push(...objections(contract, shot, hit).map((text) => `${describe(shot)}: ${text}`));
      }
    };
    await Promise.all(Array.from({ length: 8 }, shoot));
    await alive(sandbox);
  } finally {
    agent.destroy();
    await sandbox.close();
  }
  return { statuses, complaints, findings: sandbox.findings };
}

function shotsOf(contract: Contract): fc.Arbitrary<Shot | string> {
  const whole = fc.constantFrom(...contract.operations).chain((operation) => shotOf(operation));
  const key = fc.constantFrom(
    "sk-free",
    "sk-creator",
    "sk-scale",
    "sk-enterprise",
    "sk-enterprise",
    "sk-enterprise",
    "sk-nobody",
    "",
  );
  const keyed = fc.tuple(whole, key, headerNoise()).map(([shot, name, noise]) => ({
    ...shot,
    headers: { "x-api-key": name, ...shot.headers, ...noise },
  }));
  const anywhere = fc
    .record({
      method: fc.constantFrom(
        "GET",
        "POST",
        "PUT",
        "DELETE",
        "PATCH",
        "HEAD",
        "OPTIONS",
        "TRACE",
        "PROPFIND",
      ),
      target: fc.oneof(
        fc.webPath(),
        fc.webUrl().map((url) => new URL(url).pathname),
        fc.constantFrom("/v2/generate", "/__sandbox/nothing", "/v2/batch/x", "/v2/generations/x/result", "*"),
      ),
      query: fc.option(fc.webQueryParameters(), { nil: "" }),
    })
    .map(({ method, target, query }): Shot => {
      const path = target.startsWith("/") || target === "*" ? target : `/${target}`;
      return {
        method: path === "*" ? "OPTIONS" : method,
        target: query ? `${path}?${query}` : path,
        headers: { "x-api-key": "sk-enterprise" },
        body: null,
      };
    });
  return fc.oneof(
    { weight: 8, arbitrary: keyed },
    { weight: 2, arbitrary: anywhere },
    { weight: 1, arbitrary: rawRequest() },
  );
}

function shotOf(operation: Operation): fc.Arbitrary<Shot> {
  const examples = requestExamples(operation);
  return fc.constantFrom(...examples).chain((example) => {
    const path = fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      {
        weight: 1,
        arbitrary: fc.oneof(
          fc.uuid(),
          fc.constantFrom(...oddTexts.filter((text) => text !== "")),
          fc.string({ minLength: 1 }),
        ),
      },
    );
    const query = fc.oneof(
      { weight: 3, arbitrary: fc.constant("") },
      {
        weight: 1,
        arbitrary: fc.oneof(
          fc.webQueryParameters(),
          fc.constantFrom("status=", "status=PENDING,,", "ids=%", "status=A&status=B", "&&=&", "ids[]=1"),
        ),
      },
    );
    const body =
      operation.body === null
        ? fc.constant<[string, Buffer | null]>(["", null])
        : operation.body.mediaType === "multipart/form-data"
          ? formOf(object(example.body))
          : jsonOf(example.body);
    return fc.tuple(path, query, body).map(([id, search, [type, bytes]]): Shot => {
      const target = operation.path.replace(/\{([^{}]+)\}/g, (_, name: string) =>
        encodeURIComponent(id ?? String(example.path[name])),
      );
      return {
        method: operation.method,
        target: search === "" ? target : `${target}?${search}`,
        headers: type === "" ? {} : { "content-type": type },
        body: bytes,
      };
    });
  });
}

function headerNoise(): fc.Arbitrary<Record<string, string>> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Record<string, string>>(
        { "idempotency-key": "a" },
        { "idempotency-key": "b c" },
        { prefer: "code=429" },
        { prefer: "code=,example" },
        { origin: "null" },
        { "content-type": "text/plain" },
        { expect: "100-continue" },
        { range: "bytes=0-" },
        { accept: "image/png" },
      ),
    },
  );
}

function jsonOf(example: unknown): fc.Arbitrary<[string, Buffer]> {
  const mutated = fc
    .array(fc.tuple(fc.nat(), anyValue()), { maxLength: 3 })
    .map((changes) =>
      JSON.stringify(
        changes.reduce(
          (value, [place, replacement]) => mutate(value, place, replacement),
          structuredClone(example),
        ),
      ),
    );
  const cut = fc.tuple(mutated, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
  const text = fc.oneof(
    { weight: 6, arbitrary: mutated },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: fc.json() },
  );
  const bytes = fc.oneof(
    { weight: 12, arbitrary: text.map((one) => Buffer.from(one)) },
    { weight: 1, arbitrary: fc.uint8Array().map((one) => Buffer.from(one)) },
  );
  return bytes.map((one) => ["application/json", one]);
}

function anyValue(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom<unknown>(undefined, null, true, -1, 1e308, [], {}, ...oddTexts),
    fc.jsonValue({ maxDepth: 2 }),
  );
}

/** Replaces, or removes, one of all the values in a value. */
function mutate(value: unknown, place: number, replacement: unknown): unknown {
  const places: (() => void)[] = [];
  const visit = (at: unknown): void => {
    if (typeof at !== "object" || at === null) return;
    for (const key of Object.keys(at)) {
      places.push(() => {
        if (replacement === undefined && !Array.isArray(at)) delete (at as Record<string, unknown>)[key];
        else (at as Record<string, unknown>)[key] = replacement;
      });
      visit((at as Record<string, unknown>)[key]);
    }
  };
  visit(value);
  if (places.length === 0) return replacement;
  places[place % places.length]?.();
  return value;
}

function formOf(example: object): fc.Arbitrary<[string, Buffer]> {
  const parts = Object.entries(example).map(([name, value]): [string, string] => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const file = /^<bytes of .*\.(\w+)>$/.exec(text)?.[1];
    const type = { mp4: "video/mp4", wav: "audio/wav", mp3: "audio/mpeg" }[file ?? ""];
    return [name, file === undefined ? text : beginningOf(type).toString("latin1")];
  });
  const part = fc.constantFrom(...parts).chain(([name, text]) =>
    fc.record({
      name: fc.oneof(
        { weight: 9, arbitrary: fc.constant(name) },
        { weight: 1, arbitrary: fc.constantFrom("", "more", 'a"b', "__proto__", "a;b") },
      ),
      file: fc.boolean(),
      fileName: fc.constantFrom("a.mp4", 'a";b', "ü", "", "a\\"),
      text: fc.oneof(
        { weight: 6, arbitrary: fc.constant(text) },
        {
          weight: 1,
          arbitrary: fc.oneof(fc.string(), fc.json(), fc.constantFrom(...oddTexts, "--b", "--b--")),
        },
      ),
    }),
  );
  return fc
    .tuple(
      fc.oneof(
        { weight: 2, arbitrary: fc.constant(null) },
        { weight: 3, arbitrary: fc.array(part, { maxLength: 6 }) },
      ),
      fc.constantFrom("--b--\r\n", "--b--\r\n", "--b--\r\n", "--b--", "", "--b\r\n", "--c--\r\n"),
      fc.constantFrom(
        "multipart/form-data; boundary=b",
        "multipart/form-data; boundary=b",
        'multipart/form-data; boundary="b"',
        "multipart/form-data",
        "multipart/form-data; boundary=",
      ),
      fc.option(fc.nat(), { nil: null, freq: 6 }),
    )
    .map(([mutated, end, type, cut]) => {
      const chosen =
        mutated ??
        parts.map(([name, text]) => ({
          name,
          file: /^(video|audio|input)$/.test(name) && !text.startsWith("["),
          fileName: "a",
          text,
        }));
      const text = `${chosen
        .map(
          ({ name, file, fileName, text: content }) =>
            `--b\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${fileName}"` : ""}\r\n\r\n${content}\r\n`,
        )
        .join("")}${end}`;
      const bytes = Buffer.from(text, "latin1");
      return [type, cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1))];
    });
}

/** Bytes for a bare socket: broken heads, broken chunks, two requests in one. */
function rawRequest(): fc.Arbitrary<string> {
  const line = fc.constantFrom(
    "GET /v2/generate HTTP/1.1",
    "POST /v2/generate HTTP/1.1",
    "GET  / HTTP/1.1",
    "GET / HTTP/9.9",
    "G\u0001T / HTTP/1.1",
    "POST /v2/generate/upload HTTP/1.1",
    "",
    "GET /v2/generate",
    "CONNECT a:1 HTTP/1.1",
  );
  const header = fc.constantFrom(
    "Host: a",
    "Host: a",
    "x-api-key: sk-enterprise",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 99999",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip",
    "Content-Type: application/json",
    "Connection: close",
    "Upgrade: websocket",
    ": x",
    "a b: c",
    "x: \u0000",
    "Expect: 100-continue",
    "Expect: 200-maybe",
  );
  const tail = fc.constantFrom(
    "",
    "{}",
    "hello",
    "5\r\nhello\r\n0\r\n\r\n",
    "zz\r\n",
    "GET / HTTP/1.1\r\n\r\n",
  );
  return fc
    .tuple(line, fc.array(header, { maxLength: 6 }), tail)
    .map(([first, headers, rest]) => [first, ...headers, "", rest].join("\r\n"));
}

function send(agent: Agent, url: string, { method, target, headers, body }: Shot): Promise<Hit> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    let sent: ReturnType<typeof httpRequest>;
    try {
      sent = httpRequest({
        agent,
        hostname,
        port,
        method,
        path: target.replace(/[^\x21-\x7e]/g, encodeURIComponent),
        headers: { ...headers, ...(body === null ? {} : { "content-length": String(body.length) }) },
        timeout: 10_000,
      });
    } catch (error) {
      fail(error);
      return;
    }
    sent.once("timeout", () => sent.destroy(new Error("no answer in 10 seconds")));
    sent.once("error", fail);
    sent.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.once("end", () => {
        const flat = Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
        );
        done({ status: response.statusCode ?? 0, headers: flat, body: text });
      });
      response.once("error", fail);
    });
    sent.end(body ?? undefined);
  });
}

/** Sends bytes, and waits until there is an answer, or none can be expected of what was sent. */
function sendRaw(url: string, bytes: string): Promise<Hit | null> {
  const { hostname, port } = new URL(url);
  return new Promise((done) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.end(bytes, "latin1"));
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      const answer = text.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, "");
      const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
      done(
        status === undefined
          ? null
          : { status: Number(status), headers: {}, body: answer.split("\r\n\r\n")[1] ?? "" },
      );
    });
  });
}

/** What is wrong with an answer, by the contract. */
function objections(contract: Contract, shot: Shot | string, { status, headers, body }: Hit): string[] {
  const isWanted = typeof shot !== "string" && shot.headers["prefer"] !== undefined;
  if (status >= 500 && !isWanted) return [`${status} ${body.slice(0, 300)}`];
  if (typeof shot === "string" || shot.method === "HEAD" || body === "") return [];
  if (!/[/+]json/.test(headers["content-type"] ?? ""))
    return [`${status} is no JSON: ${headers["content-type"]}`];
  const value = JSON.parse(body) as unknown;
  const path = shot.target.split("?")[0] ?? "";
  if (path.startsWith("/__sandbox")) return [];
  const operation =
    contract.operations.find((one) => one.method === shot.method && one.path === path) ??
    contract.operations.find(
      (one) =>
        one.method === shot.method && new RegExp(`^${one.path.replace(/\{[^{}]+\}/g, "[^/]+")}$`).test(path),
    );
  const declared = operation?.responses.find((one) => one.status === String(status));
  if (operation && !declared && ![400, 404, 405, 413].includes(status))
    return [`${operation.id} declares no ${status}`];
  const schema =
    declared?.schema ?? contract.operations[0]?.responses.find((one) => one.status === "400")?.schema ?? true;
  const missing = (declared?.headers ?? []).filter(
    ({ name, required }) => required && headers[name.toLowerCase()] === undefined,
  );
  const says =
    status >= 400 && JSON.stringify(object(value)["message"] ?? "").length < 3
      ? ["an error without a message"]
      : [];
  return [...faultsOf(schema, value), ...missing.map(({ name }) => `no ${name}`), ...says].map(
    (fault) => `${status} ${fault} in ${body.slice(0, 300)}`,
  );
}

async function alive({ url }: Sandbox): Promise<void> {
  const answer = await fetch(`${url}/__sandbox/clock`);
  if (answer.status !== 200) throw new Error("The sandbox has not lived through it.");
}

function describe(shot: Shot | string): string {
  return typeof shot === "string"
    ? JSON.stringify(shot)
    : `${shot.method} ${shot.target} ${JSON.stringify(shot.headers)} ${shot.body?.toString("latin1").slice(0, 400) ?? ""}`;
}
