import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boundaryValues } from "../arbitraries/boundary-values.js";
import type { FaultyValue } from "../arbitraries/faulty-values.js";
import { isWrongWhenSent, viewOfExample } from "../arbitraries/form-view.js";
import { negativeDataRejection } from "../checks/negative-data-rejection.js";
import { positiveDataAcceptance } from "../checks/positive-data-acceptance.js";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.js";
import { type JsonObject, object, type Schema } from "../support/contract.js";
import type { VerifyCase } from "../verify/case.js";
import { Connection } from "../verify/connection.js";
import { withCredentials } from "../verify/credentials.js";
import { CaseMaker } from "../verify/make-cases.js";
import { loadVerifiedContract, type VerifiedOperation } from "../verify/verified-contract.js";
import { brokenTogether } from "./broken-together.js";
import { patternLengths } from "./pattern-lengths.js";
import { reachingValues } from "./reaching-values.js";
import { observe } from "./recording.js";

/**
 * Every keyword of every request, kept and broken, read from the spec: what the suite's own cases, which go through the
 * client, don't send. The sandbox must take and refuse each as the contract says.
 */
const spec = "spec/openapi.yaml";
const key = "sk-coverage";
const seed = 11;
const timeout = 120_000; // hundreds of requests each, on a machine that may be busy
const contract = await loadVerifiedContract(spec);

let sandbox: Sandbox;
let connection: Connection;
beforeAll(async () => {
  const keys = [{ key, concurrency: null, batchConcurrency: null }];
  sandbox = await startSandbox({ spec, judge: "ajv", clock: "frozen", seed: 7, rateLimits: false, keys });
  connection = new Connection(sandbox.url, 4, 10_000);
});
afterAll(async () => {
  connection.close();
  await sandbox.close();
});

const operations = contract.operations.map((operation) => [operation.id, operation] as const);

describe.each(operations)("%s", (_, operation) => {
  const maker = new CaseMaker(contract, operation, seed);
  const parts = bodyParts(maker);

  test("takes what the contract shows, and each limit", { timeout }, async () => {
    const cases = parts.flatMap((part) => part.valid().map((found) => part.caseOf(found, "positive")));
    expect(await faultsOf([...maker.examples(), ...parameterCases(maker.limits()), ...cases])).toEqual([]);
  });

  test("refuses what breaks a keyword", { timeout }, async () => {
    const cases = parts.flatMap((part) =>
      part
        .broken()
        .map((found) => part.caseOf(found, "negative"))
        .filter(({ args }) => isWrong(operation, args?.body)),
    );
    expect(await faultsOf([...parameterCases(maker.faults()), ...cases])).toEqual([]);
  });
});

/** Sends each case; what is wrong with the answers, a line for each. */
async function faultsOf(cases: Iterable<VerifyCase>): Promise<string[]> {
  const faults: string[] = [];
  for (const one of cases) {
    const request = withCredentials(one.request, one.operation.credentials[0] ?? [], key);
    const response = await connection.send(request, AbortSignal.timeout(20_000));
    const { status, headers: answerHeaders, body: answer } = response;
    observe({ ...request, status, answerHeaders, answer }, { server: sandbox.url, case: one.what });
    const exchange = { case: one, response, sentAtMs: 0, answeredAtMs: 0, keyIndex: 0, failure: null };
    for (const check of [positiveDataAcceptance, negativeDataRejection]) {
      const fault = check.judge?.(exchange, { contract, history: [exchange] });
      if (typeof fault === "string") faults.push(`${one.what}: ${fault}`);
    }
  }
  return faults;
}

/** Those of a maker's cases that are not about the body's schema, of which there is more below. */
function parameterCases(cases: Iterable<VerifyCase>): VerifyCase[] {
  const found: VerifyCase[] = [];
  for (const one of cases) {
    if (one.what.startsWith("body") && one.wrong?.keyword !== "content") break; // these come last
    found.push(one);
  }
  return found;
}

/** A schema of a body, and the request that has a value in its place. */
interface BodyPart {
  readonly valid: () => readonly FaultyValue[];
  readonly broken: () => readonly FaultyValue[];
  readonly caseOf: (found: FaultyValue, intent: "positive" | "negative") => VerifyCase;
}

/** What is found in a schema's values serves every operation that takes the same. */
const found = new Map<string, Pick<BodyPart, "valid" | "broken">>();

function valuesFound(schema: Schema, values: () => readonly unknown[]): Pick<BodyPart, "valid" | "broken"> {
  const name = String(object(schema)["$ref"] ?? `${found.size}`);
  const known = found.get(name) ?? findIn(schema, values());
  found.set(name, known);
  return known;
}

function findIn(schema: Schema, values: readonly unknown[]): Pick<BodyPart, "valid" | "broken"> {
  const { judge, faulty } = contract;
  const valid = [
    ...reachingValues(judge, schema, values).map((value, index) => ({
      ...{ value, keyword: "valid", variant: `${index + 1}`, pointer: "" },
    })),
    ...boundaryValues(judge, schema, values),
    ...patternLengths(judge, schema, values),
  ];
  let broken: FaultyValue[] | null = null;
  return {
    valid: () => valid,
    broken: () => {
      broken ??= [
        ...firstVariants(faulty.coverage(schema, values)),
        ...brokenTogether(judge, schema, values),
      ];
      return broken;
    },
  };
}

/** The body; of a form with a file of lines the form around them, and a line. */
function bodyParts(maker: CaseMaker): BodyPart[] {
  const { body, form } = maker.operation;
  if (!body) return [];
  const whole = form?.schema ?? body.schema;
  // Examples of one operation are as good for another that takes the same; a form's are read by its own schema.
  const examples = form
    ? body.examples.map(({ value }) => viewOfExample(form, value))
    : contract.operations
        .filter((one) => one.body?.mediaType === body.mediaType)
        .sort((a, b) => Number(b === maker.operation) - Number(a === maker.operation))
        .flatMap((one) => one.body?.examples ?? [])
        .map(({ value }) => value);
  const part = (
    where: string,
    schema: Schema,
    values: () => readonly unknown[],
    bodyWith: (value: unknown) => unknown,
  ): BodyPart => ({
    ...valuesFound(schema, values),
    caseOf: ({ value, keyword, pointer, variant }, intent) =>
      maker.case(
        { ...maker.least(), body: bodyWith(value) },
        {
          intent,
          source: "every keyword",
          what: `${where}${pointer}: ${intent === "negative" ? "not " : ""}${keyword}, ${variant}`,
          wrong: intent === "negative" ? { where, keyword, pointer, variant } : null,
        },
      ),
  });
  const ofLines = (form?.parts ?? []).flatMap(({ name, lines }) => {
    if (!lines) return [];
    const base = object(maker.withProperty(name).body);
    const [first, ...others] = [base[name]].flat();
    return [
      part(
        `line of ${name}`,
        lines.schema,
        () => valuesOf(lines.schema, [first]),
        (line) => ({
          ...base,
          [name]: [line, ...others],
        }),
      ),
    ];
  });
  if (ofLines.length > 0)
    return [
      part(
        "body",
        withoutLines(whole),
        () => valuesOf(whole, examples),
        (value) => value,
      ),
      ...ofLines,
    ];
  return [
    part(
      "body",
      whole,
      () => valuesOf(whole, examples),
      (value) => value,
    ),
  ];
}

/** The given values, some by chance, and of many in which one property is another those that reach further. */
function valuesOf(schema: Schema, given: readonly unknown[]): unknown[] {
  const { judge, arbitraries } = contract;
  const some = (one: Schema, count: number): unknown[] =>
    fc.sample(arbitraries.of(one), { numRuns: count, seed });
  const first = [...given.filter((value) => judge.isValid(schema, value)), ...some(schema, 4)];
  const changed = Object.entries(object(resolved(schema)["properties"])).flatMap(([name, property]) =>
    some(property as Schema, 40).flatMap((value) =>
      first.slice(0, 3).map((base) => ({ ...object(base), [name]: value })),
    ),
  );
  const further = changed.filter((value) => judge.isValid(schema, value));
  return [...new Set([...first, ...reachingValues(judge, schema, [...first, ...further])])];
}

function resolved(schema: Schema): JsonObject {
  const { $ref } = object(schema);
  return typeof $ref === "string" ? resolved(contract.judge.follow($ref)) : object(schema);
}

/** A form whose lines may be anything: how many they are, and that they differ, is left. */
function withoutLines(form: Schema): Schema {
  const properties = Object.entries(object(object(form)["properties"])).map(([name, schema]) => {
    const isLines = object(schema)["type"] === "array" && object(schema)["items"] !== undefined;
    return [name, isLines ? { ...object(schema), items: true } : schema];
  });
  return { ...object(form), properties: Object.fromEntries(properties) };
}

/** Of the many ways to break one keyword at one place, which follow each other, the first few. */
function* firstVariants(found: Iterable<FaultyValue>): Generator<FaultyValue> {
  let last = "";
  let count = 0;
  for (const one of found) {
    const name = `${one.pointer} ${one.keyword}`;
    count = name === last ? count + 1 : 1;
    last = name;
    if (count <= 2 || !["type", "format", "enum"].includes(one.keyword)) yield one;
  }
}

/** Whether a body is wrong in the form in which it is sent, too. */
function isWrong({ form }: VerifiedOperation, body: unknown): boolean {
  return form === null || isWrongWhenSent(contract.judge, form, body);
}
