import { headerOf, jsonOf } from "../verify/case.js";
import { answerFor } from "../verify/verified-contract.js";
import type { Check } from "./check.js";
import { contentOf } from "./content-type-conformance.js";

const mostFaults = 3;

export const responseSchemaConformance: Check = {
  name: "response_schema_conformance",
  severity: "error",
  promise: "Each body of an answer is valid by its schema.",
  judge: ({ case: { operation, request }, response }, { contract: { judge } }) => {
    const declared = request.method === operation.method ? answerFor(operation, response.status) : null;
    const content = declared && contentOf(declared, headerOf(response.headers, "content-type") ?? "");
    if (!content || !/[/+]json\b/.test(content.mediaType) || request.method === "HEAD") return undefined;
    const value = jsonOf(response);
    if (value === undefined) return "The body is not JSON.";
    const faults = judge.faults(content.schema, value);
    if (faults.length === 0) return null;
    const told = faults
      .slice(0, mostFaults)
      .map(({ instancePath, message }) => `${instancePath || "the body"} ${message}`);
    return `${told.join("; ")}${faults.length > mostFaults ? `; and ${faults.length - mostFaults} more` : ""}.`;
  },
};
