import { readRateLimitNames } from "../../contract/extensions.js";
import { under } from "../node.js";
import type { Rule } from "../rule.js";
import { type OperationNode, type Subject, titleOf } from "../subject.js";

/**
 * A mock server answers a bad request with an error that the operation declares, and makes one up if there is none: without
 * 415, a wrong media type becomes 400; without 400, a body of another shape than the API's.
 */
export const errorResponses: Rule = {
  id: "error-responses",
  kind: "mock-safety",
  *find(subject) {
    for (const operation of subject.operations) {
      if (operation.isWebhook) continue;
      const declared = new Set(subject.responsesOf(operation).map(({ status }) => status.toUpperCase()));
      if (declared.has("4XX") || declared.has("DEFAULT")) continue;
      const missing = needed(subject, operation).filter(
        ({ anyOf }) => !anyOf.some((status) => declared.has(status)),
      );
      if (missing.length === 0) continue;
      const said = missing.map(({ anyOf, why }) => `${anyOf[0]} (${why})`).join(", ");
      yield {
        at: under(operation.pointer, "responses"),
        message: `${titleOf(operation)} does not declare ${said}.`,
        remedy: "Declare each, with its schema and an example.",
      };
    }
  },
};

interface Need {
  readonly anyOf: readonly string[];
  readonly why: string;
}

function needed(subject: Subject, operation: OperationNode): readonly Need[] {
  const hasBody = operation.value["requestBody"] !== undefined;
  const canBeWrong = hasBody || subject.parametersOf(operation).length > 0;
  const limited = readRateLimitNames(subject.document, operation.value).length > 0;
  return [
    ...(canBeWrong ? [{ anyOf: ["400", "422"], why: "it takes input" }] : []),
    ...(subject.needsSecurity(operation) ? [{ anyOf: ["401"], why: "it asks for credentials" }] : []),
    ...(hasBody ? [{ anyOf: ["415"], why: "it takes a body" }] : []),
    ...(limited ? [{ anyOf: ["429"], why: "it has a rate limit" }] : []),
  ];
}
