import { observeFetch } from "../../coverage/recording.js";
import {
  type LoadedSpec,
  loadSpec,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from "../start-sandbox.js";

/** A sandbox of the repository's contract whose time stands still, with what tests ask of it. */
export interface TestSandbox extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly send: (path: string, init?: Sent) => Promise<Answered>;
  readonly create: (body?: unknown, init?: Sent) => Promise<Answered>;
  readonly upload: (parts: Readonly<Record<string, string | File>>, init?: Sent) => Promise<Answered>;
  readonly batch: (
    lines: string | readonly string[],
    init?: Sent & { readonly parts?: Record<string, string> },
  ) => Promise<Answered>;
}

export interface Sent {
  /** `null`: none. */
  readonly key?: string | null;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly body: any;
}

export const quick = {
  model: "lipsync-2",
  input: [
    { type: "video", url: "https://cdn.example.com/v.mp4" },
    { type: "audio", url: "https://cdn.example.com/a.wav" },
  ],
};

export const mp4 = (length = 24, name = "clip.mp4"): File =>
  file("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", length, name);
export const wav = (length = 16, name = "voice.wav"): File => file("RIFF\xff\xff\0\0WAVEfmt ", length, name);

function file(beginning: string, length: number, name: string): File {
  const bytes = Buffer.alloc(Math.max(length, beginning.length));
  bytes.write(beginning, "latin1");
  return new File([bytes], name);
}

export function line(index: number, changes: object = {}): string {
  return JSON.stringify({ request_id: `req-${index}`, endpoint: "/v2/generate", payload: quick, ...changes });
}

export const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => line(index));

let loaded: Promise<LoadedSpec> | LoadedSpec | null = null;

/** Takes the repository's contract as it was read before, for whoever evaluates tests over and over. */
export function useSpec(spec: LoadedSpec): void {
  loaded = spec;
}

export async function testSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  loaded ??= loadSpec("spec/openapi.yaml"); // once for a whole file of tests
  const spec = await loaded;
  const sandbox = await startSandbox({ spec, clock: "frozen", seed: 7, judge: "ajv", ...options });
  let driven = options.chaos !== undefined;
  /** For the coverage of the contract. */
  const watch = async (
    path: string,
    key: string | null,
    exchange: Parameters<typeof observeFetch>[0],
  ): Promise<void> => {
    if (options.overlays || (options.spec !== undefined && options.spec !== "spec/openapi.yaml")) return;
    const isControl = path.startsWith("/__sandbox/");
    if (isControl && exchange.init.method !== undefined && !path.startsWith("/__sandbox/clock"))
      driven = true;
    const known = key === null ? undefined : sandbox.keys.get(key);
    const isAsPlanned = known?.concurrency === known?.plan.concurrency;
    if (!isControl) await observeFetch(exchange, { plan: (isAsPlanned && known?.plan.name) || null, driven });
  };
  const send = async (
    path: string,
    { key = "sk-enterprise", headers, ...init }: Sent = {},
  ): Promise<Answered> => {
    const url = `${sandbox.url}${path}`;
    const sent = { ...init, headers: { ...(key === null ? {} : { "x-api-key": key }), ...headers } };
    const response = await fetch(url, { redirect: "manual", ...sent });
    const text = await response.text();
    await watch(path, key, { url, init: sent, response, answer: text });
    const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== "" ? JSON.parse(text) : text,
    };
  };
  const form = (parts: Readonly<Record<string, string | File>>): FormData => {
    const data = new FormData();
    for (const [name, value] of Object.entries(parts)) data.append(name, value as string);
    return data;
  };
  return {
    sandbox,
    send,
    create: (body = quick, { headers, ...init } = {}) =>
      send("/v2/generate", {
        method: "POST",
        ...init,
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    upload: (parts, init = {}) => send("/v2/generate/upload", { method: "POST", ...init, body: form(parts) }),
    batch: (given, { parts = {}, ...init } = {}) => {
      const text = typeof given === "string" ? given : given.join("\n");
      return send("/v2/generate/batch", {
        method: "POST",
        ...init,
        body: form({ input: new File([text], "batch.jsonl"), ...parts }),
      });
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}
