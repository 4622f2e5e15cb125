import { isDeepStrictEqual } from "node:util";
import type { ClientModule } from "../support/call.js";
import { object } from "../support/contract.js";
import { type Expected, retryAfterOf } from "./expected-outcome.js";
import { key, type Outcome } from "./make-call.js";
import type { HttpAnswer } from "./wire-server.js";

/** What is wrong with an outcome, a sentence for each fault. */
export async function faultsOfOutcome(
  main: ClientModule,
  expected: Expected,
  outcome: Outcome,
  answer: HttpAnswer | null = null,
): Promise<string[]> {
  const faults = faultsOfAny(main, outcome);
  if (faults.length > 0) return faults;
  if (expected.kind === "error") return faultsOfError(main, expected, outcome, answer);
  if (!("result" in outcome))
    return [`It should give a result, but throws ${"error" in outcome ? String(outcome.error) : ""}.`];
  const { result } = outcome;
  if (expected.kind === "bytes") {
    const bytes = result instanceof Blob ? Buffer.from(await result.arrayBuffer()) : null;
    return bytes?.equals(expected.bytes) ? [] : [`The result has other bytes: ${bytes?.toString("hex")}.`];
  }
  return isDeepStrictEqual(result, expected.value)
    ? []
    : [`The result is ${short(result)}, not ${short(expected.value)}.`];
}

/** What must be true of any call whatever: it ends, and what it throws is an error of the package that says nothing of the key. */
export function faultsOfAny(main: ClientModule, outcome: Outcome): string[] {
  if ("hangs" in outcome) return ["The call does not end."];
  if ("result" in outcome) return [];
  const { error } = outcome;
  const Base = main["ApiError"] as abstract new () => Error;
  if (!(error instanceof Base)) {
    const stack = error instanceof Error ? `\n${String(error.stack)}` : "";
    return [`It throws what is no error of the package: ${String(error)}.${stack}`];
  }
  return [
    ...(main[error.name] === error.constructor
      ? []
      : [`${error.name} is no class that the package exports.`]),
    ...(holdsKey(error) ? [`The key stands in the ${error.name}.`] : []),
  ];
}

function faultsOfError(
  main: ClientModule,
  { classes, fields }: Extract<Expected, { kind: "error" }>,
  outcome: Outcome,
  answer: HttpAnswer | null,
): string[] {
  if (!("error" in outcome))
    return [`It should throw ${classes.join(" or ")}, but gives ${short(object(outcome)["result"])}.`];
  const error = outcome.error as Readonly<Record<string, unknown>> & Error;
  if (!classes.some((name) => main[name] === error.constructor))
    return [`It should throw ${classes.join(" or ")}, but throws ${String(error)}.`];
  const faults = Object.entries(fields)
    .filter(([name, value]) => !isDeepStrictEqual(error[name], value))
    .map(([name, value]) => `The error's ${name} is ${short(error[name])}, not ${short(value)}.`);
  return answer ? [...faults, ...faultsOfHeaders(error, answer)] : faults;
}

/** What came in the answer's headers is on the error. */
function faultsOfHeaders(error: Readonly<Record<string, unknown>>, answer: HttpAnswer): string[] {
  const headers = error["headers"];
  if (!(headers instanceof Headers)) return ["The error has no headers."];
  const lost = answer.headers.filter(
    ([name, value]) => !headers.get(name)?.includes(value.trim().replaceAll(key, "[redacted]")),
  );
  const retryAfter = retryAfterOf(answer);
  const isRight = retryAfter === undefined || error["retryAfterMs"] === retryAfter;
  return [
    ...lost.map(([name, value]) => `The error's header ${name} is ${headers.get(name)}, not ${value}.`),
    ...(isRight
      ? []
      : [`The error's retryAfterMs is ${String(error["retryAfterMs"])}, not ${String(retryAfter)}.`]),
  ];
}

/** Whether the key is in anything an error holds: what may be logged will be. */
function holdsKey(value: unknown, depth = 0, seen = new Set<unknown>()): boolean {
  if (typeof value === "string") return value.includes(key);
  if (typeof value !== "object" || value === null || depth > 6 || seen.has(value)) return false;
  seen.add(value);
  if (value instanceof Headers) return [...value].flat().some((text) => text.includes(key));
  return Object.getOwnPropertyNames(value).some(
    (name) => name.includes(key) || holdsKey((value as Record<string, unknown>)[name], depth + 1, seen),
  );
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
