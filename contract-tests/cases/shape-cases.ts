import { expect } from "vitest";
import { apiKey, type Call, callOperation, newClient, toCall } from "../support/call.js";
import { array, type Contract, type Operation, object } from "../support/contract.js";
import { faultsOf } from "../support/json-schema.js";
import { expectedTarget, sentTarget } from "../support/raw-target.js";
import type { RecordedRequest } from "../support/recorder.js";
import { firstExample, type RequestExample, requestExamples } from "../support/request-examples.js";
import type { CasesOf, ContractCase } from "./case.js";
import { callThrough, headerOf, only } from "./exchange.js";
import { expectForm } from "./expect-form.js";

/** What really goes over the wire for each example is what the contract says of it, to the byte. */
export const shapeCases: CasesOf = (contract, operation) => [
  ...serverCases(contract, operation),
  ...requestExamples(operation).map(
    (example): ContractCase => ({
      title: [operation.id, example.name, "sent as the contract says"],
      run: async (target) => {
        const call = toCall(operation, example);
        const { exchanges } = await callThrough(target, operation, call);
        const { request } = only(exchanges);
        expect(request.method).toBe(operation.method);
        expect(sentTarget(request.target)).toEqual(expectedTarget(operation, example));
        expectHeaders(operation, example, request);
        await expectBody(operation, example, call, request);
      },
    }),
  ),
  ...oddValueCases(operation),
];

/** Where no other server is named, calls go to the contract's. */
function serverCases(contract: Contract, operation: Operation): ContractCase[] {
  const { url } = object(array(contract.document["servers"])[0]);
  if (typeof url !== "string" || !/^https?:/.test(url) || url.includes("{")) return [];
  return [
    {
      title: [operation.id, "server", "the contract's"],
      run: async ({ client: module }) => {
        const asked: string[] = [];
        const fetch = async ({ url: address }: Request): Promise<Response> => {
          asked.push(address);
          return new Response(null, { status: 500 });
        };
        const client = newClient(contract, module, { apiKey, fetch });
        await callOperation(client, operation, toCall(operation, firstExample(operation))).catch(
          () => undefined,
        );
        expect(asked).toHaveLength(1);
        expect(asked[0]?.startsWith(`${url.replace(/\/$/, "")}/`), `${asked[0]} is at ${url}`).toBe(true);
      },
    },
  ];
}

/** HTTP's own headers, which no contract names. */
const ownHeaders = [
  "accept",
  "accept-encoding",
  "accept-language",
  "connection",
  "content-length",
  "content-type",
  "host",
  "sec-fetch-mode",
  "user-agent",
];

function expectHeaders(
  { parameters, keyHeader, idempotencyHeader, responses }: Operation,
  example: RequestExample,
  sent: RecordedRequest,
) {
  const headers = parameters.filter(({ in: place }) => place === "header");
  const given = headers.filter(({ name }) => name in example.parameters);
  const made = headers.filter(
    ({ name }) => name === idempotencyHeader && !given.some((one) => one.name === name),
  );
  const names = sent.headers.map(([name]) => name.toLowerCase());
  expect(names.filter((name) => !ownHeaders.includes(name)).sort(), "headers besides HTTP's own").toEqual(
    [...[...given, ...made].map(({ name }) => name), ...(keyHeader ? [keyHeader] : [])].map(lower).sort(),
  );
  for (const { status, mediaType } of responses)
    if (status.startsWith("2") && mediaType !== null)
      expect(isAccepted(headerOf(sent, "accept") ?? "", mediaType), `accept of ${mediaType}`).toBe(true);
  for (const { name } of given) expect(headerOf(sent, name), name).toBe(String(example.parameters[name]));
  for (const { name, schema } of made) expect(faultsOf(schema, headerOf(sent, name)), name).toEqual([]);
}

/** Whether an `Accept` names a media type, or a range that it is in; a server may answer anything to one that takes anything. */
function isAccepted(accept: string, mediaType: string): boolean {
  const [type = ""] = mediaType.split(";");
  const ranges = accept.split(",").map((range) => range.split(";")[0]?.trim());
  return [type, `${type.split("/")[0]}/*`].some((range) => ranges.includes(range));
}

async function expectBody({ body }: Operation, example: RequestExample, call: Call, sent: RecordedRequest) {
  const contentType = headerOf(sent, "content-type");
  if (!body || example.body === undefined) {
    expect(sent.body.length, "bytes of a body that is none").toBe(0);
    expect(contentType).toBeUndefined();
    return;
  }
  expect(headerOf(sent, "content-length")).toBe(String(sent.body.length));
  expect(contentType?.split(";")[0]).toBe(body.mediaType);
  if (body.mediaType === "multipart/form-data")
    return expectForm(body, call.body, contentType ?? "", sent.body);
  expect(contentType).toBe("application/json");
  expect(JSON.parse(sent.body.toString("utf8"))).toEqual(example.body);
}

const oddText = "a,b c/d?e&f=g+h#i%j;ü|😀";

/** Texts with every character that means something in an address arrive as they were given. */
function oddValueCases(operation: Operation): ContractCase[] {
  return operation.parameters
    .filter(({ in: place, schema }) => place !== "header" && takesText(object(schema)))
    .map((parameter) => ({
      title: [operation.id, `parameter ${parameter.name}`, "odd characters are encoded"],
      run: async (target) => {
        const least = firstExample(operation);
        const value = object(parameter.schema)["type"] === "array" ? [oddText, oddText] : oddText;
        const place = parameter.in === "path" ? "path" : "parameters";
        const example = { ...least, [place]: { ...least[place], [parameter.name]: value } };
        const { exchanges } = await callThrough(target, operation, toCall(operation, example));
        // Whether the value is accepted is another question.
        expect(sentTarget(only(exchanges).request.target)).toEqual(expectedTarget(operation, example));
      },
    }));
}

function takesText(schema: Readonly<Record<string, unknown>>): boolean {
  return schema["type"] === "string" || object(schema["items"])["type"] === "string";
}

function lower(text: string): string {
  return text.toLowerCase();
}
