import type { Contract, Operation, Schema } from "../support/contract.js";
import { isValid } from "../support/json-schema.js";
import { partsOf } from "../support/parts.js";
import { firstExample, type RequestExample, requestExamples } from "../support/request-examples.js";

/** One part of a request that has a schema of its own: the body, or a parameter. */
export interface Subject {
  readonly label: string;
  readonly in: "body" | "path" | "query" | "header";
  readonly name: string;
  /** JSON pointer tokens of its schema. */
  readonly at: readonly string[];
  readonly schema: Schema;
  /** Whether a part of the schema is not for whoever checks requests: what is inside a file, or inside a text. */
  readonly skip: (schemaPath: readonly string[]) => boolean;
  /** Valid values of it. */
  readonly values: readonly unknown[];
  /** The request with another value of it. */
  readonly put: (value: unknown) => RequestExample;
}

export function subjectsOf(contract: Contract, operation: Operation): Subject[] {
  const least = firstExample(operation);
  const ofParameters = operation.parameters.map((parameter): Subject => {
    const { name, in: place, at, schema, examples } = parameter;
    const holder = place === "path" ? "path" : "parameters";
    return {
      label: `${place} ${name}`,
      in: place,
      name,
      at: [...at, "schema"],
      schema,
      skip: () => false,
      values: examples.map(({ value }) => value),
      put: (value) => ({ ...least, [holder]: { ...least[holder], [name]: value } }),
    };
  });
  return [...ofParameters, ...bodySubject(contract, operation, least)];
}

function bodySubject(contract: Contract, { body, id }: Operation, least: RequestExample): Subject[] {
  if (!body) return [];
  const textParts = partsOf(body)
    .filter(({ kind }) => kind === "text")
    .map(({ name }) => name);
  const isForm = body.mediaType === "multipart/form-data";
  // Examples of one operation are as good for another that takes the same body.
  const all = [...contract.operations]
    .sort((a, b) => Number(b.id === id) - Number(a.id === id))
    .filter((operation) => operation.body?.mediaType === body.mediaType)
    .flatMap((operation) => requestExamples(operation))
    .map((example) => example.body);
  const subject: Subject = {
    label: "body",
    in: "body",
    name: "",
    at: [...body.at, "schema"],
    schema: body.schema,
    skip: ([key, name = "", ...rest]) =>
      isForm && key === "properties" && rest.length === 0 && !textParts.includes(name),
    values: all.filter((value) => value !== undefined && isValid(body.schema, value)),
    put: (value) => ({ ...least, body: value }),
  };
  return [subject];
}
