import { createHash } from "node:crypto";
import { fromPointer, toPointer } from "../../load/json-pointer.js";
import type { Change, CompileFinding } from "../change.js";
import { canonical } from "../schema/canonical.js";
import { compileRule } from "./compile-rule.js";

/**
 * Tells apart what breaks at compile time, on the wire, or at both: joins each error of the compiler to the change that
 * explains it, and makes a change of each error that none explains.
 *
 * @param has whether the revision's document has something at a pointer
 */
export function tellApart(
  changes: readonly Change[],
  findings: readonly CompileFinding[],
  has: (pointer: string) => boolean,
): readonly Change[] {
  const explained = new Set<CompileFinding>();
  const met = changes.map((change): Change => {
    if (change.severity === "note") return change;
    const compile = findings.filter((finding) => explains(change, finding));
    for (const finding of compile) explained.add(finding);
    const onWire = change.family !== "client";
    const metBy = compile.length > 0 ? (onWire ? "both" : "compiler") : onWire ? "wire" : null;
    return { ...change, metBy, compile };
  });
  const others = findings.filter((finding) => !explained.has(finding)).map((one) => asChange(one, has));
  return [...met, ...others].sort((a, b) => rank[a.severity] - rank[b.severity]);
}

const rank = { error: 0, warning: 1, note: 2 } as const;

/** Keywords below a schema that are no schemas: a change there is one of the schema itself. */
const keywords = new Set(
  `type enum const required nullable format pattern minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength
  minItems maxItems minProperties maxProperties multipleOf uniqueItems default deprecated discriminator
  additionalProperties unevaluatedProperties operationId schema`.split(/\s+/),
);

/** The schema, parameter or operation that a pointer is about. */
function owner(pointer: string): string {
  const tokens = fromPointer(pointer);
  const named = (token: string | undefined): boolean => token === "properties" || token === "schemas";
  while (tokens.length > 0) {
    const [parent, last] = [tokens.at(-2), tokens.at(-1) ?? ""];
    const isValue = /^\d+$/.test(last) && ["enum", "required", "type"].includes(parent ?? "");
    if (!isValue && (named(parent) || !keywords.has(last))) break;
    tokens.pop();
  }
  return toPointer(tokens);
}

function explains({ pointers, message }: Change, { pointers: of, error }: CompileFinding): boolean {
  const at = [pointers.base, pointers.revision].filter((pointer) => pointer !== null).map(owner);
  return of.map(owner).some((place) =>
    at.some((pointer) => {
      if (pointer === place || place.startsWith(`${pointer}/`)) return true;
      // A part that is missing, or is one too many, is told of the whole; its name is in both sentences.
      return pointer.startsWith(`${place}/`) && namesIn(message).some((name) => mentions(error, name));
    }),
  );
}

/** Names in a sentence of a rule: those in back-ticks, without the path before them. */
const namesIn = (message: string): readonly string[] =>
  [...message.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path.split(".").at(-1) ?? path);

const mentions = (error: string, name: string): boolean =>
  error.includes(`'${name}'`) || /[:,] ([^:]+)$/.exec(error)?.[1]?.split(", ").includes(name) === true;

function asChange({ pointers, code, error }: CompileFinding, has: (pointer: string) => boolean): Change {
  const [base = "#"] = pointers;
  const print = canonical([compileRule.id, base, error]);
  return {
    id: compileRule.id,
    severity: compileRule.severity,
    direction: compileRule.direction,
    family: compileRule.family,
    pointers: { base, revision: whatIsLeft(base, has) },
    message: `This no longer compiles: \`${code.replaceAll("`", "'")}\`. ${error}`,
    remedy: compileRule.remedy,
    operations: [],
    before: null,
    after: null,
    fingerprint: createHash("sha256").update(print).digest("hex").slice(0, 16),
    metBy: "compiler",
    compile: [{ pointers, code, error }],
  };
}

/** Maps and lists that hold parts by their names: of one that lost a part, what has the map is meant. */
const holders = new Set(["properties", "responses", "content", "parameters", "schemas", "items"]);

/** The place itself or, where it is gone, the part of the contract that it was gone from; `null` where that is all of it. */
function whatIsLeft(pointer: string, has: (pointer: string) => boolean): string | null {
  if (has(pointer)) return pointer;
  const tokens = fromPointer(pointer);
  while (tokens.length > 0 && (!has(toPointer(tokens)) || holders.has(tokens.at(-1) ?? ""))) tokens.pop();
  return tokens.length < 2 ? null : toPointer(tokens);
}
