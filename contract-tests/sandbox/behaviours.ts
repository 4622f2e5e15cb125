import { createBatch } from "./batches.js";
import type { Behaviour, Surroundings } from "./behaviour.js";
import type { Crud } from "./crud.js";
import { estimate } from "./estimate.js";
import { createJob, getJob, type JobTeller, listJobs } from "./job-operations.js";
import { answerOf } from "./prefer.js";
import { sample } from "./sample.js";
import type { SandboxOperation } from "./sandbox-contract.js";

/** What an operation does, found by what the contract says of it. */
export function behaviourOf(
  surroundings: Surroundings,
  teller: JobTeller,
  crud: Crud,
  operation: SandboxOperation,
): Behaviour {
  const { job, listsJobs, method } = operation;
  if (job && listsJobs && method === "GET") return listJobs(surroundings, teller, operation);
  if (job && method === "GET" && operation.path.includes("{")) return getJob(surroundings, teller, operation);
  if (job && operation.batch) return createBatch(surroundings, teller, operation);
  if (operation.estimate) return estimate(surroundings, operation);
  if (job && method === "POST") return createJob(surroundings, teller, operation);
  return crud.behaviourOf(operation) ?? exampleOf(operation);
}

/** The contract's own example: all that can be done where nothing says what an operation means. */
function exampleOf({ success }: SandboxOperation): Behaviour {
  const answer = success
    ? answerOf(success, success.status, success.examples[0]?.value ?? sample(success.schema))
    : { status: 200, headers: {}, body: null, rule: null, faults: [] };
  return () => answer;
}
