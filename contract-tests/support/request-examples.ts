import type { Operation, Parameter } from "./contract.js";

/** One request that the spec shows, in the spec's own values. */
export interface RequestExample {
  readonly name: string;
  readonly path: Readonly<Record<string, unknown>>;
  /** Of the query and of headers, by name. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** `undefined`: no body. */
  readonly body: unknown;
}

/**
 * Every request the spec has an example of: one for each example of the body and for each example of a parameter; and
 * those with as little and as much as can be given.
 */
export function requestExamples(operation: Operation): RequestExample[] {
  const { parameters, body } = operation;
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  const others = parameters.filter((parameter) => parameter.in !== "path");
  const optional = others.filter(({ required }) => !required);
  const least: RequestExample = {
    name: "least",
    path: valuesOf(inPath),
    parameters: valuesOf(others.filter(({ required }) => required)),
    body: body?.required ? body.examples[0]?.value : undefined,
  };
  if (body && body.examples.length === 0) throw new Error(`${operation.id} has no example of its body.`);
  const ofBody = (body?.examples ?? []).map(({ name, value }) => ({
    ...least,
    name: `example ${name}`,
    body: value,
  }));
  const ofParameters = others.flatMap((parameter) =>
    parameter.examples.map(({ name, value }) => ({
      ...least,
      name: titleOf(parameter, name),
      parameters: { ...least.parameters, [parameter.name]: value },
    })),
  );
  const ofPath = inPath.flatMap((parameter) =>
    parameter.examples.slice(1).map(({ name, value }) => ({
      ...least,
      name: titleOf(parameter, name),
      path: { ...least.path, [parameter.name]: value },
    })),
  );
  const all = { ...least, name: "all parameters", parameters: valuesOf(others) };
  return [
    ...ofBody,
    ...(body?.required ? [] : [{ ...least, name: body || optional.length > 0 ? "least" : "example" }]),
    ...ofPath,
    ...ofParameters,
    ...(optional.length > 1 ? [all] : []),
  ];
}

function valuesOf(parameters: readonly Parameter[]): Record<string, unknown> {
  return Object.fromEntries(
    parameters.map(({ name, examples }) => {
      if (examples.length === 0) throw new Error(`The parameter ${name} has no example.`);
      return [name, examples[0]?.value];
    }),
  );
}

function titleOf(parameter: Parameter, example: string): string {
  return example === "example" ? `example ${parameter.name}` : `example ${parameter.name} ${example}`;
}

/** The simplest request of an operation: what is used where only one is needed. */
export function firstExample(operation: Operation): RequestExample {
  return requestExamples(operation)[0] as RequestExample;
}
