import { camelCase, pascalCase } from "../contract/names.js";

/** Words that no variable or type may be called, and global names that a generated file relies on. */
const reserved = new Set(
  `abstract any as asserts async await bigint boolean break case catch class const continue debugger declare default
  delete do else enum eval export extends false finally for from function get if implements import in infer instanceof
  interface is keyof let module namespace never new null number object of package private protected public readonly
  require return satisfies set static string super switch symbol this throw true try type typeof undefined unique
  unknown using var void while with yield arguments
  Array ArrayBuffer AsyncGenerator BigInt Blob Boolean Date Error EvalError File FormData Function Headers Infinity Intl Iterable Iterator JSON
  Map Math NaN Number Object Omit Partial Pick Promise Proxy Readonly ReadonlyArray Record Reflect RegExp Request
  Required Response Set String Symbol URL URLSearchParams WeakMap WeakSet AbortSignal globalThis process`.split(
    /\s+/,
  ),
);

/** Gives out names for one scope, no name twice. The order of the calls is the only thing that decides. */
export class Scope {
  readonly #taken: Set<string>;
  readonly #made: Set<string>;

  /**
   * @param made collects every name given out, for the gate to tell them from text that merely got into a file
   * @param taken names that are not free here
   */
  constructor(made: Set<string>, taken: Iterable<string> = []) {
    this.#made = made;
    this.#taken = new Set(taken);
  }

  /** A type's name: the spec's own if it is one, else in PascalCase. */
  type(name: string, suffix = ""): string {
    const verbatim = isIdentifier(name + suffix) ? name + suffix : pascalCase(name) + suffix;
    return this.#claim(verbatim, "Schema");
  }

  /** A constant's or a parameter's name, in camelCase. */
  variable(name: string): string {
    return this.#claim(camelCase(name), "_");
  }

  /** A method's or property's name; only these may be words such as `delete`. */
  member(name: string): string {
    const free = name === "constructor" || name === "then" ? `${name}_` : name;
    return this.#unique(free);
  }

  #claim(name: string, suffix: string): string {
    const sound = isIdentifier(name) ? name : isIdentifier(`_${name}`) ? `_${name}` : "Unnamed";
    return this.#unique(reserved.has(sound) ? sound + suffix : sound);
  }

  #unique(name: string): string {
    let unique = name;
    for (let count = 2; this.#taken.has(unique); count++) unique = `${name}${count}`;
    this.#taken.add(unique);
    this.#made.add(unique);
    return unique;
  }
}

export function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}
