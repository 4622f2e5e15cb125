import { inspect } from "node:util";
import { object } from "../support/contract.js";
import type { RecordedRequest } from "../support/recorder.js";
import { type CallArguments, positionsOf } from "./call-arguments.js";
import type { Subject } from "./case.js";
import type { ClientContract, ClientOperation } from "./client-contract.js";
import type { WireAnswer } from "./wire-server.js";

/** A key that nothing else could be taken for. */
export const key = "sk-client-side-8d1f0a37c5e2";

/** What a call came to. */
export type Outcome = { readonly result: unknown } | { readonly error: unknown } | { readonly hangs: true };

export async function outcomeOf(
  { run: { patienceMs } }: Subject,
  work: () => Promise<unknown>,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const hanging = new Promise<Outcome>((done) => {
    timer = setTimeout(() => done({ hangs: true }), patienceMs);
  });
  try {
    return await Promise.race([
      work().then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      ),
      hanging,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** A client of the server. One call is one request, unless `options` say more. */
export function newClient({ contract, client, server }: Subject, options: object = {}): object {
  const Client = client.main[contract.className] as new (options: object) => object;
  return new Client({ apiKey: key, baseUrl: server.baseUrl, maxRetries: 0, rateLimit: false, ...options });
}

/** Calls an operation, and says what came of it and what went over the wire. */
export async function makeCall(
  subject: Subject,
  operation: ClientOperation,
  args: CallArguments,
  answer: (request: RecordedRequest, index: number) => WireAnswer,
  { client = newClient(subject), options = {} }: { client?: object; options?: object } = {},
): Promise<{ outcome: Outcome; requests: readonly RecordedRequest[] }> {
  const positions = positionsOf(subject.contract, operation, args, options);
  const { value, requests } = await subject.server.serve(answer, () =>
    outcomeOf(subject, () => callMethod(client, operation.id, positions)),
  );
  return { outcome: value, requests };
}

/** The method of a client by its dotted name; `null` where it has none. */
export function methodOf(client: object, name: string): ((...args: unknown[]) => unknown) | null {
  const names = name.split(".");
  const resource = names.slice(0, -1).reduce<unknown>((at, part) => object(at)[part], client);
  const method = object(resource)[names.at(-1) ?? ""];
  return typeof method === "function" ? (method.bind(resource) as (...args: unknown[]) => unknown) : null;
}

async function callMethod(client: object, name: string, positions: readonly unknown[]): Promise<unknown> {
  const method = methodOf(client, name);
  if (!method) throw new Error(`The client has no ${name}.`);
  return method(...positions);
}

/** The call as a program would write it. */
export function codeOf(contract: ClientContract, operation: ClientOperation, args: CallArguments): string {
  const positions = positionsOf(contract, operation, args).map((value) =>
    inspect(value, { depth: 12, maxArrayLength: 20, maxStringLength: 300, breakLength: Infinity }),
  );
  return `client.${operation.id}(${positions.join(", ")})`;
}
