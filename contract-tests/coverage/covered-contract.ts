import type { FormView } from "../arbitraries/form-view.js";
import {
  array,
  type JsonObject,
  object,
  operationsOf,
  type Parameter,
  type Schema,
} from "../support/contract.js";
import { pointerOf } from "../support/pointer.js";
import { readSpecDocument, withStructureResolved } from "../support/spec-document.js";
import {
  loadVerifiedContract,
  type VerifiedContract,
  type VerifiedOperation,
} from "../verify/verified-contract.js";
import { type SchemaNode, SchemaTree } from "./schema-tree.js";

/** A contract as its coverage is counted: each thing that has a schema of its own, with its tree of schemas. */
export interface CoveredContract {
  readonly verified: VerifiedContract;
  /** The document with all but schemas in their places. */
  readonly document: JsonObject;
  readonly operations: readonly CoveredOperation[];
  readonly webhooks: readonly CoveredWebhook[];
}

export interface CoveredOperation {
  readonly operation: VerifiedOperation;
  /** The operation as it is written. */
  readonly written: JsonObject;
  readonly requestMediaTypes: readonly string[];
  /** The parameters, and the body in the media type that the suite reads: the first. */
  readonly subjects: readonly Subject[];
  readonly answers: readonly CoveredAnswer[];
}

/** What of a request has a schema. */
export interface Subject {
  /** `body`, or `query status`. */
  readonly label: string;
  readonly pointer: string;
  /** Of a form its view: parts that hold JSON as what they hold. */
  readonly schema: Schema;
  readonly tree: SchemaTree;
  /** `null`: it is the body. */
  readonly parameter: Parameter | null;
  /** Of a body that is a form. */
  readonly form: FormView | null;
  /** Whether a schema speaks of plain text, which has no type of its own. */
  readonly isText: (node: SchemaNode) => boolean;
}

export interface CoveredAnswer {
  readonly status: string;
  readonly pointer: string;
  readonly content: readonly {
    readonly mediaType: string;
    readonly schema: Schema;
    readonly tree: SchemaTree;
  }[];
  readonly headers: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly schema: Schema;
    readonly tree: SchemaTree;
  }[];
  /** By what rules a server answers so, as the examples say (`x-when`). */
  readonly rules: readonly string[];
}

export interface CoveredWebhook {
  readonly name: string;
  readonly id: string;
  readonly method: string;
  readonly pointer: string;
  readonly schema: Schema;
  readonly tree: SchemaTree;
  readonly headers: readonly Parameter[];
}

/** @throws Error if the spec can't be read, or is no OpenAPI 3 */
export async function loadCoveredContract(specPath: string): Promise<CoveredContract> {
  const verified = await loadVerifiedContract(specPath);
  const document = withStructureResolved(await readSpecDocument(specPath));
  return {
    verified,
    document,
    operations: verified.operations.map((operation) => covered(verified, document, operation)),
    webhooks: operationsOf({ ...document, paths: document["webhooks"] }, () => null).map((webhook) => {
      const pointer = pointerOf(["webhooks", ...webhook.at.slice(1)]);
      const schema = webhook.body?.schema ?? true;
      const { mediaType = "" } = webhook.body ?? {};
      return {
        name: webhook.path,
        id: webhook.id,
        method: webhook.method,
        pointer,
        schema,
        tree: new SchemaTree(
          verified.judge,
          schema,
          `${pointer}/requestBody/content/${pointerOf([mediaType]).slice(2)}/schema`,
        ),
        headers: webhook.parameters.filter((parameter) => parameter.in === "header"),
      };
    }),
  };
}

function covered(
  { judge }: VerifiedContract,
  document: JsonObject,
  operation: VerifiedOperation,
): CoveredOperation {
  const written = object(operation.at.reduce<unknown>((at, token) => object(at)[token], document));
  const { body, form } = operation;
  const ofParameters = operation.parameters.map((parameter): Subject => {
    const pointer = pointerOf([...parameter.at, "schema"]);
    return {
      label: `${parameter.in} ${parameter.name}`,
      pointer,
      schema: parameter.schema,
      tree: new SchemaTree(judge, parameter.schema, pointer),
      parameter,
      form: null,
      isText: () => true,
    };
  });
  const ofBody = (): Subject[] => {
    if (!body) return [];
    const pointer = pointerOf([...body.at, "schema"]);
    const schema = form?.schema ?? body.schema;
    const texts = (form?.parts ?? []).filter(({ kind }) => kind === "text").map(({ name }) => name);
    const isText = (node: SchemaNode): boolean => texts.includes(partOf(node));
    const tree = new SchemaTree(judge, schema, pointer, (node, step) => nameInForm(operation, node, step));
    return [{ label: "body", pointer, schema, tree, parameter: null, form, isText }];
  };
  return {
    operation,
    written,
    requestMediaTypes: Object.keys(object(object(written["requestBody"])["content"])),
    subjects: [...ofParameters, ...ofBody()],
    answers: operation.answers.map((answer) => {
      const at = [...operation.at, "responses", answer.status];
      const raw = object(object(written["responses"])[answer.status]);
      return {
        status: answer.status,
        pointer: pointerOf(at),
        content: answer.content.map(({ mediaType, schema }) => ({
          mediaType,
          schema,
          tree: new SchemaTree(judge, schema, pointerOf([...at, "content", mediaType, "schema"])),
        })),
        headers: answer.headers.map((header) => ({
          ...header,
          tree: new SchemaTree(judge, header.schema, pointerOf([...at, "headers", header.name, "schema"])),
        })),
        rules: Object.values(object(raw["content"])).flatMap((content) =>
          Object.values(object(object(content)["examples"])).flatMap((example) =>
            array([object(example)["x-when"] ?? []].flat()).map(String),
          ),
        ),
      };
    }),
  };
}

/** The part of a form that a schema is in; empty: it is the form's own. */
export function partOf(node: SchemaNode): string {
  let at = node;
  while (at.above !== null && at.above.above !== null) at = at.above;
  return at.step[0] === "properties" ? (at.step[1] ?? "") : "";
}

/** In a form's view the schemas inside of parts stand where parts do; in the spec they are deeper. */
function nameInForm(
  { form }: VerifiedOperation,
  above: SchemaNode,
  step: readonly string[],
): readonly string[] {
  if (!form) return step;
  const isPart = above.above === null && step[0] === "properties";
  const part = form.parts.find(({ name }) => name === (isPart ? step[1] : partOf(above)));
  if (isPart) return object(part?.schema)["contentSchema"] === undefined ? step : [...step, "contentSchema"];
  const isFile = above.above !== null && above.above.above === null && part?.lines;
  return isFile && step[0] === "items" ? ["x-item-schema", "schema"] : step;
}
