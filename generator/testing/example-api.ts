import { type ClientOptions, createTransport, type Transport } from "../runtime/client.js";
import type {
  ApiDescriptor,
  BodyDescriptor,
  JobDescriptor,
  OperationDescriptor,
  ParameterDescriptor,
} from "../runtime/descriptors.js";
import { virtualClock } from "./virtual-clock.js";

/** A small API for the tests of the runtime; any resemblance to a real contract would be a mistake. */
export const api: ApiDescriptor = {
  baseUrl: "https://api.example.com",
  apiKeyEnv: "EXAMPLE_API_KEY",
  auth: { header: "x-example-key", prefix: "" },
  error: { message: "message", code: "code", requestId: "request", concurrencyCodes: ["too_many_jobs"] },
  rateLimits: {},
  plans: { small: 1, large: 3, custom: null },
};

export function parameter(
  name: string,
  place: ParameterDescriptor["in"],
  rule: Partial<ParameterDescriptor> = {},
): ParameterDescriptor {
  return { name, in: place, ...rule };
}

export function operation(
  given: Partial<OperationDescriptor> & Pick<OperationDescriptor, "id" | "method" | "path">,
): OperationDescriptor {
  return {
    parameters: [],
    arguments: "none",
    bodyMember: "body",
    result: "json",
    resultShape: "any",
    accept: "application/json",
    auth: api.auth,
    idempotencyHeader: null,
    rateLimits: [],
    ...given,
  };
}

const json: BodyDescriptor = { mediaType: "application/json", encoding: "json", required: true, parts: [] };
const part = { contentTypes: [], maxBytes: null };

export const get = operation({
  id: "things.get",
  method: "GET",
  path: "/things/{id}",
  parameters: [parameter("id", "path")],
});
export const list = operation({
  id: "things.list",
  resultShape: "array",
  method: "GET",
  path: "/things",
  arguments: "parameters",
  parameters: [parameter("state", "query", { explode: false }), parameter("x-trace", "header")],
});
export const create = operation({
  id: "things.create",
  resultShape: "object",
  method: "POST",
  path: "/things",
  arguments: "body",
  body: json,
  idempotencyHeader: "Idempotency-Key",
});
export const upload = operation({
  id: "things.upload",
  method: "POST",
  path: "/things/upload",
  arguments: "body",
  body: {
    mediaType: "multipart/form-data",
    encoding: "multipart",
    required: true,
    parts: [
      { ...part, name: "clip", kind: "file", contentTypes: ["video/mp4"], maxBytes: 10 },
      { ...part, name: "label", kind: "text" },
      { ...part, name: "options", kind: "json" },
      { ...part, name: "tags", kind: "text", repeated: true },
    ],
  },
});
export const batch = operation({
  id: "things.batch",
  method: "POST",
  path: "/things/batch",
  arguments: "body",
  body: {
    mediaType: "multipart/form-data",
    encoding: "multipart",
    required: true,
    parts: [
      {
        ...part,
        name: "lines",
        kind: "file",
        maxBytes: 100,
        lines: { minItems: 2, maxItems: 3, uniqueBy: "id" },
      },
    ],
  },
});
export const update = operation({
  id: "things.update",
  method: "PUT",
  path: "/things/{id}",
  arguments: "merged",
  body: json,
  parameters: [parameter("id", "path"), parameter("dryRun", "query")],
  result: "none",
});
export const ping = operation({ id: "ping", method: "GET", path: "/ping", anonymous: true, result: "text" });

export const operations = { get, list, create, upload, batch, update, ping };

export const key = "sk-test-0123456789";

/** The client's transport against a server of the test's own. */
export function transport(baseUrl: string, options: ClientOptions = {}): Transport<Record<string, never>> {
  return createTransport(api, operations, { baseUrl, apiKey: key, maxRetries: 0, ...options });
}

type Answer = (request: Request) => Response | Promise<Response>;

/**
 * The client over a `fetch` that answers by a script, in virtual time; the last answer stays. `run` lets time pass
 * until a call has ended.
 */
export function virtual(
  script: readonly Answer[],
  {
    random,
    jobs = {},
    api: own = api,
    operation: other,
    clock = virtualClock(random),
    ...options
  }: VirtualOptions = {},
): Pick<Transport<Record<string, never>>, "send"> & {
  readonly clock: ReturnType<typeof virtualClock>;
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
  readonly sent: readonly (Request & { readonly atMs: number })[];
} {
  const sent: (Request & { atMs: number })[] = [];
  const fetch = async (request: RequestInfo | URL): Promise<Response> => {
    const given = request as Request;
    sent.push(Object.assign(given.clone(), { atMs: clock.now() }));
    const answer = script[Math.min(sent.length, script.length) - 1];
    if (!answer) throw new Error("The script is empty.");
    return answer(given);
  };
  const { send } = createTransport(
    own,
    other ? { ...operations, other } : operations,
    { baseUrl: "https://api.example.com", apiKey: key, fetch, ...options },
    { clock, jobs },
  );
  return { send, clock, run: clock.run, sent };
}

interface VirtualOptions extends ClientOptions {
  readonly random?: () => number;
  readonly jobs?: Readonly<Record<string, JobDescriptor>>;
  readonly api?: ApiDescriptor;
  readonly clock?: ReturnType<typeof virtualClock>;
  /** In place of the one with the same path. */
  readonly operation?: OperationDescriptor;
}
