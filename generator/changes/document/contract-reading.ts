import { isObject, type JsonObject } from "../../load/document-walk.js";
import { child, children, deref, listOf, type SchemaNode, textOf } from "../schema/schema-node.js";
import { ShapeReader } from "../schema/shape.js";

export interface ParameterReading {
  readonly name: string;
  readonly in: string;
  /** Whether the path declares it for all its operations. */
  readonly ofPath: boolean;
  readonly node: SchemaNode;
  readonly value: JsonObject;
}

export type OperationKind = "operation" | "webhook" | "callback";

/** One operation, with what it inherits, as far as it can be read. */
export interface OperationReading {
  readonly kind: OperationKind;
  readonly method: string;
  /** The path, the name of the webhook, or the callback's expression. */
  readonly path: string;
  /** `POST /things`, `webhook job.done` */
  readonly title: string;
  /** The same in a sentence: "`POST /things`", "webhook `job.done`". */
  readonly shown: string;
  readonly node: SchemaNode;
  readonly value: JsonObject;
  readonly pathItem: SchemaNode;
  readonly parameters: readonly ParameterReading[];
  readonly requestBody: SchemaNode | null;
  readonly responses: readonly (SchemaNode & { readonly key: string })[];
  readonly callbacks: readonly OperationReading[];
}

export interface PathReading {
  readonly path: string;
  readonly node: SchemaNode;
  readonly operations: readonly OperationReading[];
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/**
 * A document, read for comparison: references followed, inheritance resolved, and total: what is missing or broken is
 * left out, since a spec that can't be generated from must still be judged.
 */
export class ContractReading {
  readonly document: JsonObject;
  readonly root: SchemaNode;
  readonly shapes: ShapeReader;
  readonly paths: readonly PathReading[];
  readonly webhooks: readonly PathReading[];

  constructor(document: JsonObject) {
    this.document = document;
    this.root = { value: document, pointer: "#" };
    this.shapes = new ShapeReader((node) => this.deref(node));
    this.paths = this.#pathsUnder("paths", "operation");
    this.webhooks = this.#pathsUnder("webhooks", "webhook");
  }

  deref(node: SchemaNode): SchemaNode {
    return deref(this.document, node);
  }

  /** The value under a key, its references followed. */
  under(node: SchemaNode | null, ...keys: readonly string[]): SchemaNode | null {
    let at = node && this.deref(node);
    for (const key of keys) {
      const next = at && child(at, key);
      at = next && this.deref(next);
    }
    return at;
  }

  /** The entries of a map or list under a key, each with its references followed. */
  entries(node: SchemaNode | null, key: string): readonly (SchemaNode & { readonly key: string })[] {
    return children(this.under(node, key)).map((entry) => ({ ...this.deref(entry), key: entry.key }));
  }

  get operations(): readonly OperationReading[] {
    return this.paths.flatMap(({ operations }) => operations);
  }

  #pathsUnder(key: string, kind: OperationKind): PathReading[] {
    return this.entries(this.root, key)
      .filter(({ key: path, value }) => isObject(value) && (kind === "webhook" || path.startsWith("/")))
      .map((node) => ({ path: node.key, node, operations: this.#operationsOf(node, node.key, kind) }));
  }

  #operationsOf(pathItem: SchemaNode, path: string, kind: OperationKind): OperationReading[] {
    const found = methods.filter((method) => isObject(this.under(pathItem, method)?.value));
    return found.map((method) => {
      const node = this.under(pathItem, method) as SchemaNode;
      const value = node.value as JsonObject;
      const verb = method.toUpperCase();
      const isOurs = kind === "operation";
      const which = !isOurs && found.length > 1 ? ` (${verb})` : "";
      const title = isOurs ? `${verb} ${path}` : `${kind} ${path}${which}`;
      const shown = isOurs ? `\`${title}\`` : `${kind} \`${path}\`${which}`;
      // Of a large document few operations are looked into.
      return lazily(
        { kind, method, path, title, shown, node, value, pathItem },
        {
          parameters: () => this.#parametersOf(pathItem, node),
          requestBody: () => this.under(node, "requestBody"),
          responses: () =>
            this.entries(node, "responses").filter(({ value: response }) => isObject(response)),
          callbacks: () => (kind === "callback" ? [] : this.#callbacksOf(node)),
        },
      );
    });
  }

  #callbacksOf(operation: SchemaNode): OperationReading[] {
    return this.entries(operation, "callbacks").flatMap((callback) =>
      children(callback)
        .filter(({ value }) => isObject(value))
        .flatMap((entry) =>
          this.#operationsOf(this.deref(entry), `${callback.key} ${entry.key}`, "callback"),
        ),
    );
  }

  #parametersOf(pathItem: SchemaNode, operation: SchemaNode): ParameterReading[] {
    const read = (holder: SchemaNode, ofPath: boolean): ParameterReading[] =>
      this.entries(holder, "parameters").flatMap((node) => {
        const { value } = node;
        const name = isObject(value) ? textOf(value["name"]) : null;
        const place = isObject(value) ? textOf(value["in"]) : null;
        return name === null || place === null
          ? []
          : [{ name, in: place, ofPath, node, value: value as JsonObject }];
      });
    const own = read(operation, false);
    const key = ({ name, in: place }: ParameterReading): string =>
      `${place} ${place === "header" ? name.toLowerCase() : name}`;
    const overridden = new Set(own.map(key));
    return [...own, ...read(pathItem, true).filter((parameter) => !overridden.has(key(parameter)))];
  }

  tagsOf({ value }: OperationReading): readonly string[] {
    return listOf(value["tags"]).filter((tag): tag is string => typeof tag === "string");
  }
}

/** An object with further properties, each found when it is first asked for. */
function lazily<Known extends object, Later extends Record<string, unknown>>(
  known: Known,
  later: { readonly [Name in keyof Later]: () => Later[Name] },
): Known & Later {
  for (const [name, find] of Object.entries(later)) {
    const get = (): unknown => {
      const value = find();
      Object.defineProperty(known, name, { value, enumerable: true });
      return value;
    };
    Object.defineProperty(known, name, { get, enumerable: true, configurable: true });
  }
  return known as Known & Later;
}
