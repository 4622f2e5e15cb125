import type { Property, Schema } from "../../contract/contract.js";
import { type Code, code, joined, marked } from "./code.js";
import type { NamedSchemas } from "./schemas.js";

/** Writes values of schemas as TypeScript literals: what a caller sends. */
export class ValueWriter {
  readonly #schemas: NamedSchemas;
  /** Named schemas whose values were all written once; that is enough for a program. */
  readonly #touched = new Set<string>();

  readonly #nameOf: (schema: string) => string | null;

  /** @param nameOf the type of a named schema, by its name in the program */
  constructor(schemas: NamedSchemas, nameOf: (schema: string) => string | null) {
    this.#schemas = schemas;
    this.#nameOf = nameOf;
  }

  /** The least value, then one for everything else that a value may hold: each property, member and kind. */
  values(schema: Schema): readonly Code[] {
    const least = this.#least(schema, []);
    return [...(least ? [least] : []), ...this.#others(schema, [])];
  }

  /** As {@link values}, of an object that is put together from properties. */
  objects(properties: readonly Property[], pointers: readonly string[]): readonly Code[] {
    const least = this.#leastObject(properties, []);
    return [...(least ? [least] : []), ...this.#otherObjects(properties, [])].map((one) =>
      marked(one, pointers),
    );
  }

  /** With what is required, and the first of what may be chosen; `null` for a value that has no end. */
  #least(schema: Schema, within: readonly string[]): Code | null {
    const plain = this.#leastOfKind(schema, within) ?? (schema.nullable ? code("null") : null);
    return plain && marked(plain, [schema.pointer]);
  }

  #leastOfKind(schema: Schema, within: readonly string[]): Code | null {
    const object = schema.kind === "ref" ? null : this.#schemas.asObject(schema);
    if (object) return this.#leastObject(object.properties, within);
    switch (schema.kind) {
      case "any":
        return code('"text"');
      case "string":
        return code(this.#schemas.isTag(schema) ? '"text" as never' : '"text"');
      case "null":
        return code("null");
      case "boolean":
        return code("true");
      case "number":
        return code("1");
      case "file":
        return code("new Blob([])");
      case "json":
        return this.#least(schema.schema, within);
      case "enum":
        return code(JSON.stringify(schema.values[0]));
      case "ref": {
        const target = within.includes(schema.name) ? null : this.#schemas.named(schema.name);
        return target && this.#least(target, [...within, schema.name]);
      }
      case "array": {
        const item = this.#least(schema.items, within);
        return item ? code("[", item, "]") : code("[]");
      }
      case "tuple": {
        const items = schema.items.map((item) => this.#least(item, within));
        return items.some((item) => item === null) ? null : code("[", joined(items as Code[], ", "), "]");
      }
      case "union": {
        for (const variant of schema.variants) {
          const least = this.#least(variant, within);
          if (least) return least;
        }
        return null;
      }
      default:
        return null;
    }
  }

  #leastObject(properties: readonly Property[], within: readonly string[]): Code | null {
    const parts: Code[] = [];
    for (const property of properties) {
      if (!isGiven(property)) continue;
      const value = this.#least(property.schema, within);
      if (!value) return null;
      parts.push(this.#member(property, value));
    }
    return braces(parts);
  }

  #member({ name, schema }: Property, value: Code): Code {
    return marked(code(`${JSON.stringify(name)}: `, value), this.#schemas.pointersOf(schema));
  }

  #others(schema: Schema, within: readonly string[]): readonly Code[] {
    const others = this.#othersOfKind(schema, within);
    return [...others, ...(schema.nullable ? [code("null")] : [])].map((one) =>
      marked(one, [schema.pointer]),
    );
  }

  #othersOfKind(schema: Schema, within: readonly string[]): readonly Code[] {
    const object = schema.kind === "ref" ? null : this.#schemas.asObject(schema);
    if (object) return this.#otherObjects(object.properties, within);
    switch (schema.kind) {
      case "enum":
        return schema.values.slice(1).map((value) => code(JSON.stringify(value)));
      case "json":
        return this.#others(schema.schema, within);
      case "ref": {
        const target = within.includes(schema.name) ? null : this.#schemas.named(schema.name);
        if (!target) return [];
        if (this.#touched.has(schema.name)) {
          const name = this.#nameOf(schema.name);
          return name === null ? [] : [code(`valueOf<${name}>()`)];
        }
        this.#touched.add(schema.name);
        return this.#others(target, [...within, schema.name]);
      }
      case "array":
        return this.#others(schema.items, within).map((item) => code("[", item, "]"));
      case "tuple":
        return schema.items.flatMap((item, index) =>
          this.#others(item, within).flatMap((value) => {
            const items = schema.items.map((one, at) => (at === index ? value : this.#least(one, within)));
            return items.some((one) => one === null) ? [] : [code("[", joined(items as Code[], ", "), "]")];
          }),
        );
      case "union": {
        const all = schema.variants.flatMap((variant) => {
          const least = this.#least(variant, within);
          return [...(least ? [least] : []), ...this.#others(variant, within)];
        });
        return all.slice(1);
      }
      default:
        return [];
    }
  }

  #otherObjects(properties: readonly Property[], within: readonly string[]): readonly Code[] {
    return properties.flatMap((property) => {
      const least = isGiven(property) ? null : this.#least(property.schema, within);
      const values = [...(least ? [least] : []), ...this.#others(property.schema, within)];
      return values.flatMap((value) => {
        const parts = properties.flatMap((one): (Code | null)[] => {
          if (one === property) return [this.#member(one, value)];
          if (!isGiven(one)) return [];
          const other = this.#least(one.schema, within);
          return [other && this.#member(one, other)];
        });
        return parts.some((part) => part === null) ? [] : [braces(parts as Code[])];
      });
    });
  }
}

/** Every object has a `constructor`, of another type than a property of that name: it must always be given. */
const isGiven = ({ name, required }: Property): boolean =>
  required || (name !== "__proto__" && name in Object.prototype);

function braces(parts: readonly Code[]): Code {
  return parts.length === 0 ? code("{}") : code("{ ", joined(parts, ", "), " }");
}
