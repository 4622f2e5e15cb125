import fc from "fast-check";
import type { FaultyValue } from "../arbitraries/faulty-values.js";
import { isWrongWhenSent } from "../arbitraries/form-view.js";
import { object, type Schema } from "../support/contract.js";
import type { VerifiedContract, VerifiedOperation } from "../verify/verified-contract.js";

/** A body to be judged, valid or with one thing wrong in it; of a form, its view. */
export interface JudgedBody {
  readonly operation: VerifiedOperation;
  readonly value: unknown;
  /** What Ajv says by the spec. */
  readonly isValid: boolean;
  readonly wrong: Pick<FaultyValue, "keyword" | "pointer" | "variant"> | null;
}

/** Made at a time: a fault is found among so many. */
const batch = 25;

/** So many bodies, half of them valid, shared among all operations that take one; files of lines are fewer, for they are long. */
export function* judgedBodies(
  contract: VerifiedContract,
  count: number,
  seed: number,
): Generator<JudgedBody> {
  const operations = contract.operations.filter(({ body }) => body !== null);
  const weights = operations.map(({ form }) => (form?.parts.some(({ lines }) => lines) ? 1 : form ? 8 : 20));
  const sum = weights.reduce((all, one) => all + one, 0);
  const shares = weights.map((weight) => Math.floor((count * weight) / sum));
  shares[0] = (shares[0] ?? 0) + count - shares.reduce((all, one) => all + one, 0);
  for (const [index, operation] of operations.entries())
    yield* bodiesOf(contract, operation, shares[index] ?? 0, seed);
}

function* bodiesOf(
  { judge, arbitraries, faulty }: VerifiedContract,
  operation: VerifiedOperation,
  count: number,
  seed: number,
): Generator<JudgedBody> {
  const schema = operation.form?.schema ?? (operation.body?.schema as Schema);
  let made = 0;
  // Of a form's faults those that are rare by chance come for certain: one of each kind, of one form.
  const first = operation.form ? fc.sample(arbitraries.of(schema), { numRuns: 1, seed }) : [];
  for (const { value, ...wrong } of faulty.coverage(schema, first)) {
    if (made >= count / 3) break;
    if (!isJudgedByAll(operation, value, wrong.pointer)) continue;
    made++;
    yield { operation, value, isValid: judge.isValid(schema, value), wrong };
  }
  for (let round = 0; made < count; round++) {
    const parameters = { numRuns: batch, seed: seed + round };
    for (const value of fc.sample(arbitraries.of(schema), parameters)) {
      if (made++ >= count) return;
      yield { operation, value, isValid: judge.isValid(schema, value), wrong: null };
    }
    for (const { value, ...wrong } of fc.sample(faulty.arbitrary(schema), parameters)) {
      if (!isJudgedByAll(operation, value, wrong.pointer) || made++ >= count) continue;
      yield { operation, value, isValid: judge.isValid(schema, value), wrong };
    }
  }

  /** A body that is no object is no form; and lines are read by the client's batches, not by its validators. */
  function isJudgedByAll({ form }: VerifiedOperation, value: unknown, pointer: string): boolean {
    if (!form) return true;
    const isOfLines = form.parts.some(({ lines, name }) => lines !== null && pointer.startsWith(`/${name}`));
    return !isOfLines && isWrongWhenSent(judge, form, value);
  }
}

/** What the package is given for a body: files as blobs, all else as values. */
export function argumentsOf({ operation: { form }, value }: JudgedBody): unknown {
  if (!form) return value;
  return Object.fromEntries(
    Object.entries(object(value)).map(([name, given]) => {
      const part = form.parts.find((one) => one.name === name);
      return [name, part?.kind === "file" || part?.lines ? new Blob([JSON.stringify(given)]) : given];
    }),
  );
}
