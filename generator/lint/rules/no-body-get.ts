import { under } from "../node.js";
import type { Rule } from "../rule.js";
import { titleOf } from "../subject.js";

const bodiless = new Set(["get", "head", "delete"]);

/** HTTP gives a body no meaning here: clients, proxies and mock servers drop it. */
export const noBodyGet: Rule = {
  id: "no-body-get",
  kind: "mock-safety",
  *find({ operations }) {
    for (const operation of operations) {
      if (!bodiless.has(operation.method) || operation.value["requestBody"] === undefined) continue;
      yield {
        at: under(operation.pointer, "requestBody"),
        message: `${titleOf(operation)} has a request body; ${operation.method.toUpperCase()} gives it no meaning.`,
        remedy: "Use parameters, or another method.",
      };
    }
  },
};
