import { camelCase } from "../../contract/names.js";
import { Scope } from "../identifiers.js";
import { layOut, type View } from "../lay-out.js";
import { SourceText } from "../source-text.js";
import type { ValidatorPlan } from "../validators/plan-validators.js";
import type { ViewInput } from "../views.js";
import type { RenderSubpath } from "./subpath.js";

const { ours, literal } = SourceText;

/** The contract's schemas as validators, for anything that takes a Standard Schema, and for the client itself. */
export const validate: RenderSubpath = (input) => {
  const plan = input.validators;
  if (!plan) return null;
  const schemas = schemaConstants(input, plan);
  return {
    name: "validate",
    entry: "src/validate.ts",
    files: new Map([
      ["src/validate.ts", layOut("validate", schemasView(schemas))],
      ["src/operation-validators.ts", layOut("operation-validators", operationsView(input, plan))],
    ]),
    runtime: ["validate"],
    peers: {},
    readme: ours(layOut("validate-readme", readmeView(input, schemas))),
  };
};

/** A constant of the entry: a type of the package as a Standard Schema. */
interface SchemaConstant {
  readonly name: string;
  /** The type as TypeScript writes it. */
  readonly type: string;
  /** How it is made. */
  readonly value: string;
}

/** One constant for each type that the package exports, called as the type is. */
function schemaConstants(input: ViewInput, plan: ValidatorPlan): SchemaConstant[] {
  const { contract, names, shapes, typeOf } = input;
  const scope = new Scope(names.made, ["operations", "validators", "types", "validation"]);
  const constants: SchemaConstant[] = [];
  const shown = new Set<string>();
  const add = (name: string, type: string, value: string, validator: string | null): void => {
    constants.push({ name: scope.type(name, "Schema"), type, value });
    if (validator !== null) shown.add(validator);
  };
  const plain = (name: string, type: string, validator: string): void =>
    add(name, type, `schemaOf(validators.${validator})`, validator);
  /** A name stands for a type of its own, not for another's. */
  const isWritten = (name: string): boolean => (typeOf.get(name) ?? name) === name;

  for (const { name } of contract.schemas) {
    const type = names.schemas.get(name) ?? name;
    const validator = plan.named.get(name);
    if (validator !== undefined && isWritten(type)) plain(type, `types.${type}`, validator);
  }
  for (const { id } of contract.operations) {
    const own = names.operations.get(id);
    const shape = shapes.get(id);
    const validators = plan.operations.get(id);
    if (!own || !shape || !validators) continue;
    const { parameters, body, result } = validators;
    if (shape.arguments === "body") {
      if (body !== null && isWritten(own.body)) plain(own.body, `types.${own.body}`, body);
    } else if (shape.arguments !== "none" && isWritten(own.arguments)) {
      const member = (name: string | null): string => (name === null ? "null" : `validators.${name}`);
      const parts = `{ parameters: ${member(parameters)}, body: ${member(body)} }`;
      add(
        own.arguments,
        `types.${own.arguments}`,
        `argumentsSchema(operations.${own.constant}, ${parts})`,
        null,
      );
    }
    if (result !== null && isWritten(own.result)) {
      const type =
        shape.emptyStatuses.length > 0 ? `Exclude<types.${own.result}, undefined>` : `types.${own.result}`;
      plain(own.result, type, result);
    }
  }
  for (const [pointer, validator] of plan.webhooks) {
    const type = names.webhooks.get(pointer) ?? "";
    if (isWritten(type) && !shown.has(validator)) plain(type, `types.${type}`, validator);
  }
  const others = [...plan.operations.values()].flatMap(({ responses }) => responses);
  for (const { validator } of others) if (!shown.has(validator)) plain(validator, "unknown", validator);
  return constants;
}

function schemasView(schemas: readonly SchemaConstant[]): View {
  return {
    schemas: schemas.map(({ name, type, value }) => ({
      name: ours(name),
      type: ours(type),
      value: ours(value),
    })),
    hasTypes: schemas.some(({ type }) => type.includes("types.")),
    hasArguments: schemas.some(({ value }) => value.startsWith("argumentsSchema")),
    hasPlain: schemas.some(({ value }) => value.startsWith("schemaOf")),
    hasAny: schemas.length > 0,
  };
}

function operationsView({ contract }: ViewInput, plan: ValidatorPlan): View {
  const member = (name: string | null): SourceText => ours(name === null ? "null" : `validators.${name}`);
  const operations = contract.operations.flatMap(({ id }) => {
    const validators = plan.operations.get(id);
    if (!validators) return [];
    const { path, parameters, body, responses } = validators;
    return [
      {
        id: literal(id),
        path: member(path),
        parameters: member(parameters),
        body: member(body),
        responses: responses.map(({ status, validator }) => ({
          status: literal(status),
          validator: member(validator),
        })),
      },
    ];
  });
  return {
    operations,
    hasValidators: operations.some(
      ({ path, parameters, body, responses }) =>
        responses.length > 0 || [path, parameters, body].some((name) => name.toString() !== "null"),
    ),
  };
}

function readmeView({ contract }: ViewInput, schemas: readonly SchemaConstant[]): View {
  const { className, packageName } = contract.client;
  const [first] = schemas;
  return {
    packageLiteral: literal(packageName),
    entryLiteral: literal(`${packageName}/validate`),
    className: ours(className),
    variable: ours(camelCase(className.replace(/(?<=.)Client$/, ""))),
    example: ours(first?.name ?? ""),
    hasExample: first !== undefined,
  };
}
