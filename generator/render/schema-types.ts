import type { SchemaObject, TransformNodeOptions } from "openapi-typescript";
import type { Expression, InterfaceDeclaration, Node, TypeElement, TypeNode } from "typescript";
import { isJson, isOnlyRequired } from "../contract/build-schema.js";
import {
  isObject,
  type JsonObject,
  kindUnder,
  type PlaceKind,
  setOwn,
  valueAt,
} from "../load/document-walk.js";
import { fromPointer } from "../load/json-pointer.js";
import { escapeInvisible, plainText } from "./plain-text.js";
import { astToString, transformSchemaObject, ts, typesOf } from "./typescript-side.js";

export interface SchemaTypesInput {
  readonly document: JsonObject;
  /** Schema → its type's name. */
  readonly schemas: ReadonlyMap<string, string>;
  readonly operations: readonly OperationTypes[];
  readonly webhooks: readonly WebhookTypes[];
}

/** A webhook's payload, and what to call its type. */
export interface WebhookTypes {
  readonly name: string;
  readonly webhook: string;
  readonly method: string;
}

/** Which types to write out for an operation, and what to call them. */
export interface OperationTypes {
  /** In the spec. */
  readonly operationId: string;
  /** The arguments object; `null` where the operation takes none, or only a body. */
  readonly arguments: {
    readonly name: string;
    readonly parameters: readonly { name: string; in: "query" | "header" }[];
    readonly body: "none" | "merged" | "split";
    /** Member that holds the body of a split one. */
    readonly bodyMember: string;
  } | null;
  readonly body: { readonly name: string; readonly mediaType: string; readonly required: boolean } | null;
  readonly result: {
    readonly name: string;
    readonly responses: readonly { status: string; mediaType: string }[];
    readonly mayBeEmpty: boolean;
  } | null;
}

export interface SchemaTypes {
  readonly text: string;
  /** Type that was written for a name: the name itself, or that of the schema it only refers to. */
  readonly typeOf: ReadonlyMap<string, string>;
}

const { factory } = ts;

/**
 * Writes the types of a document by openapi-typescript, then names what it leaves unnamed: each schema becomes a
 * type of its own, so that hovers and errors say `Parcel` and not `components["schemas"]["Parcel"]`, and each
 * operation's arguments, body and result are written out, so that a call infers nothing.
 */
export async function renderSchemaTypes({
  document,
  schemas,
  operations,
  webhooks,
}: SchemaTypesInput): Promise<SchemaTypes> {
  let sendsFiles = false;
  const onFile = (): void => {
    sendsFiles = true;
  };
  const nodes = typesOf(forTypes(document), (schema, options) => transform(schema, options, onFile));
  const roots = new Map<string, InterfaceDeclaration>();
  for (const node of nodes) if (ts.isInterfaceDeclaration(node)) roots.set(node.name.text, node);

  const aliases: Node[] = [];
  const typeOf = new Map<string, string>();
  const declare = (name: string, type: TypeNode, documented: Node | null): void => {
    if (
      ts.isTypeReferenceNode(type) &&
      ts.isIdentifier(type.typeName) &&
      !type.typeArguments &&
      type.typeName.text !== fileInput && // which is the runtime's own
      documented === null
    ) {
      typeOf.set(name, type.typeName.text); // a second name for a schema would only hide the first
      return;
    }
    typeOf.set(name, name);
    const alias = factory.createTypeAliasDeclaration(
      [factory.createModifier(ts.SyntaxKind.ExportKeyword)],
      name,
      undefined,
      type,
    );
    const comments = documented && ts.getSyntheticLeadingComments(documented);
    aliases.push(comments ? ts.setSyntheticLeadingComments(alias, comments) : alias);
  };

  for (const member of membersAt(["components", "schemas"])) {
    const name = schemas.get(nameOfMember(member));
    if (name !== undefined && ts.isPropertySignature(member) && member.type)
      declare(name, named(member.type), member);
  }
  for (const operation of operations) declareOperation(operation);
  for (const { name, webhook, method } of webhooks) {
    const type = typeAt(["webhooks", webhook, method, "requestBody", "content", "application/json"]);
    declare(name, type ? named(type) : unknown(), null);
  }

  const kept = nodes.map((node) => named(node, true));
  const text = withoutDescriptionTag(escapeInvisible(astToString([...kept, ...aliases] as never)));
  const files = sendsFiles ? `import type { ${fileInput} } from "./runtime/body.js";\n\n` : "";
  return { text: files + text, typeOf };

  function declareOperation(operation: OperationTypes): void {
    const at = ["operations", operation.operationId];
    const { body, result } = operation;
    if (body) {
      const type = typeAt([...at, "requestBody", "content", body.mediaType]);
      declare(body.name, type ? named(type) : unknown(), null);
    }
    if (operation.arguments) declareArguments(operation, operation.arguments, at);
    if (result) {
      const types = result.responses.map(({ status, mediaType }) =>
        typeAt([...at, "responses", status, "content", mediaType]),
      );
      const unique = new Map(
        types.map((type) => [type ? astToString(named(type) as never) : "", type ? named(type) : unknown()]),
      );
      const all = [...unique.values(), ...(result.mayBeEmpty ? [undefinedType()] : [])];
      const [only] = all;
      declare(result.name, all.length === 1 && only ? only : factory.createUnionTypeNode(all), null);
    }
  }

  function declareArguments(
    { body }: OperationTypes,
    { name, parameters, body: form, bodyMember }: NonNullable<OperationTypes["arguments"]>,
    at: string[],
  ): void {
    const members: TypeElement[] = parameters.flatMap((parameter) => {
      const found = membersAt([...at, "parameters", parameter.in]).find(
        (member) => nameOfMember(member) === parameter.name,
      );
      return found ? [inlined(found)] : [];
    });
    const bodyType = body && factory.createTypeReferenceNode(typeOf.get(body.name) ?? body.name);
    if (bodyType && form === "split") {
      const question = body.required ? undefined : factory.createToken(ts.SyntaxKind.QuestionToken);
      members.push(factory.createPropertySignature(undefined, bodyMember, question, bodyType));
    }
    const own = factory.createTypeLiteralNode(members);
    declare(
      name,
      bodyType && form === "merged" ? factory.createIntersectionTypeNode([own, bodyType]) : own,
      null,
    );
  }

  /** A parameter that `components.parameters` holds, with its type written out in its place. */
  function inlined(member: TypeElement): TypeElement {
    if (!ts.isPropertySignature(member) || !member.type) return member;
    const type = named(follow(member.type));
    const copy = factory.createPropertySignature(member.modifiers, member.name, member.questionToken, type);
    const comments = ts.getSyntheticLeadingComments(member);
    return comments ? ts.setSyntheticLeadingComments(copy, comments) : copy;
  }

  /** The type at a path of property names, below one of the root interfaces. */
  function typeAt(path: readonly string[]): TypeNode | null {
    const last = path.at(-1);
    const member = membersAt(path.slice(0, -1)).find((candidate) => nameOfMember(candidate) === last);
    return member && ts.isPropertySignature(member) && member.type ? member.type : null;
  }

  function membersAt(path: readonly string[]): readonly TypeElement[] {
    const [root = "", ...rest] = path;
    let members: readonly TypeElement[] = roots.get(root)?.members ?? [];
    for (const key of rest) {
      const member = index(members).get(key);
      const type = member && ts.isPropertySignature(member) && member.type ? follow(member.type) : null;
      members = type && ts.isTypeLiteralNode(type) ? type.members : [];
    }
    return members;
  }

  /** Follows `components["responses"]["X"]` to what it stands for, but never into a schema: those have names. */
  function follow(type: TypeNode): TypeNode {
    const path = pathOf(type);
    if (!path || path[1] === "schemas") return type;
    const found = typeAt(path);
    return found ? follow(found) : type;
  }

  /** The same node with every path to a schema replaced by the schema's name. With `top`, `components` keeps its members, each a name. */
  function named<T extends Node>(node: T, top = false): T {
    const visit = (part: Node): Node => {
      const path = ts.isIndexedAccessTypeNode(part) ? pathOf(part) : null;
      const [root, section, schema, ...deeper] = path ?? [];
      const name =
        root === "components" && section === "schemas" && schema !== undefined
          ? schemas.get(schema)
          : undefined;
      if (name !== undefined) {
        return deeper.reduce<TypeNode>(
          (object, key) =>
            factory.createIndexedAccessTypeNode(
              object,
              factory.createLiteralTypeNode(factory.createStringLiteral(key)),
            ),
          factory.createTypeReferenceNode(name),
        );
      }
      if (top && ts.isPropertySignature(part) && isSchemasOfComponents(part)) return schemasByName(part);
      return ts.visitEachChild(part, visit, undefined);
    };
    return visit(node) as T;
  }

  function isSchemasOfComponents(member: TypeElement): boolean {
    return roots.get("components")?.members.includes(member) === true && nameOfMember(member) === "schemas";
  }

  function schemasByName(member: TypeElement): TypeElement {
    const members = membersAt(["components", "schemas"]).flatMap((schema) => {
      const name = schemas.get(nameOfMember(schema));
      return name === undefined
        ? []
        : [
            factory.createPropertySignature(
              undefined,
              schema.name as never,
              undefined,
              factory.createTypeReferenceNode(name),
            ),
          ];
    });
    return factory.createPropertySignature(
      undefined,
      member.name as never,
      undefined,
      factory.createTypeLiteralNode(members),
    );
  }
}

/** A doc comment's own text needs no tag, unless it stands behind another one. */
function withoutDescriptionTag(code: string): string {
  return code.replace(/^\s*\/\*\*[\s\S]*?\*\//gm, (comment) => {
    const [before = "", ...after] = comment.split("@description ");
    return /^\s*\* @/m.test(before) ? comment : before + after.join("@description ");
  });
}

const indexes = new WeakMap<readonly TypeElement[], Map<string, TypeElement>>();

function index(members: readonly TypeElement[]): Map<string, TypeElement> {
  let found = indexes.get(members);
  if (!found) {
    found = new Map(members.map((member) => [nameOfMember(member), member]));
    indexes.set(members, found);
  }
  return found;
}

function nameOfMember({ name }: TypeElement): string {
  if (!name) return "";
  if (ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isNumericLiteral(name)) return name.text;
  return "";
}

/** `components["schemas"]["X"]` → `["components", "schemas", "X"]` */
function pathOf(type: Node): string[] | null {
  if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) return [type.typeName.text];
  if (!ts.isIndexedAccessTypeNode(type)) return null;
  const object = pathOf(type.objectType);
  const { indexType } = type;
  if (!object || !ts.isLiteralTypeNode(indexType)) return null;
  const literal: Expression = indexType.literal as Expression;
  return ts.isStringLiteral(literal) || ts.isNumericLiteral(literal) ? [...object, literal.text] : null;
}

function unknown(): TypeNode {
  return factory.createKeywordTypeNode(ts.SyntaxKind.UnknownKeyword);
}

function undefinedType(): TypeNode {
  return factory.createKeywordTypeNode(ts.SyntaxKind.UndefinedKeyword);
}

/** The runtime's type for a file that is sent. */
const fileInput = "FileInput";

/** What openapi-typescript can't know: files, JSON in a text, and enums that may grow. */
function transform(
  schema: SchemaObject,
  options: TransformNodeOptions,
  onFile: () => void,
): TypeNode | undefined {
  const record = schema as unknown as JsonObject;
  // What is sent may be a stream, too; what is received never is.
  const fileType = (): TypeNode => {
    if (/\/responses\//.test(options.path ?? "")) return factory.createTypeReferenceNode("Blob");
    onFile();
    return factory.createTypeReferenceNode(fileInput);
  };
  const mediaType = record["contentMediaType"];
  if (
    record["type"] === "string" &&
    typeof mediaType === "string" &&
    record["contentEncoding"] === undefined
  ) {
    if (isJson(mediaType)) {
      return isObject(record["contentSchema"])
        ? transformSchemaObject(record["contentSchema"] as never, options)
        : unknown();
    }
    if (!mediaType.startsWith("text/")) return fileType();
  }
  if (record["format"] === "binary") return fileType();
  const branches = record["anyOf"];
  const rest = Array.isArray(branches) ? branches.filter((branch) => !isFreeText(branch)) : [];
  if (
    Array.isArray(branches) &&
    branches.length > rest.length &&
    rest.some((branch) => isEnum(branch, options))
  ) {
    const types = rest.map((branch) => transformSchemaObject(branch as never, options));
    // `string & Record<never, never>` takes any text and yet lets an editor offer the known values.
    const never = factory.createKeywordTypeNode(ts.SyntaxKind.NeverKeyword);
    const text = factory.createIntersectionTypeNode([
      factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
      factory.createTypeReferenceNode("Record", [never, never]),
    ]);
    return factory.createUnionTypeNode([...types, factory.createParenthesizedType(text)]);
  }
  return undefined;
}

function isEnum(branch: unknown, { ctx }: TransformNodeOptions): boolean {
  const schema =
    isObject(branch) && typeof branch["$ref"] === "string" ? ctx.resolve(branch["$ref"]) : branch;
  return isObject(schema) && (Array.isArray(schema["enum"]) || typeof schema["const"] === "string");
}

function isFreeText(branch: unknown): boolean {
  return isObject(branch) && branch["type"] === "string" && Object.keys(branch).length === 1;
}

/**
 * The document as openapi-typescript needs it. It reads a union of `required` lists as `unknown`, and puts a schema's
 * name in place of a discriminator's value; both are left out where the types say enough without them. An object
 * of which no more is said it takes for an empty one, though it may hold anything. A parameter that is sent as JSON it
 * takes for a text; to the caller it is the value. A schema that is referred to where it has no name is written out.
 */
function forTypes(document: JsonObject): JsonObject {
  const followed: string[] = [];
  const visit = (value: unknown, kind: PlaceKind): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item, kind));
    if (!isObject(value)) return value;
    const { $ref, ...beside } = value;
    if (kind === "schema" && typeof $ref === "string" && !isTyped($ref)) {
      if (followed.includes($ref)) return {}; // what has no name can't hold itself
      const target = valueAt(document, fromPointer($ref));
      followed.push($ref);
      const written = visit(isObject(target) ? { ...target, ...beside } : target, kind);
      followed.pop();
      return written;
    }
    const json = kind === "object" && jsonParameterSchema(value);
    if (json) return visit({ ...value, content: undefined, schema: json }, kind);
    const result: JsonObject = kind === "schema" && isFreeForm(value) ? { additionalProperties: true } : {};
    for (const [key, part] of Object.entries(value)) {
      if (part === undefined) continue;
      if (kind === "schema" && isSuperfluous(document, value, key, part)) continue;
      const isWords =
        (key === "description" || key === "summary" || key === "title") && typeof part === "string";
      setOwn(result, key, isWords ? plainText(part) : visit(part, kindUnder(kind, key)));
    }
    return result;
  };
  return visit(withWebhooks(document), "object") as JsonObject;
}

/** openapi-typescript follows the `$ref` of a path item under `paths`, but not under `webhooks`. */
function withWebhooks(document: JsonObject): JsonObject {
  const { webhooks } = document;
  if (!isObject(webhooks)) return document;
  const items = Object.entries(webhooks).map(([name, item]): [string, unknown] => {
    const { $ref, ...beside } = isObject(item) ? item : {};
    const target = typeof $ref === "string" ? valueAt(document, fromPointer($ref)) : undefined;
    return [name, isObject(target) ? { ...target, ...beside } : item];
  });
  return { ...document, webhooks: Object.fromEntries(items) };
}

/** A schema of a name, or a property of one. What stands anywhere else has no type of its own, and is written out. */
const isTyped = ($ref: string): boolean => /^#\/components\/schemas\/[^/]+(\/properties\/[^/]+)*$/.test($ref);

const objectKeywords =
  "$ref enum const allOf anyOf oneOf additionalProperties patternProperties unevaluatedProperties".split(" ");

/** `type: object`, and nothing about its properties. */
function isFreeForm(schema: JsonObject): boolean {
  const { type, properties } = schema;
  return (
    [type].flat().includes("object") &&
    Object.keys(isObject(properties) ? properties : {}).length === 0 &&
    !objectKeywords.some((key) => Object.hasOwn(schema, key))
  );
}

function jsonParameterSchema(parameter: JsonObject): unknown {
  const { in: place, name, schema, content } = parameter;
  if (typeof place !== "string" || typeof name !== "string" || schema !== undefined || !isObject(content))
    return null;
  const [mediaType = ""] = Object.keys(content);
  const described = content[mediaType];
  return isJson(mediaType) && isObject(described) ? (described["schema"] ?? null) : null;
}

function isSuperfluous(document: JsonObject, schema: JsonObject, key: string, value: unknown): boolean {
  if (key === "anyOf" || key === "oneOf") return Array.isArray(value) && value.every(isOnlyRequired);
  if (key !== "discriminator" || !isObject(value)) return false;
  const tag = String(value["propertyName"]);
  const branches = (schema["oneOf"] ?? schema["anyOf"]) as unknown;
  return Array.isArray(branches) && branches.every((branch) => isTagged(document, branch, tag));
}

/** The branch fixes its own tag, by `const` or a one-value `enum`. */
function isTagged(document: JsonObject, branch: unknown, tag: string): boolean {
  let schema = branch;
  for (let hops = 0; hops < 10 && isObject(schema) && typeof schema["$ref"] === "string"; hops++) {
    schema = valueAt(document, fromPointer(schema["$ref"]));
  }
  const property = valueAt(schema, ["properties", tag]);
  return (
    isObject(property) &&
    (Object.hasOwn(property, "const") || (Array.isArray(property["enum"]) && property["enum"].length === 1))
  );
}
