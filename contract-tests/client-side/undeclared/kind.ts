import fc from "fast-check";
import type { ClientContract, ClientOperation } from "../client-contract.js";
import { declaredAnswers } from "../declared-answers.js";
import { anError, type Expected, expectedOf, resultKind } from "../expected-outcome.js";
import { type HttpAnswer, type WireAnswer, whole } from "../wire-server.js";

/** What a server may do that no contract says, and what must become of it. */
export interface UndeclaredAnswer {
  /** One for each request; the last for all that follow. */
  readonly wires: readonly WireAnswer[];
  readonly expected: Expected;
  /** The answer as a whole, where it is one: its headers are held against the error's. */
  readonly http: HttpAnswer | null;
  /** How many requests must come; 1 unless given. */
  readonly requestCount?: number;
}

export interface UndeclaredKind {
  readonly name: string;
  readonly applies: (operation: ClientOperation) => boolean;
  readonly answers: (contract: ClientContract, operation: ClientOperation) => fc.Arbitrary<UndeclaredAnswer>;
  /** Of the client. */
  readonly options?: object;
  /** Part of the usual runs, for what is slow or has few cases; 1 unless given. */
  readonly share?: number;
  /** Whether a request may come when its call has ended already, so that none else may be counted beside it. */
  readonly leavesRequests?: boolean;
  /** Whether it is tried again with `validate: "all"`. */
  readonly validated?: boolean;
}

export type Made = (contract: ClientContract, operation: ClientOperation) => fc.Arbitrary<HttpAnswer>;

export const givesJson = (operation: ClientOperation): boolean =>
  resultKind(operation) === "json" && operation.method !== "HEAD";
export const hasBody = ({ method }: ClientOperation): boolean => method !== "HEAD";
export const any = (): boolean => true;

/** A kind whose answers come whole: what becomes of them is what the package says of any answer. */
export const complete = (
  name: string,
  applies: UndeclaredKind["applies"],
  made: Made,
  more: Partial<UndeclaredKind> = {},
): UndeclaredKind => ({
  name,
  applies,
  answers: (contract, operation) =>
    made(contract, operation).map((answer) => ({
      wires: [whole(answer)],
      expected: expectedOf(contract, operation, answer),
      http: answer,
    })),
  ...more,
});

/** A kind whose answers are no whole ones, and always become the same. */
export const broken = (
  name: string,
  applies: UndeclaredKind["applies"],
  wires: (contract: ClientContract, operation: ClientOperation) => fc.Arbitrary<WireAnswer>,
  classes: string | readonly string[],
  more: Partial<UndeclaredKind> = {},
): UndeclaredKind => ({
  name,
  applies,
  answers: (contract, operation) =>
    wires(contract, operation).map((wire) => ({
      wires: [wire],
      expected: anError(classes, { method: operation.method }),
      http: null,
    })),
  share: 0.5,
  ...more,
});

/** Answers of success with JSON, as the contract declares them. */
export function successes(contract: ClientContract, operation: ClientOperation): fc.Arbitrary<HttpAnswer> {
  const all = declaredAnswers(contract, operation).filter(
    ({ isSuccess, schema }) => isSuccess && schema !== null,
  );
  return fc.oneof(...all.map(({ answers }) => answers));
}
