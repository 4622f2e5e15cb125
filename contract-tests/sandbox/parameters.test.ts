import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { ParameterReader } from "./parameters.js";
import { readContract } from "./read-contract.js";
import { Validators } from "./validators.js";

const texts = { type: "array", items: { type: "string" } };
const numbers = { type: "array", items: { type: "integer" } };
const parameters = [
  { in: "path", name: "ids", required: true, schema: numbers },
  { in: "path", name: "id", required: true, schema: { type: "string" } },
  { in: "query", name: "words", schema: texts },
  { in: "query", name: "years", explode: false, schema: numbers },
  { in: "query", name: "spaced", style: "spaceDelimited", explode: false, schema: texts },
  { in: "query", name: "piped", style: "pipeDelimited", explode: false, schema: texts },
  {
    in: "query",
    name: "a.b",
    style: "deepObject",
    schema: { type: "object", properties: { min: { type: "number" }, note: { type: "string" } } },
  },
  { in: "query", name: "flag", schema: { type: "boolean" } },
  { in: "query", name: "none", schema: { type: ["null", "integer"] } },
  { in: "query", name: "either", schema: { anyOf: [{ type: "integer", maximum: 9 }, { type: "boolean" }] } },
  { in: "query", name: "json", schema: { type: "object" } },
  { in: "query", name: "any", schema: {} },
  { in: "query", name: "both", schema: { type: ["string", "integer", "null"] } },
  { in: "header", name: "X-Count", schema: { type: "integer" } },
  { in: "header", name: "X-Rooms", schema: numbers },
  { in: "header", name: "X-Who", required: true, schema: { type: "string" } },
  { in: "cookie", name: "seen", schema: { type: "integer" } },
];
const document = {
  openapi: "3.1.0",
  info: { title: "Parameters", version: "1" },
  paths: {
    "/{ids}/of/{id}": { get: { parameters, responses: { 200: { description: "" } } } },
    "/plain": { get: { responses: { 200: { description: "" } } } },
  },
};

let readers: ParameterReader[] = [];
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parameters-"));
  const path = join(folder, "openapi.yaml");
  await writeFile(path, stringify(document));
  const contract = await readContract(path);
  const validators = new Validators(contract.document, false);
  readers = contract.operations.map((operation) => new ParameterReader(operation, validators));
});
afterAll(() => rm(folder, { recursive: true }));

interface Given {
  readonly path?: readonly string[];
  readonly query?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly strict?: boolean;
  readonly reader?: number;
}

function read({ path = ["1", "x"], query = "", headers = {}, strict = false, reader = 0 }: Given) {
  const distinct = { "x-who": ["me"], ...headers } as Record<string, string[]>;
  const joined = Object.fromEntries(Object.entries(distinct).map(([name, all]) => [name, all.join(", ")]));
  const request = { headers: joined, headersDistinct: distinct };
  return (readers[reader] as ParameterReader).read(path, query, request, strict, ["key"]);
}

test.each([
  { given: { path: ["1,2", "a%2Cb"] }, want: { ids: [1, 2], id: "a,b" } },
  { given: { query: "words=a&words=b%20c&words=d+e" }, want: { words: ["a", "b c", "d e"] } },
  { given: { query: "words=a,b" }, want: { words: ["a,b"] } },
  { given: { query: "years=1,2" }, want: { years: [1, 2] } },
  { given: { query: "years=" }, want: { years: undefined } },
  { given: { query: "spaced=a%20b,c" }, want: { spaced: ["a", "b,c"] } },
  { given: { query: "piped=a%7Cb%7cc|d,e" }, want: { piped: ["a", "b", "c", "d,e"] } },
  { given: { query: "a.b[min]=1.5&a.b[note]=x%5D&axb[min]=2" }, want: { "a.b": { min: 1.5, note: "x]" } } },
  { given: { query: "axb[min]=2" }, want: { "a.b": undefined } },
  { given: { query: "flag=true" }, want: { flag: true } },
  { given: { query: "flag=false&&" }, want: { flag: false } },
  { given: { query: "none=null" }, want: { none: null } },
  { given: { query: "none=-12" }, want: { none: -12 } },
  { given: { query: "either=7" }, want: { either: 7 } },
  { given: { query: "either=true" }, want: { either: true } },
  { given: { query: "json=%7B%22a%22%3A1%7D" }, want: { json: { a: 1 } } },
  { given: { query: "any=1" }, want: { any: "1" } },
  { given: { query: "both=1" }, want: { both: "1" } },
  { given: { query: "%66lag=true" }, want: { flag: true } },
  { given: { query: "any=a%3Db=c" }, want: { any: "a=b=c" } },
  { given: { headers: { "x-count": ["3"] } }, want: { "X-Count": 3, "X-Who": "me" } },
  { given: { headers: { "x-rooms": ["1, 2", "3"] } }, want: { "X-Rooms": [1, 2, 3] } },
  { given: { headers: { cookie: ["a=1", "seen=2; b=3"] } }, want: { seen: 2 } },
  { given: { headers: { cookie: ["unseen=2"] } }, want: { seen: undefined } },
  { given: { query: "stranger=1" }, want: { stranger: undefined } },
  { given: { reader: 1, query: "stranger=1" }, want: {} },
  { given: { query: "key=1&a.b[min]=1&flag=true", strict: true }, want: { flag: true } },
])("$given is $want", ({ given, want }) => {
  const { values, faults } = read(given);
  expect(faults).toEqual([]);
  const told = Object.fromEntries(Object.keys(want).map((name) => [name, values.get(name)]));
  expect(told).toEqual(want);
});

test.each([
  { given: { path: ["1,x", "x"] }, want: ["path ids type"] },
  { given: { path: ["1", "%ff"] }, want: ["path id encoding"] },
  { given: { query: "years=1&years=2" }, want: ["query years encoding"] },
  { given: { query: "flag=true&flag=true" }, want: ["query flag encoding"] },
  { given: { query: "flag=%ff" }, want: ["query flag encoding"] },
  { given: { query: "flag=yes" }, want: ["query flag type"] },
  { given: { query: "flag=" }, want: ["query flag type"] },
  { given: { query: "none=01" }, want: ["query none type"] },
  { given: { query: "none=%201" }, want: ["query none type"] },
  { given: { query: "none=nil" }, want: ["query none type"] },
  { given: { query: "either=10" }, want: ["query either maximum"] },
  { given: { query: "json=%7B" }, want: ["query json type"] },
  { given: { query: "a.b[min]=x" }, want: ["query a.b type"] },
  { given: { headers: { "x-count": ["3", "4"] } }, want: ["header X-Count encoding"] },
  { given: { headers: { "x-count": ["many"] } }, want: ["header X-Count type"] },
  { given: { headers: { "x-who": ["a", "b"] } }, want: ["header X-Who encoding"] },
  { given: { headers: { cookie: ["seen=x"] } }, want: ["cookie seen type"] },
  { given: { query: "stranger=1&stranger=2&key=3", strict: true }, want: ["query stranger unknown"] },
  { given: { reader: 1, query: "stranger=1", strict: true }, want: ["query stranger unknown"] },
])("$given has faults: $want", ({ given, want }) => {
  const told = read(given).faults.map(({ in: place, pointer, rule }) => `${place} ${pointer} ${rule}`);
  expect(told.sort()).toEqual(want);
});

test("a header that must be there is missed", () => {
  const { faults } = (readers[0] as ParameterReader).read(
    ["1", "x"],
    "",
    { headers: {}, headersDistinct: {} },
    false,
    [],
  );
  expect(faults).toEqual([{ pointer: "X-Who", in: "header", rule: "required", message: "is required" }]);
});
