import fc from "fast-check";
import { object } from "../support/contract.js";
import type { RecordedRequest } from "../support/recorder.js";
import { type CallArguments, callArguments, positionsOf } from "./call-arguments.js";
import type { CasesOf, ClientSideCase, Subject } from "./case.js";
import { faultsOfOutcome } from "./check-outcome.js";
import type { ClientContract, ClientOperation } from "./client-contract.js";
import { simplestAnswer } from "./declared-answers.js";
import { anError, expectedOf, resultKind } from "./expected-outcome.js";
import { codeOf, makeCall, methodOf, newClient, outcomeOf } from "./make-call.js";
import { hold } from "./property.js";
import { type HttpAnswer, startWireServer, type WireAnswer, whole } from "./wire-server.js";

/** What is true of the calls of every operation: what is tried again, what is never sent, how one ends early. */
export const callCases: CasesOf = (contract) =>
  contract.operations.flatMap((operation): ClientSideCase[] => [
    {
      title: [operation.id, "is tried again only where nothing happens twice, and as it was"],
      run: (subject) => holdRetries(subject, contract, operation),
    },
    {
      title: [operation.id, "what can't be sent is refused, and nothing is sent"],
      run: (subject) => holdUnsendable(subject, contract, operation),
    },
    {
      title: [operation.id, "an abort ends it with the caller's own reason"],
      run: (subject) => holdAborts(subject, contract, operation),
    },
    ...(isList(contract, operation)
      ? [
          {
            title: [operation.id, "can be gone through"] as const,
            run: (subject: Subject) => holdIteration(subject, contract, operation),
          },
        ]
      : []),
  ]);

async function holdRetries(
  subject: Subject,
  contract: ClientContract,
  operation: ClientOperation,
): Promise<void> {
  const success = simplestAnswer(contract, operation);
  const safe = ["GET", "HEAD", "OPTIONS"].includes(operation.method) || operation.idempotencyHeader !== null;
  const failure = (status: number): HttpAnswer => ({
    status,
    headers: [
      ["content-type", "application/json"],
      ["retry-after", "0"],
    ],
    body: operation.method === "HEAD" ? null : Buffer.from("{}"),
  });
  await hold(
    fc.record({
      args: callArguments(contract, operation),
      statuses: fc.array(fc.constantFrom(429, 408, 500, 502, 503, 504), { minLength: 1, maxLength: 3 }),
    }),
    async ({ args, statuses }) => {
      const answers = [...statuses.map(failure), success];
      const first = statuses.findIndex((status) => !safe && status !== 429);
      const wanted = Math.min(first === -1 ? answers.length : first + 1, 3);
      // A client of its own: all retries of one share a budget.
      const client = newClient(subject, { maxRetries: 2 });
      const wireAt = (index: number): WireAnswer => whole(answers[index] ?? success);
      const { outcome, requests } = await makeCall(subject, operation, args, (_, index) => wireAt(index), {
        client,
      });
      const last = answers[wanted - 1] ?? success;
      return [
        ...(await faultsOfOutcome(subject.client.main, expectedOf(contract, operation, last), outcome)),
        ...(requests.length === wanted ? [] : [`${requests.length} requests came, not ${wanted}.`]),
        ...(requests.every((one) => isSame(one, requests[0])) ? [] : ["Another try is another request."]),
      ];
    },
    { ...subject.run, runs: Math.ceil(subject.run.runs / 2) },
    ({ args, statuses }) => `${codeOf(contract, operation, args)}, answered ${statuses.join(", ")}`,
  );
}

function isSame(one: RecordedRequest, other: RecordedRequest | undefined): boolean {
  const head = ({ method, target, headers }: RecordedRequest): string =>
    JSON.stringify([method, target, headers]);
  return other !== undefined && head(one) === head(other) && one.body.equals(other.body);
}

/** One thing in a call that no request can carry. */
interface Unsendable {
  readonly what: string;
  readonly change: (args: CallArguments) => CallArguments;
  /** Puts in place what no schema would make. */
  readonly positions?: (positions: unknown[]) => unknown[];
}

function unsendable({ parameters, body, idempotencyHeader }: ClientOperation): Unsendable[] {
  const put = (place: "path" | "query" | "header", name: string, value: unknown): Unsendable => ({
    what: `${place} ${name} ${JSON.stringify(value)}`,
    change: (args) => ({ ...args, [place]: { ...args[place], [name]: value } }),
  });
  const isText = ({ schema }: ClientOperation["parameters"][number]): boolean =>
    object(schema)["type"] === "string";
  const ofParameters = parameters.flatMap((parameter): Unsendable[] => {
    const { name, in: place, style, isJson, allowReserved } = parameter;
    if (name === idempotencyHeader)
      return ["", "a\nb", "ключ"].map((key) => ({
        what: `idempotencyKey ${JSON.stringify(key)}`,
        change: (args: CallArguments) => ({ ...args, idempotencyKey: key }),
      }));
    if (!isText(parameter) || isJson || allowReserved) return [];
    if (place === "path")
      return style === "simple"
        ? ["", undefined, null, [], "\ud800"].map((value) => put(place, name, value))
        : [];
    return place === "query"
      ? [put(place, name, "a\udc00")]
      : ["a\nb", "Grüße 😀"].map((value) => put(place, name, value));
  });
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const asBody = (what: string, value: unknown): Unsendable => ({
    what: `body ${what}`,
    change: (args) => ({ ...args, body: value }),
  });
  const ofBody =
    body && /[/+]json$/.test(body.mediaType)
      ? [asBody("that is circular", circular), asBody("with a bigint", { big: 1n })]
      : [];
  const files = (body?.form?.parts ?? []).filter(({ kind, lines }) => kind === "file" || lines !== null);
  const ofFiles = files.flatMap(({ name, repeated }) =>
    ["a path", 7, {}, { stream: new ReadableStream(), size: -1 }, { size: 3 }].map(
      (value): Unsendable => ({
        what: `part ${name} ${JSON.stringify(value)}`,
        change: (args) => args,
        positions: (positions) =>
          positions.map((one) =>
            typeof one === "object" && one !== null && Object.hasOwn(one, name)
              ? { ...one, [name]: repeated ? [value] : value }
              : one,
          ),
      }),
    ),
  );
  return [...ofParameters, ...ofBody, ...ofFiles];
}

async function holdUnsendable(
  subject: Subject,
  contract: ClientContract,
  operation: ClientOperation,
): Promise<void> {
  const kinds = unsendable(operation);
  const client = newClient(subject);
  const method = methodOf(client, operation.id);
  if (!method) throw new Error(`The client has no ${operation.id}.`);
  if (kinds.length === 0) return;
  await hold(
    fc.record({ args: callArguments(contract, operation), kind: fc.constantFrom(...kinds) }),
    async ({ args, kind }) => {
      const changed = positionsOf(contract, operation, kind.change(args));
      const positions = kind.positions?.(changed) ?? changed;
      // The part that is to be wrong may not be among those that were given.
      if (kind.positions && JSON.stringify(positions) === JSON.stringify(changed)) return [];
      const { value, requests } = await subject.server.serve(
        () => whole(simplestAnswer(contract, operation)),
        () => outcomeOf(subject, async () => method(...positions)),
      );
      return [
        ...(await faultsOfOutcome(subject.client.main, anError("InvalidArgumentError"), value)),
        ...(requests.length === 0 ? [] : [`${requests.length} requests came.`]),
      ];
    },
    subject.run,
    ({ args, kind }) => `${codeOf(contract, operation, args)}, but ${kind.what}`,
  );
}

async function holdAborts(
  subject: Subject,
  contract: ClientContract,
  operation: ClientOperation,
): Promise<void> {
  const server = await startWireServer();
  const reasons = [new Error("enough"), "enough", 0, null, undefined, { why: "enough" }];
  try {
    const client = newClient({ ...subject, server });
    await hold(
      fc.record({
        args: callArguments(contract, operation),
        reason: fc.constantFrom(...reasons),
        when: fc.constantFrom("before", "sent", "answered"),
      }),
      async ({ args, reason, when }) => {
        const stop = new AbortController();
        if (when === "before") stop.abort(reason);
        const half = Buffer.from(
          "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n[",
        );
        const answer = (): WireAnswer => {
          setTimeout(() => stop.abort(reason), when === "sent" ? 0 : 2);
          return {
            bytes: when === "sent" || operation.method === "HEAD" ? Buffer.alloc(0) : half,
            end: "hang",
          };
        };
        const options = { signal: stop.signal };
        const { outcome, requests } = await makeCall({ ...subject, server }, operation, args, answer, {
          client,
          options,
        });
        const wanted: unknown = stop.signal.reason;
        const isRight = "error" in outcome && outcome.error === wanted;
        return [
          ...(isRight
            ? []
            : [`It does not throw the signal's reason ${String(wanted)}: ${JSON.stringify(outcome)}`]),
          ...(when === "before" && requests.length > 0
            ? ["It sends a request that was aborted before."]
            : []),
        ];
      },
      { ...subject.run, runs: Math.ceil(subject.run.runs / 3) },
      ({ args, when, reason }) =>
        `${codeOf(contract, operation, args)}, aborted ${when} with ${String(reason)}`,
    );
  } finally {
    await server.stop();
  }
}

function isList({ answered }: ClientContract, operation: ClientOperation): boolean {
  const [success] = operation.answers.filter(({ status }) => status.startsWith("2"));
  const schema = success?.content[0]?.schema;
  const followed = object(schema)["$ref"];
  const target = typeof followed === "string" ? answered.judge.follow(followed) : schema;
  return resultKind(operation) === "json" && object(target)["type"] === "array";
}

/** A list can be awaited, or gone through item by item; a failure comes to whoever does either, and to nobody else. */
async function holdIteration(
  subject: Subject,
  contract: ClientContract,
  operation: ClientOperation,
): Promise<void> {
  const { arbitraries } = contract.answered;
  const schema = operation.answers.find(({ status }) => status.startsWith("2"))?.content[0]?.schema ?? true;
  const method = methodOf(newClient(subject), operation.id);
  if (!method) throw new Error(`The client has no ${operation.id}.`);
  await hold(
    fc.record({
      args: callArguments(contract, operation),
      body: arbitraries.of(schema),
      status: fc.constantFrom(200, 200, 200, 404, 500),
      uses: fc.constantFrom("await", "loop", "both"),
    }),
    async ({ args, body, status, uses }) => {
      const bytes = Buffer.from(JSON.stringify(status === 200 ? body : {}));
      const answer: HttpAnswer = { status, headers: [["content-type", "application/json"]], body: bytes };
      const { value, requests } = await subject.server.serve(
        () => whole(answer),
        () =>
          outcomeOf(subject, async () => {
            const list = method(...positionsOf(contract, operation, args)) as PromiseLike<unknown> &
              AsyncIterable<unknown>;
            if (uses === "await") return await list;
            const items: unknown[] = [];
            for await (const item of list) items.push(item);
            return uses === "loop" ? items : await list;
          }),
      );
      return [
        ...(await faultsOfOutcome(subject.client.main, expectedOf(contract, operation, answer), value)),
        ...(requests.length === 1 ? [] : [`${requests.length} requests came.`]),
      ];
    },
    subject.run,
    ({ args, uses }) => `${codeOf(contract, operation, args)} in ${uses}`,
  );
}
