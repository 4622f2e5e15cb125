import fc from "fast-check";
import { callArguments } from "./call-arguments.js";
import type { CasesOf, Subject } from "./case.js";
import type { ClientContract, ClientOperation } from "./client-contract.js";
import { simplestAnswer } from "./declared-answers.js";
import { codeOf, key, makeCall, newClient } from "./make-call.js";
import { hold } from "./property.js";
import { faultsOfRequest } from "./read-request.js";
import { whole } from "./wire-server.js";

/** Whatever is given, what goes over the wire is what the contract says of it, to the byte. */
export const requestCases: CasesOf = (contract) =>
  contract.operations.map((operation) => ({
    title: [operation.id, "arrives as the contract says"],
    run: (subject) => holdRequests(subject, contract, operation),
  }));

async function holdRequests(
  subject: Subject,
  contract: ClientContract,
  operation: ClientOperation,
): Promise<void> {
  const answer = whole(simplestAnswer(contract, operation));
  const plain = newClient(subject);
  const validating = newClient(subject, { validate: "requests" });
  await hold(
    fc.record({ args: callArguments(contract, operation), validates: fc.boolean() }),
    async ({ args, validates }) => {
      const client = validates ? validating : plain;
      const { outcome, requests } = await makeCall(subject, operation, args, () => answer, { client });
      if ("hangs" in outcome) return ["The call does not end."];
      if ("error" in outcome) return [`The call fails: ${String(outcome.error)}`];
      const [request, ...others] = requests;
      if (!request || others.length > 0) return [`${requests.length} requests came.`];
      const place = { prefix: subject.server.prefix, key };
      return faultsOfRequest(contract, operation, args, request, place);
    },
    { ...subject.run, runs: 3 * subject.run.runs },
    ({ args, validates }) =>
      `${codeOf(contract, operation, args)}${validates ? ', the client with validate: "requests"' : ""}`,
  );
}
