import { createRequire } from "node:module";
import type { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import type { CollectedSchema } from "./collect-schemas.js";
import { formatChecks, numberFormats } from "./keywords.js";

/** What Ajv made, for `rewrite-validators.ts` to make a module of. */
export interface Compiled {
  /** Ajv's standalone code. */
  readonly text: string;
  /** Exported name → the function of it. */
  readonly exports: ReadonlyMap<string, string>;
  /** What is not checked, and why. */
  readonly notes: readonly string[];
}

interface CompileInput {
  readonly schemas: readonly CollectedSchema[];
  readonly leftOut: readonly string[];
  /** Exported name → id of its schema. */
  readonly exports: ReadonlyMap<string, string>;
}

/**
 * Compiles schemas by Ajv, to the standalone code that it can write. A schema that can't be compiled accepts every value,
 * and a note says so.
 */
export function compileValidators({ schemas, leftOut, exports }: CompileInput): Compiled {
  const notes = [...leftOut];
  try {
    return { ...compile(schemas, exports), notes };
  } catch {
    const sound = schemas.map((schema) => {
      const objection = objectionTo(schema);
      if (objection === null) return schema;
      notes.push(`${schema.pointer}: no validator could be made (${objection}); every value passes`);
      return { ...schema, schema: {} };
    });
    return { ...compile(sound, exports), notes };
  }
}

// Loaded when there is work: `import` of CommonJS scans it first for what it exports.
const require = createRequire(import.meta.url);

function compile(
  schemas: readonly CollectedSchema[],
  exports: ReadonlyMap<string, string>,
): Pick<Compiled, "text" | "exports"> {
  const standalone = require("ajv/dist/standalone") as { default: (ajv: Ajv, ids: object) => string };
  const ajv = ajvFor(schemas);
  for (const { id, schema } of schemas) ajv.addSchema(schema, id);
  const functions = new Map<string, string>();
  for (const [name, id] of exports) {
    const source = ajv.getSchema(id)?.source;
    if (!source) throw new Error(`Nothing was compiled for ${id}.`);
    functions.set(name, source.validateName.str);
  }
  const ids = new Set(exports.values());
  const text = standalone.default(ajv, Object.fromEntries([...ids].map((id) => [id, id])));
  return { text, exports: functions };
}

/** Why a schema can't be compiled, leaving aside what it refers to; `null` if it can. */
function objectionTo({ schema }: CollectedSchema): string | null {
  try {
    const alone = JSON.parse(JSON.stringify(schema), (key, value) =>
      key === "$ref" && typeof value === "string" ? undefined : value,
    ) as object;
    ajvFor([]).compile(alone);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function ajvFor(schemas: readonly CollectedSchema[]): Ajv {
  const { Ajv2020, _ } = require("ajv/dist/2020") as typeof import("ajv/dist/2020.js");
  const text = JSON.stringify(schemas);
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    meta: false,
    messages: false,
    validateSchema: false,
    logger: false,
    inlineRefs: false,
    // 0.3 is a multiple of 0.1, whatever the binary fractions say.
    multipleOfPrecision: 9,
    // What every object inherits is no property of the caller's; only schemas with such names pay for it.
    ownProperties: Object.getOwnPropertyNames(Object.prototype).some((name) => text.includes(`"${name}"`)),
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  });
  // Which properties were seen need only be noted where somebody asks.
  ajv.opts.unevaluated = text.includes('"unevaluated');
  for (const name of Object.keys(formatChecks)) {
    ajv.addFormat(
      name,
      numberFormats.has(name)
        ? { type: "number", validate: () => true }
        : { type: "string", validate: () => true },
    );
  }
  ajv.addKeyword({
    keyword: "file",
    code: (context) => context.fail(_`!isFile(${context.data})`),
  });
  return ajv;
}
