import { isJson } from "../../contract/build-schema.js";
import type { Contract, Operation, Parameter } from "../../contract/contract.js";
import type { JsonObject } from "../../load/document-walk.js";
import { Scope } from "../identifiers.js";
import type { CallShape } from "../operation-view.js";
import type { TypeNames } from "../type-names.js";
import { type CollectedSchema, SchemaCollector } from "./collect-schemas.js";
import type { Direction } from "./demanded-properties.js";

/** Which validators a package has, by the names that its module of validators exports. */
export interface ValidatorPlan {
  readonly schemas: readonly CollectedSchema[];
  /** What of the contract is not checked, and why. */
  readonly leftOut: readonly string[];
  /** Exported name → id of its schema. */
  readonly exports: ReadonlyMap<string, string>;
  /** Named schemas of the contract → exported name. */
  readonly named: ReadonlyMap<string, string>;
  /** Pointer of a webhook → exported name of its payload's validator. */
  readonly webhooks: ReadonlyMap<string, string>;
  readonly operations: ReadonlyMap<string, OperationValidators>;
}

/** Exported names; `null` where there is nothing to check. */
export interface OperationValidators {
  readonly path: string | null;
  /** Of the query and of headers, as one object. */
  readonly parameters: string | null;
  readonly body: string | null;
  /** Of a result, whichever its status. */
  readonly result: string | null;
  readonly responses: readonly { readonly status: string; readonly validator: string }[];
}

/** Past this, a package of validators takes longer to make and to load than anyone would wait: some 10 kB a schema. */
const maxSchemas = 1500;

/**
 * Plans the validators of every named schema and of all that each operation takes and answers as JSON; `null` where
 * there is no schema, or more than can be compiled in reasonable time.
 */
export function planValidators(
  contract: Contract,
  document: JsonObject,
  names: TypeNames,
  shapes: ReadonlyMap<string, CallShape>,
): ValidatorPlan | null {
  const collector = new SchemaCollector(document);
  const exports = new Map<string, string>();
  const exported = new Map<string, string>();
  const scope = new Scope(names.made, [...names.schemas.values()]);
  /** One name for a schema, however often it is used. */
  const give = (id: string, name: () => string): string => {
    let known = exported.get(id);
    if (known === undefined) {
      known = name();
      exported.set(id, known);
      exports.set(known, id);
    }
    return known;
  };
  const named = new Map<string, string>();
  for (const { name, schema } of contract.schemas) {
    const type = names.schemas.get(name) ?? name;
    named.set(
      name,
      give(collector.at(schema.pointer), () => type),
    );
  }
  const webhooks = new Map<string, string>();
  for (const { pointer, payload } of contract.webhooks) {
    const type = names.webhooks.get(pointer);
    if (type !== undefined && payload) {
      webhooks.set(
        pointer,
        give(collector.at(payload.pointer), () => scope.type(type)),
      );
    }
  }
  const operations = new Map<string, OperationValidators>();
  for (const operation of contract.operations) {
    const shape = shapes.get(operation.id);
    const own = names.operations.get(operation.id);
    if (!shape || !own) continue;
    const at = (pointer: string, direction: Direction, name: string): string =>
      give(collector.at(pointer, direction), () => scope.type(name));
    const object = (parameters: readonly Parameter[], name: string): string | null =>
      parameters.length === 0
        ? null
        : give(collector.made(parametersSchema(collector, parameters), operation.pointer), () =>
            scope.type(name),
          );
    const isChecked = shape.body?.encoding !== "raw" && shape.body?.schema;
    const responses = jsonResponses(operation).map(({ status, pointer }) => ({
      status,
      validator: at(pointer, "answered", `${own.result.replace(/Result\d*$/, "")}Response${status}`),
    }));
    const results = shape.successes.flatMap(
      ({ status }) => responses.find((response) => response.status === status)?.validator ?? [],
    );
    operations.set(operation.id, {
      path: object(shape.pathParameters, own.arguments.replace(/Arguments\d*$/, "Path")),
      parameters: object(shape.parameters, own.arguments),
      body: isChecked ? at(isChecked.pointer, "sent", own.body) : null,
      result: oneOfResults(results),
      responses,
    });

    function oneOfResults(validators: readonly string[]): string | null {
      const [only, ...others] = [...new Set(validators)];
      if (only === undefined || others.length === 0) return only ?? null;
      const anyOf = [only, ...others].map((name) => ({ $ref: exports.get(name) }));
      return give(collector.made({ anyOf }, (operation as Operation).pointer), () =>
        scope.type(own?.result ?? ""),
      );
    }
  }
  const { schemas, leftOut } = collector.finish();
  if (schemas.length === 0 || schemas.length > maxSchemas) return null;
  return { schemas, leftOut, exports, named, webhooks, operations };
}

/** A closed object of parameters, as a caller gives them. */
function parametersSchema(collector: SchemaCollector, parameters: readonly Parameter[]): JsonObject {
  const properties = Object.fromEntries(
    parameters.map(({ name, schema }) => [name, { $ref: collector.at(schema.pointer) }]),
  );
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  return { type: "object", additionalProperties: false, required, properties };
}

/** The JSON answers of an operation that have a schema. */
function jsonResponses({ responses }: Operation): { status: string; pointer: string }[] {
  return responses.flatMap(({ status, mediaTypes }) => {
    const json = mediaTypes.find(({ mediaType }) => isJson(mediaType));
    return json?.schema ? [{ status, pointer: json.schema.pointer }] : [];
  });
}
