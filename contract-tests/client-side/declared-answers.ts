import fc from "fast-check";
import { textOf } from "../arbitraries/form-view.js";
import type { DeclaredAnswer } from "../support/answers.js";
import type { Schema } from "../support/contract.js";
import type { ClientContract, ClientOperation } from "./client-contract.js";
import type { HttpAnswer } from "./wire-server.js";

/** Answers of one status and media type that the contract declares. */
export interface DeclaredAnswers {
  readonly name: string;
  readonly isSuccess: boolean;
  readonly answers: fc.Arbitrary<HttpAnswer>;
  /** Of a JSON body; `null` where there is none. */
  readonly schema: Schema | null;
}

/** For every declared status and media type all that the contract may answer. */
export function declaredAnswers(contract: ClientContract, operation: ClientOperation): DeclaredAnswers[] {
  return operation.answers.flatMap((answer) => {
    const content = answer.content.length > 0 ? answer.content : [null];
    return content.map((one) => ({
      name: `${answer.status} ${one?.mediaType ?? "without a body"}`,
      isSuccess: answer.status.startsWith("2"),
      schema: one && isJson(one.mediaType) ? one.schema : null,
      answers: answersOf(contract, operation, answer, one),
    }));
  });
}

export const isJson = (mediaType: string): boolean => /[/+]json$/.test(mediaType);

/** Statuses that stand for those of a whole hundred, or for all that are not declared. */
const someStatuses: Readonly<Record<string, readonly number[]>> = {
  "2XX": [200, 201, 202, 206],
  "3XX": [300, 304],
  "4XX": [400, 401, 402, 403, 404, 405, 409, 410, 413, 415, 418, 422, 429, 451, 499],
  "5XX": [500, 501, 502, 503, 504, 599],
  DEFAULT: [400, 403, 404, 409, 418, 422, 429, 500, 503, 599],
};

export function statusesOf({ answers }: ClientOperation, status: string): readonly number[] {
  const some = someStatuses[status.toUpperCase()];
  if (!some) return [Number(status)];
  const declared = answers.map((one) => one.status.toUpperCase());
  const isFree = (one: number): boolean =>
    !declared.includes(String(one)) &&
    (status.toUpperCase() !== "DEFAULT" || !declared.includes(`${Math.floor(one / 100)}XX`));
  const free = some.filter(isFree);
  return free.length > 0 ? free : some;
}

function answersOf(
  { answered }: ClientContract,
  operation: ClientOperation,
  answer: DeclaredAnswer,
  content: DeclaredAnswer["content"][number] | null,
): fc.Arbitrary<HttpAnswer> {
  const headers = answer.headers
    .filter(({ name }) => name.toLowerCase() !== "location")
    .map(({ name, required, schema }) =>
      answered.arbitraries
        .of(schema, "header")
        .map(textOf)
        .filter((text) => /^[!-~](?:[ -~]*[!-~])?$/.test(text))
        .chain((text) => (required ? fc.constant([name, text]) : fc.constantFrom([name, text], null))),
    );
  return fc
    .record({
      status: fc.constantFrom(...statusesOf(operation, answer.status)),
      headers: fc.tuple(...headers),
      body: content === null ? fc.constant(null) : bodyOf(answered, content),
      parameters: fc.constantFrom("", "", "; charset=utf-8", ";charset=UTF-8"),
    })
    .map(({ status, headers: some, body, parameters }): HttpAnswer => {
      const isBodiless = operation.method === "HEAD" || status === 204 || status === 304;
      const type = content?.mediaType.replace("*/*", "application/octet-stream").replace("/*", "/x-test");
      return {
        status,
        headers: [
          ...some
            .filter((one) => one !== null)
            .map(([name = "", text = ""]): [string, string] => [name, text]),
          ...(type === undefined ? [] : [["Content-Type", `${type}${parameters}`] as const]),
        ],
        body: isBodiless ? null : body,
      };
    });
}

function bodyOf(
  answered: ClientContract["answered"],
  { mediaType, schema }: DeclaredAnswer["content"][number],
): fc.Arbitrary<Buffer> {
  if (isJson(mediaType))
    return answered.arbitraries.of(schema).map((value) => Buffer.from(JSON.stringify(value)));
  if (mediaType.startsWith("text/"))
    return fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => Buffer.from(text));
  return fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
}

const simplest = new WeakMap<ClientOperation, HttpAnswer>();

/** One and the same answer of success. */
export function simplestAnswer(contract: ClientContract, operation: ClientOperation): HttpAnswer {
  const known = simplest.get(operation);
  if (known) return known;
  const all = declaredAnswers(contract, operation);
  const chosen = all.find(({ isSuccess }) => isSuccess) ?? all[0];
  if (!chosen) throw new Error(`${operation.id} has no answer.`);
  const samples = fc.sample(chosen.answers, { numRuns: 5, seed: 1 });
  const [shortest] = samples.sort((a, b) => (a.body?.length ?? 0) - (b.body?.length ?? 0));
  simplest.set(operation, shortest as HttpAnswer);
  return shortest as HttpAnswer;
}
