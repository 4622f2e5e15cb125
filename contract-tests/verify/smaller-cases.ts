import { isWrongWhenSent } from "../arbitraries/form-view.js";
import { type JsonObject, object, type Schema } from "../support/contract.js";
import type { Arguments, VerifyCase } from "./case.js";
import { encodeRequest } from "./encode-request.js";
import type { VerifiedContract } from "./verified-contract.js";

/**
 * Cases that show the same with less: the body with a property or an item fewer, with shorter texts and rounder numbers,
 * still valid, or still wrong in the same way. Smallest steps last, so that whoever tries them takes the largest first.
 */
export function* smallerCases(contract: VerifiedContract, one: VerifyCase): Generator<VerifyCase> {
  const { args, operation, intent, wrong } = one;
  const schema = operation.form?.schema ?? operation.body?.schema;
  if (!args || intent === "probe") return;
  for (const smaller of smallerParameters(one, args))
    yield { ...one, args: smaller, request: encodeRequest(operation, smaller) };
  if (schema === undefined || args.body === undefined) return;
  for (const body of smallerValues(args.body)) {
    const fits =
      intent === "positive" || wrong?.where !== "body"
        ? contract.judge.isValid(schema, body)
        : isStillWrong(contract, schema, body, one);
    if (!fits) continue;
    const smaller = { ...args, body };
    yield { ...one, args: smaller, request: encodeRequest(operation, smaller) };
  }
}

function isStillWrong(
  contract: VerifiedContract,
  schema: Schema,
  body: unknown,
  { operation, wrong }: VerifyCase,
): boolean {
  if (operation.form && !isWrongWhenSent(contract.judge, operation.form, body)) return false;
  const same = (pointer: string): string => pointer.replace(/\/\d+/g, "/*");
  const faults = contract.judge.faults(schema, body);
  const here = faults.filter(({ instancePath }) => same(instancePath) === same(wrong?.pointer ?? ""));
  const names = here.map(({ keyword }) => keyword.replace(/^(min|max)Contains$/, "contains"));
  if (!names.includes((wrong?.keyword ?? "").replace(/^(min|max)Contains$/, "contains"))) return false;
  // A second fault would be another case.
  const grave = faults.filter(
    ({ schemaPath, keyword }) => !/\/(oneOf|anyOf|not|contains|if)\b/.test(schemaPath) && keyword !== "if",
  );
  return grave.every((fault) => here.includes(fault));
}

function* smallerParameters({ operation, wrong }: VerifyCase, args: Arguments): Generator<Arguments> {
  for (const { name, in: place, required } of operation.parameters) {
    const given = object(args[place]);
    if (required || !Object.hasOwn(given, name) || wrong?.where === `${place} ${name}`) continue;
    const { [name]: _, ...rest } = given;
    yield { ...args, [place]: rest };
  }
}

/** A value with one step less in it, everywhere it can be taken; large steps first. */
export function* smallerValues(value: unknown): Generator<unknown> {
  if (typeof value === "string") {
    if (value.length > 1) yield* ["a", value.slice(0, Math.ceil(value.length / 2)), value.slice(0, -1)];
  } else if (typeof value === "number") {
    if (value !== 0) yield 0;
    if (value !== 1 && value > 1) yield 1;
    if (!Number.isInteger(value)) yield Math.trunc(value);
  } else if (Array.isArray(value)) {
    if (value.length > 3) yield* [value.slice(0, value.length / 2), value.slice(value.length / 2)];
    for (let index = value.length - 1; index >= 0; index--) yield value.filter((_, other) => other !== index);
    for (const [index, item] of value.entries())
      for (const smaller of smallerValues(item))
        yield value.map((one, other) => (other === index ? smaller : one));
  } else if (typeof value === "object" && value !== null) {
    const all: JsonObject = object(value);
    for (const name of Object.keys(all)) {
      const { [name]: _, ...rest } = all;
      yield rest;
    }
    for (const [name, part] of Object.entries(all))
      for (const smaller of smallerValues(part)) yield { ...all, [name]: smaller };
  }
}
