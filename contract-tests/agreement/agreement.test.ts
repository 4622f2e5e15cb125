import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { object } from "../support/contract.js";
import { type KnownDisagreement, knownDisagreements } from "../support/prism-disagreements.js";
import { Connection } from "../verify/connection.js";
import { encodeRequest } from "../verify/encode-request.js";
import { loadVerifiedContract, type VerifiedContract } from "../verify/verified-contract.js";
import { argumentsOf, type JudgedBody, judgedBodies } from "./judged-bodies.js";

/** All of them with `npm run agreement`; fewer whenever the tests run. */
const count = Number(process.env["AGREEMENT_BODIES"] ?? 500);
const seed = Number(process.env["AGREEMENT_SEED"] ?? 1);
const lanes = 8;

interface Standard {
  readonly "~standard": { readonly validate: (value: unknown) => { readonly issues?: readonly object[] } };
}
const packaged = (await import("sync-api-client/validate")) as unknown as Readonly<Record<string, Standard>>;

interface Judged {
  readonly body: JudgedBody;
  readonly byMockServer: boolean;
  readonly byPackage: boolean;
}

let contract: VerifiedContract;
let judged: readonly Judged[];
let connection: Connection;

beforeAll(async () => {
  contract = await loadVerifiedContract("spec/openapi.yaml");
  connection = new Connection(inject("mockServerUrl"), lanes, 30_000);
  const bodies = judgedBodies(contract, count, seed);
  const all: Judged[] = [];
  const lane = async (): Promise<void> => {
    for (const body of bodies)
      all.push({ body, byMockServer: await accepts(body), byPackage: packageAccepts(body) });
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  judged = all;
}, 600_000);
afterAll(() => connection.close());

test(`there are ${count} bodies, about half of them valid`, () => {
  expect(judged.length).toBe(count);
  const valid = judged.filter(({ body }) => body.isValid).length;
  expect(valid).toBeGreaterThan(count * 0.4);
  expect(valid).toBeLessThan(count * 0.65);
  for (const { id, body } of contract.operations)
    if (body) expect(judged.some((one) => one.body.operation.id === id)).toBe(true);
});

test("the package judges each as Ajv does by the spec", () => {
  expect(
    judged
      .filter(({ body, byPackage }) => byPackage !== body.isValid)
      .slice(0, 5)
      .map(told),
  ).toEqual([]);
});

test("so does the mock server, but for what is known", () => {
  const others = judged.filter(
    ({ body, byMockServer }) =>
      byMockServer !== body.isValid && !knownFor(body, byMockServer ? "accepts" : "refuses"),
  );
  expect(others.slice(0, 5).map(told)).toEqual([]);
});

test.each(knownDisagreements)("known, and not healed: $what ($issue)", (known) => {
  const concerned = judged.filter(({ body }) => applies(known, body));
  expect(concerned.length).toBeGreaterThan(0);
  const healed = concerned.filter(({ byMockServer }) => byMockServer !== (known.mockServer === "accepts"));
  expect(healed.slice(0, 3).map(told), "it agrees now: take it out of the table").toEqual([]);
});

function knownFor(body: JudgedBody, verdict: KnownDisagreement["mockServer"]): boolean {
  return knownDisagreements.some((known) => known.mockServer === verdict && applies(known, body));
}

function applies(known: KnownDisagreement, body: JudgedBody): boolean {
  return known.applies(body, contract.judge.isValid);
}

async function accepts({ operation, value }: JudgedBody): Promise<boolean> {
  const args = { path: {}, query: {}, header: {}, cookie: {}, body: value };
  const request = encodeRequest(operation, args);
  const headers = [
    ...request.headers,
    ...(operation.credentials[0] ?? []).map(({ name }) => [name, "sk-1"] as const),
  ];
  const { status } = await connection.send({ ...request, headers }, new AbortController().signal);
  if (status >= 200 && status < 300) return true;
  if ([400, 413, 415, 422].includes(status)) return false;
  throw new Error(`${operation.id} is answered with ${status}, which is no verdict.`);
}

function packageAccepts(body: JudgedBody): boolean {
  const name = String(object(body.operation.body?.schema)["$ref"]).split("/").at(-1);
  const schema = packaged[`${name}Schema`];
  if (!schema) throw new Error(`The package has no validator ${name}Schema.`);
  return schema["~standard"].validate(argumentsOf(body)).issues === undefined;
}

function told({ body, byMockServer, byPackage }: Judged): object {
  const { operation, value, isValid, wrong } = body;
  return {
    operation: operation.id,
    wrong,
    ajv: isValid,
    mockServer: byMockServer,
    package: byPackage,
    value: JSON.stringify(value).slice(0, 1500),
  };
}
