import fc from "fast-check";
import { callArguments } from "./call-arguments.js";
import type { CasesOf, ClientSideCase, Subject } from "./case.js";
import { faultsOfOutcome } from "./check-outcome.js";
import type { ClientContract, ClientOperation } from "./client-contract.js";
import { type DeclaredAnswers, declaredAnswers } from "./declared-answers.js";
import { anError, expectedOf } from "./expected-outcome.js";
import { codeOf, makeCall, newClient } from "./make-call.js";
import { hold } from "./property.js";
import type { UndeclaredKind } from "./undeclared/kind.js";
import { undeclaredKinds } from "./undeclared/undeclared-kinds.js";
import { type HttpAnswer, startWireServer, type WireAnswer, whole } from "./wire-server.js";

/** Every answer that the contract declares, and what no contract says, becomes the right result or the right error. */
export const answerCases: CasesOf = (contract) =>
  contract.operations.flatMap((operation) => [
    ...declaredAnswers(contract, operation).flatMap((declared) =>
      declaredCases(contract, operation, declared),
    ),
    ...undeclaredKinds
      .filter(({ applies }) => applies(operation))
      .map((kind) => undeclaredCase(contract, operation, kind)),
  ]);

function declaredCases(
  contract: ClientContract,
  operation: ClientOperation,
  declared: DeclaredAnswers,
): ClientSideCase[] {
  return [
    {
      title: [operation.id, `answer ${declared.name}`],
      run: async (subject) => {
        const args = simplestArguments(contract, operation);
        // With its answers checked too: what the contract declares must pass.
        const clients = [newClient(subject), newClient(subject, { validate: "all" })];
        await hold(
          fc.record({ answer: declared.answers, client: fc.constantFrom(...clients) }),
          async ({ answer, client }) => {
            const { outcome } = await makeCall(subject, operation, args, () => whole(answer), { client });
            return faultsOfOutcome(
              subject.client.main,
              expectedOf(contract, operation, answer),
              outcome,
              answer,
            );
          },
          subject.run,
          ({ answer }) => told(contract, operation, whole(answer)),
        );
      },
    },
  ];
}

function undeclaredCase(
  contract: ClientContract,
  operation: ClientOperation,
  kind: UndeclaredKind,
): ClientSideCase {
  return {
    title: [operation.id, `answer ${kind.name}`],
    run: async (subject) => {
      if (!kind.leavesRequests) return holdUndeclared(subject, contract, operation, kind);
      const server = await startWireServer();
      try {
        await holdUndeclared({ ...subject, server }, contract, operation, kind);
      } finally {
        await server.stop();
      }
    },
  };
}

async function holdUndeclared(
  subject: Subject,
  contract: ClientContract,
  operation: ClientOperation,
  kind: UndeclaredKind,
): Promise<void> {
  const args = simplestArguments(contract, operation);
  const client = newClient(subject, kind.options);
  const { main } = subject.client;
  const runs = Math.max(1, Math.ceil(subject.run.runs * (kind.share ?? 1)));
  await hold(
    kind.answers(contract, operation),
    async ({ wires, expected, http, requestCount = 1 }) => {
      const wireOf = (index: number): WireAnswer => wires[Math.min(index, wires.length - 1)] as WireAnswer;
      const { outcome, requests } = await makeCall(subject, operation, args, (_, index) => wireOf(index), {
        client,
      });
      const isRight = kind.leavesRequests || requests.length === requestCount;
      return [
        ...(await faultsOfOutcome(main, expected, outcome, http)),
        ...(isRight ? [] : [`${requests.length} requests came, not ${requestCount}.`]),
      ];
    },
    { ...subject.run, runs },
    ({ wires }) => told(contract, operation, wires[0]),
  );
  if (kind.validated) await holdValidated(subject, contract, operation, kind, Math.ceil(runs / 2));
}

/** With `validate: "all"` an answer of another shape is an error that says so, and one that is right passes. */
async function holdValidated(
  subject: Subject,
  contract: ClientContract,
  operation: ClientOperation,
  kind: UndeclaredKind,
  runs: number,
): Promise<void> {
  const args = simplestArguments(contract, operation);
  const client = newClient(subject, { ...kind.options, validate: "all" });
  await hold(
    kind.answers(contract, operation),
    async ({ wires, expected, http }) => {
      const schema = http && schemaFor(operation, http);
      if (expected.kind !== "result" || !schema) return [];
      const isValid = contract.answered.judge.isValid(schema, expected.value);
      const wanted = isValid ? expected : anError("InvalidResponseError", { status: http.status });
      const { outcome } = await makeCall(subject, operation, args, () => wires[0] as WireAnswer, { client });
      return faultsOfOutcome(subject.client.main, wanted, outcome, http);
    },
    { ...subject.run, runs },
    ({ wires }) => `${told(contract, operation, wires[0])}, validate: "all"`,
  );
}

function schemaFor({ answers }: ClientOperation, { status }: HttpAnswer) {
  return answers.find((one) => one.status === String(status))?.content[0]?.schema ?? null;
}

const simplest = new WeakMap<ClientOperation, ReturnType<typeof simplestOf>>();

/** One and the same call: what is asked here is only what its answer becomes. */
function simplestArguments(contract: ClientContract, operation: ClientOperation) {
  const known = simplest.get(operation) ?? simplestOf(contract, operation);
  simplest.set(operation, known);
  return known;
}

function simplestOf(contract: ClientContract, operation: ClientOperation) {
  const samples = fc.sample(callArguments(contract, operation), { numRuns: 4, seed: 1 });
  const [shortest] = samples.sort((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
  if (!shortest) throw new Error(`${operation.id} can't be called.`);
  return shortest;
}

function told(contract: ClientContract, operation: ClientOperation, wire: WireAnswer | undefined): string {
  const text = wire?.bytes.toString("latin1") ?? "";
  const shown = text.length > 1_500 ? `${text.slice(0, 1_500)}… (${text.length} bytes)` : text;
  const code = codeOf(contract, operation, simplestArguments(contract, operation));
  return `${code}, answered ${JSON.stringify(shown)}, and then ${wire?.end}`;
}
