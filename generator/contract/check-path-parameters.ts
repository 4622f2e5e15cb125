import type { Operation } from "./contract.js";

type Report = (at: string, rule: string, message: string, remedy: string) => void;

/** What stands in a path's braces must be declared, and the other way round: no call could be made otherwise. */
export function checkPathParameters(operations: readonly Operation[], report: Report): void {
  const reported = new Set<string>(); // a path's parameter is shared by its operations
  for (const { method, path, pointer, parameters } of operations) {
    if (parameters.some(({ name }) => name === "")) continue; // could not be read
    const declared = parameters.filter((parameter) => parameter.in === "path");
    const names = new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name));
    for (const name of names) {
      if (declared.some((parameter) => parameter.name === name)) continue;
      report(
        pointer,
        "path-parameters",
        `${method.toUpperCase()} ${path} does not declare its path parameter ${JSON.stringify(name)}.`,
        "Add a parameter `in: path` of this name, with `required: true`.",
      );
    }
    for (const parameter of declared) {
      if (names.has(parameter.name) || reported.has(parameter.pointer)) continue;
      reported.add(parameter.pointer);
      report(
        `${parameter.pointer}/name`,
        "path-parameters",
        `The path ${JSON.stringify(path)} has no part ${JSON.stringify(parameter.name)}.`,
        "Write it into the path in braces, or take the parameter out.",
      );
    }
  }
}
