import type { SchemaJudge } from "../arbitraries/schema-judge.js";
import { readJob, successSchema } from "../support/answers.js";
import { type JsonObject, object } from "../support/contract.js";
import { followed, readBatch } from "./extensions.js";
import type { VerifiedOperation } from "./verified-contract.js";

/** A batch is followed by the operation at its path; where the contract only mentions that, its answers are like those of others. */
export function withBatch(
  document: JsonObject,
  judge: SchemaJudge,
  operation: VerifiedOperation,
  operations: readonly VerifiedOperation[],
): VerifiedOperation {
  const written = object(object(object(document["paths"])[operation.path])[operation.method.toLowerCase()]);
  const read = readBatch(judge, written, successSchema(operation.answers));
  if (!read) return operation;
  const { schema, followPath } = read;
  const job = readJob(followed(judge, schema));
  if (!job) return operation;
  const declared = operations.find(({ method, path }) => method === "GET" && path === followPath);
  const like = operations.find((one) => one.isRead && one.job && one.path.includes("{"));
  const [, parameter] = /\{([^{}]+)\}/.exec(followPath ?? "") ?? [];
  const mentioned: VerifiedOperation | null =
    followPath === null || parameter === undefined
      ? null
      : {
          ...(like ?? operation),
          id: operation.id,
          method: "GET",
          path: followPath,
          parameters: [
            {
              name: parameter,
              in: "path",
              at: operation.at,
              required: true,
              style: "simple",
              explode: false,
              schema: true,
              examples: [],
            },
          ],
          body: null,
          form: null,
          idempotencyHeader: null,
          isRead: true,
          responses: [],
          answers: [
            {
              status: "200",
              content: [{ mediaType: "application/json", schema }],
              headers: [],
            },
            ...(like ?? operation).answers.filter(({ status }) => !status.startsWith("2")),
          ],
          job,
          estimate: null,
          mediaLimits: [],
          feature: null,
          webhookProperties: [],
          callbackProperty: null,
          refusals: [],
        };
  return { ...operation, batch: { ...read, job, followed: declared ?? mentioned } };
}
