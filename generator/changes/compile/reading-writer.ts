import type { Schema } from "../../contract/contract.js";
import { type Code, code, marked } from "./code.js";
import type { NamedSchemas } from "./schemas.js";

/** Writes statements that read every part of a value as what it was: what a caller does with an answer. */
export class ReadingWriter {
  readonly #schemas: NamedSchemas;
  readonly #touched = new Set<string>();

  readonly #nameOf: (schema: string) => string | null;

  /** @param nameOf the type of a named schema, by its name in the program */
  constructor(schemas: NamedSchemas, nameOf: (schema: string) => string | null) {
    this.#schemas = schemas;
    this.#nameOf = nameOf;
  }

  /**
   * @param value an expression
   * @param optional whether it may be `undefined`
   */
  statements(value: string | Code, schema: Schema, optional: boolean): readonly Code[] {
    const type = this.#readBefore(schema) ?? this.#typeOf(schema, []);
    const pointers = this.#schemas.pointersOf(schema);
    const own =
      type === null
        ? marked(code("void ", value, ";"), pointers)
        : marked(code(`keep<${type}${optional ? " | undefined" : ""}>(`, value, ");"), pointers);
    return [own, ...this.#inside(code(value, "!"), schema)];
  }

  #inside(value: Code, schema: Schema): readonly Code[] {
    if (schema.kind === "ref") {
      const target = this.#schemas.named(schema.name);
      if (!target || this.#touched.has(schema.name)) return [];
      this.#touched.add(schema.name);
      return this.#inside(value, target);
    }
    const object = this.#schemas.asObject(schema);
    if (object)
      return object.properties.flatMap(({ name, required, schema: property }) =>
        // Each step is marked: what is gone in the middle of an expression is that step, not what stands behind it.
        this.statements(
          code(value, marked(`[${JSON.stringify(name)}]`, this.#schemas.pointersOf(property))),
          property,
          !required,
        ),
      );
    if (schema.kind === "enum")
      return schema.values.map((member) =>
        // To compare with what a value can't be is an error.
        code(value, " === ", marked(JSON.stringify(member), [schema.pointer]), ";"),
      );
    if (schema.kind === "array")
      return this.statements(code("one(", marked(value, [schema.pointer]), ")"), schema.items, false);
    if (schema.kind === "union" && schema.discriminator !== null) {
      const key = schema.discriminator;
      return schema.variants.flatMap((variant) => {
        const tag = this.#schemas.asObject(variant)?.properties.find(({ name }) => name === key)?.schema;
        if (tag?.kind !== "enum") return [];
        return tag.values
          .slice(0, 1)
          .flatMap((one) =>
            this.#inside(code("pick(", value, `, ${JSON.stringify(key)}, ${JSON.stringify(one)})`), variant),
          );
      });
    }
    return [];
  }

  /** The name of a type whose parts have all been read elsewhere: what has another type now is not it any more. */
  #readBefore(schema: Schema): string | null {
    const name = schema.kind === "ref" && this.#touched.has(schema.name) ? this.#nameOf(schema.name) : null;
    return name !== null && schema.nullable ? `${name} | null` : name;
  }

  /** The type that a value had, as far as a word says it; `null` where none does. */
  #typeOf(schema: Schema, within: readonly string[]): string | null {
    const type = this.#typeOfKind(schema, within);
    return type !== null && schema.nullable ? `${type} | null` : type;
  }

  #typeOfKind(schema: Schema, within: readonly string[]): string | null {
    switch (schema.kind) {
      case "null":
      case "boolean":
      case "number":
      case "string":
        return schema.kind;
      case "enum":
        return schema.values.map((value) => JSON.stringify(value)).join(" | ");
      case "object":
        return "object";
      case "array":
      case "tuple":
        return "readonly unknown[]";
      case "ref": {
        const target = within.includes(schema.name) ? null : this.#schemas.named(schema.name);
        return target && this.#typeOf(target, [...within, schema.name]);
      }
      case "union": {
        const types = schema.variants.map((variant) => this.#typeOf(variant, within));
        return types.length === 0 || types.some((type) => type === null) ? null : types.join(" | ");
      }
      case "intersection":
        return this.#schemas.asObject(schema) ? "object" : null;
      default:
        return null;
    }
  }
}
