import type { JsonObject } from "../support/contract.js";

/** A place of the contract: its value, with references followed, and the pointer by which anyone finds it again. */
export class SpecNode {
  readonly value: unknown;
  readonly tokens: readonly string[];
  /** The JSON pointer, as a URI fragment without its `#`. */
  readonly pointer: string;
  readonly #root: unknown;
  readonly #under = new Map<string, SpecNode>();

  constructor(root: unknown, tokens: readonly string[] = []) {
    this.#root = root;
    const found = follow(root, tokens);
    this.value = found.value;
    this.tokens = found.tokens;
    this.pointer = found.tokens.map((token) => `/${encodeURIComponent(escapeToken(token))}`).join("");
  }

  get object(): JsonObject {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value)
      ? (this.value as JsonObject)
      : {};
  }

  get exists(): boolean {
    return this.value !== undefined;
  }

  /** The text here; `null` if there is none. */
  get text(): string | null {
    return typeof this.value === "string" ? this.value : null;
  }

  at(...keys: readonly string[]): SpecNode {
    return keys.reduce((node, key) => node.#child(key), this as SpecNode);
  }

  /** Members of an object or items of an array, each with its key. */
  entries(): [string, SpecNode][] {
    return typeof this.value === "object" && this.value !== null
      ? Object.keys(this.value).map((key) => [key, this.#child(key)])
      : [];
  }

  items(): SpecNode[] {
    return Array.isArray(this.value) ? this.entries().map(([, node]) => node) : [];
  }

  texts(): string[] {
    return [this.value].flat().filter((value) => typeof value === "string");
  }

  #child(key: string): SpecNode {
    let child = this.#under.get(key);
    if (!child) {
      child = new SpecNode(this.#root, [...this.tokens, key]);
      this.#under.set(key, child);
    }
    return child;
  }
}

/** Follows a path, and the references on it, to where its value really stands. */
function follow(root: unknown, tokens: readonly string[]): { value: unknown; tokens: readonly string[] } {
  let value = root;
  let place: readonly string[] = [];
  let left = tokens;
  for (let hops = 0; ; ) {
    const target = referenceIn(value);
    if (target !== null) {
      if (++hops > 100) return { value: undefined, tokens: place }; // a reference that leads to itself
      left = [...target, ...left];
      value = root;
      place = [];
      continue;
    }
    const [key, ...rest] = left;
    if (key === undefined) return { value, tokens: place };
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key))
      return { value: undefined, tokens: [...place, ...left] };
    value = (value as JsonObject)[key];
    place = [...place, key];
    left = rest;
  }
}

/** Where a Reference Object of this document points; `null` if the value is none. */
function referenceIn(value: unknown): string[] | null {
  if (typeof value !== "object" || value === null || !("$ref" in value)) return null;
  const { $ref: reference } = value as { $ref: unknown };
  if (typeof reference !== "string" || !reference.startsWith("#")) return null;
  if (
    Object.keys(value).some(
      (key) => !["$ref", "description", "summary"].includes(key) && !key.startsWith("x-"),
    )
  )
    return null; // a schema with more beside its reference is a schema of its own
  return reference
    .slice(1)
    .split("/")
    .slice(1)
    .map((token) => unescapeToken(decodeURIComponent(token)));
}

const escapeToken = (token: string): string => token.replaceAll("~", "~0").replaceAll("/", "~1");
const unescapeToken = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");
