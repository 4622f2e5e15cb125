import type { Contract, Operation, Property, Schema } from "../../contract/contract.js";
import { Scope } from "../../render/identifiers.js";
import { companionNames, followedJobs } from "../../render/job-view.js";
import { type CallShape, callShape } from "../../render/operation-view.js";
import { nameTypes, type TypeNames } from "../../render/type-names.js";
import { type Resource, resourceTree } from "../../render/views.js";
import { type Code, code, joined, marked } from "./code.js";
import { type Entries, PackageExports } from "./package-exports.js";
import { ReadingWriter } from "./reading-writer.js";
import { refusalUsage } from "./refusal-usage.js";
import { NamedSchemas } from "./schemas.js";
import { ValueWriter } from "./value-writer.js";
import { webhookUsage } from "./webhook-usage.js";

const maxStatements = 20_000;

const declarations = `declare function keep<T>(value: T): void;
declare function one<T>(list: readonly T[]): T;
declare function pick<T, K extends keyof T, V extends T[K]>(value: T, key: K, tag: V): Extract<T, Record<K, V>>;
declare function valueOf<T>(): T;
declare function resultOf<T>(method: (...args: never[]) => PromiseLike<T>): T;
`;

/**
 * A program that does all that one can do with the client of a contract, a statement each: it calls every method with
 * the least arguments, then once more for every other argument, property and enum member; it reads every property of
 * every result, of every webhook and of an error's body as the type it has; it tells the errors of every operation apart;
 * it imports every name that an entry of the package exports, and names the members of every enum's list.
 *
 * It stands beside `src/` of a generated package.
 *
 * @param entries what the package exports
 */
export function usageProgram(contract: Contract, entries: Entries): Code {
  const names = nameTypes(contract);
  const exported = new PackageExports(contract, names, entries);
  const typeOf = (schema: string): string | null => exported.type(names.schemas.get(schema));
  const schemas = new NamedSchemas(contract);
  const values = new ValueWriter(schemas, typeOf);
  const readings = new ReadingWriter(schemas, typeOf);
  const methods = callPaths(contract, names);
  const statements = contract.operations.flatMap((operation, index): readonly Code[] => {
    const [path, ...companions] = methods.get(operation.id) ?? [];
    if (path === undefined) return [];
    const shape = callShape(contract, operation);
    const places = placesOf(operation);
    const method = marked(`client${path}`, places);
    return [
      ...calls(operation, shape, schemas, values).map((args) =>
        marked(code("void ", method, "(", args, ");"), places),
      ),
      ...companions.map((one) => code("void ", marked(`client${one}`, places), ";")),
      ...reads(operation, shape, method, `result${index}`, readings),
    ];
  });
  const { className } = contract.client;
  return joined(
    [
      marked(`import { ${className} } from "./src/index.js";`, ["#"]),
      code(declarations),
      code(`declare const client: ${className};`),
      ...statements.slice(0, maxStatements),
      ...webhookUsage(contract, names, exported, readings),
      ...refusalUsage(contract, names, exported, schemas, readings),
      ...listedMembers(contract, names, exported),
      ...exported.imports,
    ],
    "\n",
  );
}

/** Where a method comes from: its operation, and before that the media type that a further method of it sends. */
function placesOf({ id, operationId, pointer, requestBody }: Operation): readonly string[] {
  const [media] = requestBody?.mediaTypes ?? [];
  return id === operationId || !media ? [pointer] : [media.pointer, pointer];
}

/**
 * Operation id → how its method is reached from the client, and then the methods that go with it; named in the order in
 * which the package names them.
 */
function callPaths(contract: Contract, names: TypeNames): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>();
  const jobs = followedJobs(contract);
  const visit = (resource: Resource, path: string): void => {
    const members = new Scope(names.made, resource.group.length === 0 ? ["http"] : []);
    const member = (name: string): string => path + access(members.member(name));
    const children = resource.children.map((child) => ({ child, at: member(child.group.at(-1) ?? "") }));
    const methods = resource.operations.map((operation) => {
      const name = members.member(operation.name);
      return { operation, name, at: path + access(name) };
    });
    for (const { operation, name, at } of methods)
      paths.set(operation.id, [at, ...companionNames(operation, name, jobs).map(member)]);
    for (const { child, at } of children) visit(child, at);
  };
  visit(resourceTree(contract.operations), "");
  return paths;
}

const access = (name: string): string =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

/** Argument lists of a method: the least one, then one for everything else. */
function calls(
  operation: Operation,
  shape: CallShape,
  schemas: NamedSchemas,
  values: ValueWriter,
): readonly Code[] {
  const positions = shape.pathParameters.map(({ pointer, schema }) =>
    values.values(schema).map((value) => marked(value, [pointer, ...schemas.pointersOf(schema)])),
  );
  const objects = argumentObjects(operation, shape, schemas, values);
  const first = positions.map(([least]) => least ?? code('"text"'));
  const [least] = objects;
  const rest = least ? [least] : [];
  return [
    ...(objects.length === 0 ? [joined(first, ", ")] : objects.map((one) => joined([...first, one], ", "))),
    ...positions.flatMap((all, index) =>
      all
        .slice(1)
        .map((value) => joined([...first.map((one, at) => (at === index ? value : one)), ...rest], ", ")),
    ),
  ];
}

function argumentObjects(
  operation: Operation,
  { arguments: form, parameters, body, bodyMember }: CallShape,
  schemas: NamedSchemas,
  values: ValueWriter,
): readonly Code[] {
  const ofParameters = parameters.map(
    ({ name, required, schema }): Property => ({ name, required, schema, readOnly: false, writeOnly: false }),
  );
  const bodySchema = body?.schema ?? null;
  switch (form) {
    case "none":
      return [];
    case "parameters":
      return values.objects(ofParameters, [operation.pointer]);
    case "body":
      return bodySchema ? values.values(bodySchema) : [];
    case "split": {
      const member = bodySchema && property(bodyMember, bodySchema, body?.required === true);
      return values.objects([...ofParameters, ...(member ? [member] : [])], [operation.pointer]);
    }
    case "merged": {
      const object = bodySchema && schemas.asObject(bodySchema);
      if (!bodySchema || !object) return [];
      const pointers = [...schemas.pointersOf(bodySchema), operation.pointer];
      return values.objects([...ofParameters, ...object.properties], pointers);
    }
  }
}

const property = (name: string, schema: Schema, required: boolean): Property => ({
  name,
  schema,
  required,
  readOnly: false,
  writeOnly: false,
});

/** Reads the result of a method, if all its successes have one schema. */
function reads(
  { responses, pointer }: Operation,
  { result, successes, emptyStatuses }: CallShape,
  method: Code,
  name: string,
  readings: ReadingWriter,
): readonly Code[] {
  const [success, ...others] = successes;
  if (result !== "json" || !success || others.length > 0) return [];
  const schema = responses
    .find(({ status }) => status === success.status)
    ?.mediaTypes.find(({ mediaType }) => mediaType === success.mediaType)?.schema;
  if (!schema) return [];
  return [
    marked(code(`const ${name} = resultOf(`, method, ");"), [pointer]),
    ...readings.statements(name, schema, emptyStatuses.length > 0),
  ];
}

/** Each value of an enum is in the list that the package has of it. */
function listedMembers(contract: Contract, names: TypeNames, exported: PackageExports): readonly Code[] {
  return contract.schemas.flatMap(({ name, schema }): readonly Code[] => {
    const list = exported.type(names.enums.get(name));
    if (list === null || schema.kind !== "enum") return [];
    return schema.values.map((value) =>
      marked(`${JSON.stringify(value)} satisfies (typeof ${list})[number];`, [schema.pointer]),
    );
  });
}
