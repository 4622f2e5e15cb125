import { FaultyValues } from "../arbitraries/faulty-values.js";
import { SchemaArbitraries } from "../arbitraries/schema-arbitrary.js";
import { type SchemaJudge, schemaJudge } from "../arbitraries/schema-judge.js";
import { array, type JsonObject, object, type Parameter, type Schema } from "../support/contract.js";
import { escapeToken } from "../support/pointer.js";
import { documentId, followRef, joinDocuments } from "../support/spec-document.js";
import { type Credential, credentialsOf } from "../verify/credentials.js";

/** Two revisions of a contract, read together: one judge knows the schemas of both. */
export interface JoinedContract {
  readonly judge: SchemaJudge;
  readonly arbitraries: SchemaArbitraries;
  readonly faulty: FaultyValues;
  readonly base: Side;
  readonly revision: Side;
}

export interface Side {
  readonly name: "base" | "revision";
  readonly document: JsonObject;
  /** By title, such as `POST /things`, `webhook done`, `callback onDone {$request.body#/url}`. */
  readonly operations: ReadonlyMap<string, SideOperation>;
}

export interface SideOperation {
  readonly kind: "operation" | "webhook" | "callback";
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly SideParameter[];
  readonly body: { readonly required: boolean; readonly content: readonly Content[] } | null;
  readonly responses: readonly SideResponse[];
  /** One list for each way to be let in; empty: anyone may. */
  readonly credentials: readonly (readonly ScopedCredential[])[];
  readonly servers: readonly string[];
  readonly value: JsonObject;
}

export interface SideParameter extends Parameter, Placed {
  /** Where it is no style but a media type that says how it is written. */
  readonly mediaType: string | null;
  readonly allowEmptyValue: boolean;
}

/** A schema, and where it stands in the joined document. */
export interface Placed {
  readonly schema: Schema;
  readonly pointer: string;
}

export interface Content extends Placed {
  readonly mediaType: string;
  readonly encoding: Readonly<Record<string, { readonly contentType?: string }>>;
  readonly examples: readonly unknown[];
}

export interface SideResponse {
  readonly status: string;
  readonly content: readonly Content[];
  readonly headers: readonly (Placed & { readonly name: string; readonly required: boolean })[];
}

export interface ScopedCredential extends Credential {
  readonly scopes: readonly string[];
}

/** @param base bundled, as is the other */
export function joinContracts(base: JsonObject, revision: JsonObject): JoinedContract {
  const document = joinDocuments(base, revision);
  const judge = schemaJudge(document);
  const arbitraries = new SchemaArbitraries(judge);
  const side = (name: Side["name"]): Side => ({
    name,
    document: object(document[name]),
    operations: new SideReader(document, name).operations(),
  });
  return {
    judge,
    arbitraries,
    faulty: new FaultyValues(judge, arbitraries),
    base: side("base"),
    revision: side("revision"),
  };
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

interface Node {
  readonly value: JsonObject;
  readonly pointer: string;
}

class SideReader {
  readonly #joined: JsonObject;
  readonly #document: JsonObject;
  readonly #root: Node;

  constructor(joined: JsonObject, name: Side["name"]) {
    this.#joined = joined;
    this.#document = object(joined[name]);
    this.#root = { value: this.#document, pointer: `#/${name}` };
  }

  operations(): ReadonlyMap<string, SideOperation> {
    const found = [...this.#under("paths", "operation"), ...this.#under("webhooks", "webhook")];
    return new Map(found.map((operation) => [operation.title, operation]));
  }

  #under(key: string, kind: SideOperation["kind"]): SideOperation[] {
    return this.#entries(this.#root, key).flatMap(({ key: path, ...node }) =>
      this.#operationsOf(node, path, kind),
    );
  }

  #operationsOf(pathItem: Node, path: string, kind: SideOperation["kind"]): SideOperation[] {
    const found = methods.filter((method) => typeof pathItem.value[method] === "object");
    return found.flatMap((method) => {
      const node = this.#follow(this.#child(pathItem, method));
      const verb = method.toUpperCase();
      const which = kind !== "operation" && found.length > 1 ? ` (${verb})` : "";
      const { value } = node;
      const callbacks =
        kind === "callback"
          ? []
          : this.#entries(node, "callbacks").flatMap((callback) =>
              Object.keys(callback.value).flatMap((expression) =>
                this.#operationsOf(
                  this.#follow(this.#child(callback, expression)),
                  `${callback.key} ${expression}`,
                  "callback",
                ),
              ),
            );
      return [
        {
          kind,
          title: kind === "operation" ? `${verb} ${path}` : `${kind} ${path}${which}`,
          method: verb,
          path,
          parameters: this.#parameters(pathItem, node),
          body: value["requestBody"] === undefined ? null : this.#body(node),
          responses: this.#entries(node, "responses").map((response) => ({
            status: response.key.toUpperCase(),
            content: this.#content(response),
            headers: this.#entries(response, "headers").map(({ key: name, ...header }) => ({
              name,
              required: header.value["required"] === true,
              ...this.#schema(header),
            })),
          })),
          credentials: kind === "operation" ? this.#credentials(value) : [],
          servers: this.#servers(value, pathItem.value),
          value,
        },
        ...callbacks,
      ];
    });
  }

  #parameters(pathItem: Node, operation: Node): SideParameter[] {
    const read = (holder: Node): SideParameter[] =>
      array(holder.value["parameters"]).map((_, index) => {
        const node = this.#follow(this.#child(this.#child(holder, "parameters"), String(index)));
        const { value } = node;
        const place = value["in"] as Parameter["in"];
        const style = (value["style"] as string | undefined) ?? (place === "query" ? "form" : "simple");
        const [content] = this.#content(node);
        return {
          name: String(value["name"]),
          in: place,
          at: [],
          required: value["required"] === true,
          style,
          explode: (value["explode"] as boolean | undefined) ?? style === "form",
          examples: [],
          mediaType: content?.mediaType ?? null,
          allowEmptyValue: value["allowEmptyValue"] === true,
          ...(content ? { schema: content.schema, pointer: content.pointer } : this.#schema(node)),
        };
      });
    const own = read(operation);
    return [...own, ...read(pathItem).filter((one) => !own.some((other) => isSameParameter(one, other)))];
  }

  #body(operation: Node): SideOperation["body"] {
    const body = this.#follow(this.#child(operation, "requestBody"));
    return { required: body.value["required"] === true, content: this.#content(body) };
  }

  #content(holder: Node): Content[] {
    return this.#entries(holder, "content").map(({ key, ...node }) => ({
      mediaType: key.toLowerCase(),
      encoding: object(node.value["encoding"]) as Content["encoding"],
      examples: [
        ...(node.value["example"] === undefined ? [] : [node.value["example"]]),
        ...Object.values(object(node.value["examples"])).map((one) => object(one)["value"]),
      ].filter((value) => value !== undefined),
      ...this.#schema(node),
    }));
  }

  #schema({ value, pointer }: Node): Placed {
    const schema = value["schema"];
    return { schema: (schema as Schema | undefined) ?? true, pointer: `${pointer}/schema` };
  }

  #credentials(operation: JsonObject): ScopedCredential[][] {
    const requirements = array(operation["security"] ?? this.#document["security"]).map(object);
    return credentialsOf(this.#resolvedSchemes(), { security: requirements }).map((list, index) =>
      list.map((one) => ({ ...one, scopes: array(requirements[index]?.[one.scheme]).map(String) })),
    );
  }

  #resolvedSchemes(): JsonObject {
    const schemes = this.#entries(this.#child(this.#root, "components"), "securitySchemes");
    return {
      components: { securitySchemes: Object.fromEntries(schemes.map(({ key, value }) => [key, value])) },
    };
  }

  #servers(operation: JsonObject, pathItem: JsonObject): string[] {
    const given = operation["servers"] ?? pathItem["servers"] ?? this.#document["servers"];
    return array(given).flatMap((server) => {
      const { url, variables } = object(server);
      if (typeof url !== "string") return [];
      return url.replace(/\{([^{}]+)\}/g, (whole, name: string) =>
        String(object(object(variables)[name])["default"] ?? whole),
      );
    });
  }

  #entries(holder: Node, key: string): (Node & { readonly key: string })[] {
    const map = this.#follow(this.#child(holder, key));
    return Object.keys(map.value).map((name) => ({ ...this.#follow(this.#child(map, name)), key: name }));
  }

  /** What is under a key; `{}` is made of nothing once it is followed. */
  #child({ value, pointer }: Node, key: string): Node {
    const part = Array.isArray(value) ? value[Number(key)] : object(value)[key];
    return { value: part as JsonObject, pointer: `${pointer}/${escapeToken(key)}` };
  }

  /** What a reference leads to; an empty object where it leads nowhere, or where there is nothing. */
  #follow(node: Node): Node {
    let at = node;
    for (let steps = 0; steps < 50; steps++) {
      if (Array.isArray(at.value)) return at;
      const value = object(at.value);
      const ref = value["$ref"];
      if (typeof ref !== "string") return { value, pointer: at.pointer };
      try {
        at = { value: object(followRef(this.#joined, ref)), pointer: pointerOfRef(ref) };
      } catch {
        return { value: {}, pointer: at.pointer };
      }
    }
    return { value: {}, pointer: at.pointer };
  }
}

export function isSameParameter(
  one: Pick<Parameter, "name" | "in">,
  other: Pick<Parameter, "name" | "in">,
): boolean {
  const name = (name: string): string => (one.in === "header" ? name.toLowerCase() : name);
  return one.in === other.in && name(one.name) === name(other.name);
}

/** `spec://document#/base/a%20b` → `#/base/a b` */
export function pointerOfRef(ref: string): string {
  const fragment = ref.slice(documentId.length + 1);
  const tokens = fragment.split("/").map((token) => {
    try {
      return decodeURIComponent(token);
    } catch {
      return token;
    }
  });
  return `#${tokens.join("/")}`;
}
