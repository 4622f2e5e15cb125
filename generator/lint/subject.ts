import { extensionNames, isExtension } from "../contract/extensions.js";
import { isObject, type JsonObject, kindUnder, type PlaceKind } from "../load/document-walk.js";
import { child, children, deref, list, type Node, under } from "./node.js";
import { SchemaValidator } from "./schema-validator.js";

export interface OperationNode extends Node {
  readonly method: string;
  /** The path, or the name of the webhook. */
  readonly path: string;
  readonly pathItem: Node;
  readonly isWebhook: boolean;
}

export interface ResponseNode extends Node {
  /** `200`, `4XX`, `default`. */
  readonly status: string;
  readonly isWebhook: boolean;
}

export interface MediaTypeNode extends Node {
  /** `application/json`, without parameters, in lower case. */
  readonly type: string;
  /** Who sends it. The answers to a webhook are ours to give, and no one mocks them. */
  readonly side: "request" | "response";
  /** `POST /things`, or `POST /things 201`. */
  readonly title: string;
  readonly status: string | null;
  readonly isWebhook: boolean;
}

/** Places of schemas, in the order of the document. */
interface Schemas {
  /** Every schema that is an object. */
  readonly all: readonly Node[];
  /** Those that stand in no other schema. */
  readonly roots: readonly Node[];
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** The document a rule looks at, and the questions rules ask of it, each answered once. */
export class Subject {
  readonly document: JsonObject;
  /** The version the author wrote; the document itself is 3.1. */
  readonly version: "3.0" | "3.1";
  readonly root: Node;
  #schemas: Schemas | undefined;
  #operations: readonly OperationNode[] | undefined;
  #mediaTypes: readonly MediaTypeNode[] | undefined;
  #validator: SchemaValidator | undefined;

  constructor(document: JsonObject, version: "3.0" | "3.1") {
    this.document = document;
    this.version = version;
    this.root = { pointer: "#", value: document };
  }

  readonly deref = (node: Node): Node => deref(this.document, node);

  get schemas(): Schemas {
    this.#schemas ??= findSchemas(this.document);
    return this.#schemas;
  }

  get validator(): SchemaValidator {
    this.#validator ??= new SchemaValidator(this.schemas.roots);
    return this.#validator;
  }

  get operations(): readonly OperationNode[] {
    this.#operations ??= (["paths", "webhooks"] as const).flatMap((section) =>
      children(this.root, section).flatMap((entry) => {
        const pathItem = this.deref(entry);
        return methods
          .filter((method) => isObject(pathItem.value[method]))
          .map((method) => ({
            ...child(pathItem, method),
            method,
            path: entry.key,
            pathItem,
            isWebhook: section === "webhooks",
          }));
      }),
    );
    return this.#operations;
  }

  /** The parameters of an operation, its own first, then those of its path that it does not replace. */
  parametersOf(operation: OperationNode): readonly Node[] {
    const found = new Map<string, Node>();
    for (const holder of [operation, operation.pathItem]) {
      for (const entry of children(holder, "parameters")) {
        const parameter = this.deref(entry);
        const key = JSON.stringify([parameter.value["in"], parameter.value["name"]]);
        if (!found.has(key)) found.set(key, parameter);
      }
    }
    return [...found.values()];
  }

  /** The responses of an operation; one that is shared has the pointer of the shared one. */
  responsesOf(operation: OperationNode): readonly ResponseNode[] {
    return children(operation, "responses").map((entry) => ({
      ...this.deref(entry),
      status: entry.key,
      isWebhook: operation.isWebhook,
    }));
  }

  /** Every media type of every request and response, a shared one once. */
  get mediaTypes(): readonly MediaTypeNode[] {
    if (this.#mediaTypes) return this.#mediaTypes;
    const found = new Map<string, MediaTypeNode>();
    for (const operation of this.operations) {
      const title = titleOf(operation);
      const { isWebhook } = operation;
      const add = (holder: Node, of: Pick<MediaTypeNode, "side" | "title" | "status">): void => {
        for (const { key, ...node } of children(holder, "content")) {
          const type = (key.split(";")[0] ?? "").trim().toLowerCase();
          if (!found.has(node.pointer)) found.set(node.pointer, { ...node, ...of, type, isWebhook });
        }
      };
      add(this.deref(child(operation, "requestBody")), { side: "request", title, status: null });
      for (const response of this.responsesOf(operation)) {
        add(response, { side: "response", title: `${title} ${response.status}`, status: response.status });
      }
    }
    this.#mediaTypes = [...found.values()];
    return this.#mediaTypes;
  }

  /** Whether an operation asks who is calling: a requirement applies, and none of its alternatives is "nobody". */
  needsSecurity(operation: OperationNode): boolean {
    const requirements = list(operation.value["security"] ?? this.document["security"]);
    return (
      requirements.length > 0 && requirements.every((one) => isObject(one) && Object.keys(one).length > 0)
    );
  }
}

/** `POST /things` */
export function titleOf({ method, path, isWebhook }: OperationNode): string {
  return isWebhook ? `The webhook ${JSON.stringify(path)}` : `${method.toUpperCase()} ${path}`;
}

export function isMultipart(type: string): boolean {
  return type.startsWith("multipart/");
}

export function isForm(type: string): boolean {
  return type === "multipart/form-data" || type === "application/x-www-form-urlencoded";
}

function findSchemas(document: JsonObject): Schemas {
  const all: Node[] = [];
  const roots: Node[] = [];
  const visit = (value: unknown, kind: PlaceKind, pointer: string, inSchema: boolean): void => {
    if (kind === "data" || typeof value !== "object" || value === null) return;
    if (isObject(value) && kind === "schema") {
      all.push({ pointer, value });
      if (!inSchema) roots.push({ pointer, value });
    }
    // A list has the kind of its holder's key; what a word of ours holds inside a schema is a schema of its own.
    const inside = kind === "schema" || (kind === "schema-map" && inSchema);
    const hasNames = kind === "map" || kind === "schema-map" || kind === "example-map";
    for (const [key, part] of Object.entries(value)) {
      if (!hasNames && isExtension(key) && !extensionNames.includes(key)) continue; // not ours to read
      const partKind = Array.isArray(value) ? kind : kindUnder(kind, key);
      const within = Array.isArray(value) ? inSchema : inside && key !== "contentSchema"; // of another text
      visit(part, partKind, under(pointer, key), within);
    }
  };
  visit(document, "object", "#", false);
  return { all, roots };
}
