import type { Contract, Property, Schema } from "../../contract/contract.js";

/** The contract's named schemas, for who walks values. */
export class NamedSchemas {
  readonly #byName: ReadonlyMap<string, Schema>;
  /** Pointers of the texts that tell the variants of a union apart; which text is which, the contract does not say. */
  readonly #tags = new Set<string>();

  constructor(contract: Contract) {
    this.#byName = new Map(contract.schemas.map(({ name, schema }) => [name, schema]));
    this.#findTags(contract);
  }

  isTag({ pointer }: Schema): boolean {
    return this.#tags.has(pointer);
  }

  #findTags(part: unknown): void {
    if (typeof part !== "object" || part === null) return;
    const { kind, discriminator, variants } = part as Partial<Schema & { kind: "union" }>;
    if (kind === "union" && typeof discriminator === "string")
      for (const variant of variants ?? [])
        for (const { name, schema } of this.asObject(variant)?.properties ?? [])
          if (name === discriminator) this.#tags.add(schema.pointer);
    for (const child of Object.values(part)) this.#findTags(child);
  }

  named(name: string): Schema | null {
    return this.#byName.get(name) ?? null;
  }

  /** Pointers of a schema and of all that it refers to. */
  pointersOf(schema: Schema): readonly string[] {
    const pointers = [schema.pointer];
    let at: Schema | null = schema;
    while (at?.kind === "ref") {
      at = this.named(at.name);
      if (!at || pointers.includes(at.pointer)) break;
      pointers.push(at.pointer);
    }
    return pointers;
  }

  /** A schema as one object, its parts taken together; `null` if it is none. */
  asObject(schema: Schema, within: readonly string[] = []): ObjectSchema | null {
    switch (schema.kind) {
      case "object":
        return schema;
      case "ref": {
        const target = within.includes(schema.name) ? null : this.named(schema.name);
        return target && this.asObject(target, [...within, schema.name]);
      }
      case "intersection": {
        const parts = schema.parts.map((part) => this.asObject(part, within));
        if (parts.some((part) => part === null)) return null;
        const properties = new Map<string, Property>();
        for (const part of parts)
          for (const property of part?.properties ?? []) {
            const known = properties.get(property.name);
            properties.set(property.name, {
              ...property,
              required: property.required || known?.required === true,
            });
          }
        return { properties: [...properties.values()], additional: null };
      }
      default:
        return null;
    }
  }
}

interface ObjectSchema {
  readonly properties: readonly Property[];
  readonly additional: Schema | null;
}
