import { type ClientOptions, createTransport, type Transport } from "../runtime/client.js";
import type {
  ApiDescriptor,
  BodyDescriptor,
  OperationDescriptor,
  ParameterDescriptor,
} from "../runtime/descriptors.js";

/** A small API for the tests of the runtime; any resemblance to a real contract would be a mistake. */
export const api: ApiDescriptor = {
  baseUrl: "https://api.example.com",
  apiKeyEnv: "EXAMPLE_API_KEY",
  auth: { header: "x-example-key", prefix: "" },
  error: { message: "message", code: "code", requestId: "request", concurrencyCodes: ["too_many_jobs"] },
};

export function parameter(
  name: string,
  place: ParameterDescriptor["in"],
  rule: Partial<ParameterDescriptor> = {},
): ParameterDescriptor {
  const style = place === "query" ? "form" : "simple";
  return { name, in: place, style, explode: place === "query", allowReserved: false, json: false, ...rule };
}

export function operation(
  given: Partial<OperationDescriptor> & Pick<OperationDescriptor, "id" | "method" | "path">,
): OperationDescriptor {
  return {
    baseUrl: null,
    parameters: [],
    arguments: "none",
    bodyMember: "body",
    body: null,
    result: "json",
    resultShape: "any",
    emptyStatuses: [],
    accept: "application/json",
    auth: api.auth,
    anonymous: false,
    idempotencyHeader: null,
    ...given,
  };
}

const json: BodyDescriptor = { mediaType: "application/json", encoding: "json", required: true, parts: [] };
const part = { repeated: false, contentTypes: [], maxBytes: null, lines: null };

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
  return createTransport(api, operations, { baseUrl, apiKey: key, ...options });
}
