import { escapeInvisible, plainText } from "../plain-text.js";
import type { Compiled } from "./compile-validators.js";
import { formatChecks } from "./keywords.js";

/**
 * Makes a module of our own of Ajv's standalone code. What it requires of Ajv becomes imports of the runtime; functions
 * return their failures instead of hanging them on themselves, and so hold no state; schemas are not carried along, only
 * the lists that a failure names. Nothing at its top has an effect, so a bundler keeps what is used.
 *
 * It is done by patterns, in a tenth of the time that a syntax tree takes. They never see a spec's words: every literal is
 * taken out first and put back last. And the gate parses what comes out.
 */
export function rewriteValidators({ text, exports, notes }: Compiled): string {
  const schemas = new Map<string, unknown>();
  // One line each, for Ajv's literals have no line breaks in them.
  const code = text.replace(/^const (schema\d+) = (.*);$/gm, (_, name, json) => {
    schemas.set(name, JSON.parse(json));
    return "";
  });
  const module = new Module(code, schemas);
  const body = module.rewrite(new Set(exports.values()));
  const names = [...exports].map(([name, own]) => `${own} as ${name},`);
  const lines = [
    ...leftOutComment(notes),
    ...module.imports(),
    ...module.constants(),
    body,
    `export {\n${names.join("\n")}\n};`,
  ];
  return `${escapeInvisible(lines.join("\n"))}\n`;
}

function leftOutComment(notes: readonly string[]): string[] {
  if (notes.length === 0) return [];
  const lines = [...new Set(notes)].map((note) => `// - ${plainText(note).replace(/\s+/g, " ")}`);
  return ["// Not checked, because no validator can be made of it:", ...lines, ""];
}

/** What Ajv's code requires → our function. */
const helpers: Readonly<Record<string, string>> = {
  'require("ajv/dist/runtime/ucs2length").default': "codePoints",
  'require("ajv/dist/runtime/equal").default': "isEqual",
  "Object.prototype.hasOwnProperty": "Object.hasOwn",
};

const typeComment = '/** @type {import("./runtime/validate/failures.js").Validate} */';

class Module {
  readonly #code: string;
  readonly #literals: string[] = [];
  readonly #schemas: ReadonlyMap<string, unknown>;
  /** Ajv's name → the function that it stands for: another validator, a helper or a format's check. */
  readonly #aliases = new Map<string, string>();
  readonly #constants: string[] = [];
  /** A list or object of a schema, as JSON → the constant that holds it. */
  readonly #values = new Map<string, string>();
  readonly #used = { failures: new Set<string>(), formats: new Set<string>(), values: new Set<string>() };

  constructor(code: string, schemas: ReadonlyMap<string, unknown>) {
    this.#schemas = schemas;
    this.#code = code.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => `"${this.#literals.push(literal) - 1}"`);
  }

  imports(): string[] {
    return Object.entries(this.#used)
      .filter(([, names]) => names.size > 0)
      .map(
        ([file, names]) => `import { ${[...names].sort().join(", ")} } from "./runtime/validate/${file}.js";`,
      );
  }

  constants(): string[] {
    return [...this.#constants, ...[...this.#values].map(([json, name]) => `const ${name} = ${json};`)];
  }

  /** @param exported functions that are to have a type */
  rewrite(exported: ReadonlySet<string>): string {
    const functions = this.#code
      .replace(/^"\d+";$|^export const .*$|^\/\*# sourceURL=.*$/gm, "")
      .replace(/^const (pattern\d+) = new RegExp\(("\d+"), "\d+"\);$/gm, (_, name, pattern) =>
        this.#constant(`const ${name} = /* @__PURE__ */ new RegExp(${pattern}, "u");`),
      )
      .replace(/^(validate\d+)\.evaluated = (\{.*\});$/gm, (_, name, value) =>
        this.#constant(`const evaluated_${name} = ${value};`),
      )
      .replace(/^const (\w+) = (.*);$/gm, (line, name, value) => (this.#alias(name, value) ? "" : line))
      .replace(/^function (validate\d+)\(.*$/gm, (_, name) => {
        const start = `function ${name}(data, instancePath = "") {`;
        return exported.has(name) ? `${typeComment}\n${start}` : start;
      });
    return this.#restored(this.#shorten(this.#rename(functions)));
  }

  /** What the names of Ajv's making stand for. */
  #rename(code: string): string {
    return code
      .replace(/(?<![.\w$])(?:wrapper|root)\d+\.validate\b/g, (name) => this.#named(name.split(".")[0] ?? ""))
      .replace(/(?<![.\w$])(?:func\d+(?:\.call)?|formats\d+\.validate)(?=\()/g, (name) =>
        this.#named(name.split(".")[0] ?? ""),
      )
      .replace(/(?<![.\w$])isFile\(([^)]+)\)/g, (_, value) => this.#call("values", "isFile", value))
      .replace(/(?<![.\w$])(schema\d+)((?:\.[A-Za-z_$][\w$]*|\["\d+"\]|\[\d+\])*)/g, (_, name, path) =>
        this.#valueAt(name, path),
      )
      .replace(/(?<![.\w$])(key\d+)\.replace\(\/~\/g, "\d+"\)\.replace\(\/\\\/\/g, "\d+"\)/g, (_, key) =>
        this.#call("values", "escaped", key),
      );
  }

  /** What Ajv says in many words each time that it calls a validator, adds a failure or takes some back. */
  #shorten(code: string): string {
    const call = /(?<![.\w$])(validate\d+)\(([^,]+), ?\{instancePath(?::([^,]+))?,parentData[^}]*\}\)/g;
    const error =
      /^const err\d+ = \{(?:instancePath(?::(.+))?,schemaPath:"\d+",keyword:("\d+"),params:(\{[^}]*\})[^}]*)?\};$/gm;
    const adding =
      /^if\(vErrors === null\)\{\nvErrors = \[(err\d+)\];\n\}\nelse \{\nvErrors\.push\(\1\);\n\}\n/gm;
    const takingBack =
      /^if\(vErrors !== null\)\{\nif\((_errs\d+)\)\{\nvErrors\.length = \1;\n\}\nelse \{\nvErrors = null;\n\}\n\}$/gm;
    return (
      code
        .replace(/^validate\d+\.errors = .*$/gm, "")
        .replace(/^return errors === 0;$/gm, "return vErrors;")
        .replace(/^return true;$/gm, "return null;")
        .replace(
          call,
          (_, name, value, path = "instancePath") => `((inner = ${name}(${value}, ${path})) === null)`,
        )
        .replace(/(?<![.\w$])validate\d+\.errors\b/g, "inner")
        .replace(/(?<![.\w$])(validate\d+)\.evaluated\b/g, "evaluated_$1")
        .replace(adding, "")
        .replace(error, (_, path = "instancePath", rule, params) => {
          const what = rule ? [path, rule, ...(params === "{}" ? [] : [params])] : [];
          return `vErrors = ${this.#call("failures", "report", "vErrors", ...what)};`;
        })
        .replace(
          takingBack,
          (_, count) => `vErrors = ${this.#call("failures", "restore", "vErrors", count)};`,
        )
        // Which Ajv also says where there is no such object yet.
        .replace(
          /^(props\d+)\[(.+)\] = true;$/gm,
          (_, props, key) => `${props} = ${this.#call("values", "seen", props, key)};`,
        )
        .replace(/^;?\n/gm, "")
        .split(/^(?=function )/m)
        .map((one) => (one.includes("(inner = ") ? one.replace("\n", "\nlet inner;\n") : one))
        .join("")
    );
  }

  #constant(line: string): string {
    this.#constants.push(this.#restored(line));
    return "";
  }

  /** Whether a constant at the top is only a name for something else. */
  #alias(name: string, value: string): boolean {
    const text = this.#restored(value);
    const isTop = /^(?:formats|wrapper|root|func)\d+$/.test(name);
    if (!isTop) return false;
    const format = /^formats(?:\.(\w+)|\["([\w-]+)"\])$/.exec(text);
    const target = format
      ? formatChecks[format[1] ?? format[2] ?? ""]
      : (/^\{validate: (validate\d+)\}$/.exec(text)?.[1] ?? helpers[text]);
    if (target === undefined) throw new Error(`Ajv wrote a constant ${name} of an unknown kind.`);
    this.#aliases.set(name, target);
    return true;
  }

  #named(name: string): string {
    const target = this.#aliases.get(name) ?? "";
    if (name.startsWith("formats")) this.#used.formats.add(target);
    else if (name.startsWith("func") && !target.includes(".")) this.#used.values.add(target);
    return target;
  }

  #call(file: "failures" | "values", name: string, ...args: readonly string[]): string {
    this.#used[file].add(name);
    return `${name}(${args.join(", ")})`;
  }

  /** `schema0.properties.kind.enum` → the constant that holds this list, and nothing else of the schema. */
  #valueAt(name: string, path: string): string {
    let value = this.#schemas.get(name);
    for (const [, word, literal, index] of path.matchAll(/\.([\w$]+)|\["(\d+)"\]|\[(\d+)\]/g)) {
      const key = word ?? index ?? (JSON.parse(this.#literals[Number(literal)] ?? "") as string);
      value = (value as Record<string, unknown>)[key];
    }
    const json = JSON.stringify(value);
    const known = this.#values.get(json) ?? `value${this.#values.size}`;
    this.#values.set(json, known);
    return known;
  }

  #restored(code: string): string {
    return code.replace(/"(\d+)"/g, (_, index) => this.#literals[Number(index)] ?? "");
  }
}
