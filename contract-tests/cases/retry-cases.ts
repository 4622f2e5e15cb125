import { expect } from "vitest";
import { apiKey, callOperation, newClient, toCall } from "../support/call.js";
import { type Contract, type DeclaredResponse, type Operation, object } from "../support/contract.js";
import { type Answer, type Exchange, type RecordedResponse, startRecorder } from "../support/recorder.js";
import { firstExample } from "../support/request-examples.js";
import type { CasesOf, ContractCase, Target } from "./case.js";
import { callThrough, headerOf, only } from "./exchange.js";

/** What failed for a passing reason is tried again, and only where the server can't do it twice. */
export const retryCases: CasesOf = (_contract, operation) => [
  ...refusalCases(operation),
  ...keyCases(operation),
  ...pauseCases(operation),
];

function refusalCases(operation: Operation): ContractCase[] {
  return operation.responses
    .filter(({ status }) => /^[45]\d\d$/.test(status))
    .flatMap(({ status }) =>
      isPassing(status)
        ? // A 429 was certainly not accepted.
          refusalCase(operation, status, "0", status === "429" || isRepeatable(operation))
        : [
            ...refusalCase(operation, status, null, false),
            // Of a conflict only the server can say that it will pass.
            ...(status === "409" ? refusalCase(operation, status, "0", isRepeatable(operation)) : []),
          ],
    );
}

function isPassing(status: string): boolean {
  return status === "408" || status === "429" || status.startsWith("5");
}

/** A read, or what carries a key that makes it one request however often it is sent. */
function isRepeatable({ method, idempotencyHeader }: Operation): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method) || idempotencyHeader !== null;
}

function refusalCase(
  operation: Operation,
  status: string,
  retryAfter: string | null,
  isRepeated: boolean,
): ContractCase[] {
  const declared = operation.responses.find((response) => response.status === status);
  if (!declared?.mediaType) return [];
  return [
    {
      title: [
        operation.id,
        "retries",
        `${status}${retryAfter === null ? "" : " with Retry-After"} is ${isRepeated ? "tried again" : "not tried again"}`,
      ],
      run: async (target) => {
        const { concurrencyCodes } = target.contract;
        const refusal = declared.examples.find(
          ({ value }) =>
            !Object.values(object(value)).some((code) => concurrencyCodes.includes(String(code))),
        );
        const exchanges = await exchangesOf(target, operation, () => ({
          status: Number(status),
          headers: new Headers({
            "content-type": declared.mediaType ?? "",
            ...(retryAfter === null ? {} : { "retry-after": retryAfter }),
          }),
          body: Buffer.from(JSON.stringify(refusal?.value)),
        }));
        expect(exchanges, "requests").toHaveLength(isRepeated ? 3 : 1);
        if (operation.idempotencyHeader === null) return;
        const keys = exchanges.map(({ request }) => headerOf(request, operation.idempotencyHeader ?? ""));
        expect(new Set(keys).size, "idempotency keys of one call").toBe(1);
        expect(keys[0]).toMatch(/./);
        const bodies = exchanges.map(({ request }) => request.body.toString("base64"));
        expect(new Set(bodies).size, "bodies of one call").toBe(1);
      },
    },
  ];
}

/** What a key makes of a call: it is shown, and a conflict over it is no end while an earlier attempt may be at work. */
function keyCases(operation: Operation): ContractCase[] {
  const { idempotencyHeader, responses } = operation;
  const success = responses.find(({ status }) => status.startsWith("2"));
  const find = (status: string) => responses.find((response) => response.status === status);
  const [busy, conflict] = [find("503"), find("409")];
  if (idempotencyHeader === null || !success) return [];
  const answer = (response: DeclaredResponse, retryAfter: string | null): RecordedResponse => ({
    status: Number(response.status),
    headers: new Headers({
      "content-type": response.mediaType ?? "",
      ...(retryAfter === null ? {} : { "retry-after": retryAfter }),
    }),
    body: Buffer.from(JSON.stringify(response.examples[0]?.value)),
  });
  return [
    {
      title: [operation.id, "idempotency key", "is shown on the result, and is none of its JSON"],
      run: async (target) => {
        const server = await startRecorder(() => answer(success, null));
        try {
          const { outcome, exchanges } = await callThrough(
            target,
            operation,
            toCall(operation, firstExample(operation)),
            server,
          );
          const result = "result" in outcome ? object(outcome.result) : expect.fail(String(outcome.error));
          expect(result["idempotencyKey"]).toBe(headerOf(only(exchanges).request, idempotencyHeader));
          expect(Object.keys(result)).not.toContain("idempotencyKey");
        } finally {
          await server.stop();
        }
      },
    },
    ...(busy && conflict
      ? [
          {
            title: [operation.id, "idempotency key", "a conflict behind a lost attempt is tried again"],
            run: async ({ contract, client: module }: Target) => {
              let asked = 0;
              const server = await startRecorder(() =>
                answer(asked++ === 0 ? busy : conflict, asked === 1 ? "0" : null),
              );
              const stop = new AbortController();
              const told: unknown[] = [];
              const onRetry = ({ status }: { status: number }): void => {
                told.push(status);
                if (told.length === 2) stop.abort(); // it would wait now
              };
              try {
                const client = newClient(contract, module, {
                  apiKey,
                  baseUrl: server.url,
                  maxRetries: 2,
                  onRetry,
                });
                const call = toCall(operation, firstExample(operation));
                const positions = [...call.positions.slice(0, -1), { signal: stop.signal }];
                await server.record(() => callOperation(client, operation, { ...call, positions }));
                expect(told, "statuses of what is tried again").toEqual([503, 409]);
              } finally {
                await server.stop();
              }
            },
          } satisfies ContractCase,
        ]
      : []),
  ];
}

/** The longest pauses before each further try, in milliseconds; which part of one is waited is left to chance. */
const longestPausesMs = [500, 1000, 2000, 4000, 8000, 8000];

/** A server may ask for two minutes, and no more. */
const longestAskedSeconds = [
  [120, true],
  [121, false],
] as const;

/** Pauses double, to a limit, where the server does not say how long to wait. */
function pauseCases(operation: Operation): ContractCase[] {
  const busy = operation.responses.find(({ status }) => status === "503");
  if (!busy || !isRepeatable(operation)) return [];
  const asked = longestAskedSeconds.map(
    ([seconds, isWaited]): ContractCase => ({
      title: [operation.id, "retries", `${seconds} s are ${isWaited ? "waited" : "too long to wait"}`],
      run: async ({ contract, client: module }) => {
        const server = await startRecorder(() => ({
          status: 503,
          headers: new Headers({ "content-type": busy.mediaType ?? "", "retry-after": String(seconds) }),
          body: Buffer.from(JSON.stringify(busy.examples[0]?.value)),
        }));
        try {
          const waits = await waitsUntil(contract, module, operation, server.url, 0);
          expect(waits).toEqual(isWaited ? [seconds * 1000] : []);
        } finally {
          await server.stop();
        }
      },
    }),
  );
  return [
    ...asked,
    {
      title: [operation.id, "retries", "what is no number of them refused"],
      run: async ({ contract, client: module }) => {
        for (const maxRetries of [-1, 1.5, Number.NaN])
          expect(() => newClient(contract, module, { apiKey, maxRetries }), String(maxRetries)).toThrow(
            RangeError,
          );
      },
    },
    {
      title: [operation.id, "retries", "pauses grow, up to a limit"],
      run: async ({ contract, client: module }) => {
        const answer = {
          status: 503,
          headers: new Headers({ "content-type": busy.mediaType ?? "" }),
          body: Buffer.from(JSON.stringify(busy.examples[0]?.value)),
        };
        const server = await startRecorder(() => answer);
        try {
          for (const [index, longestMs] of longestPausesMs.entries()) {
            const waits = await waitsUntil(contract, module, operation, server.url, index);
            // Chance says no wait for all but the last, and for that nearly the longest there is.
            expect(waits.slice(0, -1), "pauses before").toEqual(waits.slice(0, -1).map(() => 0));
            expect(waits.at(-1), `pause ${index + 1}`).toBeCloseTo(longestMs, 3);
          }
        } finally {
          await server.stop();
        }
      },
    },
  ];
}

/** What a call waits until one pause, which ends it. */
async function waitsUntil(
  contract: Contract,
  module: Target["client"],
  operation: Operation,
  baseUrl: string,
  last: number,
): Promise<readonly number[]> {
  const waits: number[] = [];
  const stop = new AbortController();
  const { random } = Math;
  let drawn = 0;
  Math.random = () => (drawn++ === last ? 1 - 2 ** -40 : 0);
  try {
    const client = newClient(contract, module, {
      apiKey,
      baseUrl,
      maxRetries: last + 1,
      onRetry: ({ waitMs }: { waitMs: number }) => {
        waits.push(waitMs);
        if (waits.length > last) stop.abort();
      },
    });
    const call = toCall(operation, firstExample(operation));
    const positions = [
      ...call.positions.slice(0, -1),
      { ...object(call.positions.at(-1)), signal: stop.signal },
    ];
    await callOperation(client, operation, { ...call, positions }).catch(() => undefined);
    return waits;
  } finally {
    Math.random = random;
  }
}

async function exchangesOf(
  { contract, client: module }: Target,
  operation: Operation,
  answer: Answer,
): Promise<readonly Exchange[]> {
  const server = await startRecorder(answer);
  const waits: number[] = [];
  try {
    const onRetry = ({ waitMs }: { waitMs: number }) => void waits.push(waitMs);
    const client = newClient(contract, module, { apiKey, baseUrl: server.url, maxRetries: 2, onRetry });
    const call = toCall(operation, firstExample(operation));
    const { exchanges } = await server.record(() => callOperation(client, operation, call));
    expect(waits, "milliseconds waited, as Retry-After says").toEqual(exchanges.slice(1).map(() => 0));
    return exchanges;
  } finally {
    await server.stop();
  }
}
