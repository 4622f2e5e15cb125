import { type Node, under } from "../node.js";
import type { Rule } from "../rule.js";
import { titleOf } from "../subject.js";

/** A path without one of its parts is another path, so each part is declared, and required. */
export const pathParameters: Rule = {
  id: "path-parameters",
  kind: "correctness",
  *find(subject) {
    const reported = new Set<string>(); // a parameter of the path is one problem, however many operations there are
    for (const operation of subject.operations) {
      if (operation.isWebhook) continue;
      const parameters = subject.parametersOf(operation);
      if (parameters.some(({ value }) => value["name"] === undefined)) continue; // could not be read
      const declared = parameters.filter(({ value }) => value["in"] === "path");
      const names = [...operation.path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name as string);
      const once = (parameter: Node): boolean =>
        !reported.has(parameter.pointer) && reported.add(parameter.pointer).has(parameter.pointer);
      for (const name of new Set(names)) {
        if (declared.some(({ value }) => value["name"] === name)) continue;
        yield {
          at: operation.pointer,
          message: `${titleOf(operation)} does not declare its path parameter ${JSON.stringify(name)}.`,
          remedy: `Add a parameter \`in: path\` of this name, with \`required: true\`.`,
        };
      }
      for (const parameter of declared) {
        const name = JSON.stringify(parameter.value["name"]);
        if (!names.includes(String(parameter.value["name"])) && once(parameter)) {
          yield {
            at: under(parameter.pointer, "name"),
            message: `The path ${JSON.stringify(operation.path)} has no part ${name}.`,
            remedy: "Write it into the path in braces, or take the parameter out.",
          };
        } else if (parameter.value["required"] !== true && once(parameter)) {
          yield {
            at: "required" in parameter.value ? under(parameter.pointer, "required") : parameter.pointer,
            message: `The path parameter ${name} is not required.`,
            remedy: "Write `required: true`.",
          };
        }
      }
    }
  },
};
