import { uniqueByKeyword } from "../arbitraries/schema-judge.js";
import { boundsOf } from "../limits/bounds.js";
import { object } from "../support/contract.js";
import type { Cell } from "./cell.js";
import type { CoveredOperation, Subject } from "./covered-contract.js";
import { decidingKeywords, ruleOf, writtenName } from "./keywords.js";
import type { SchemaNode } from "./schema-tree.js";

/** Keywords and bounds of a request: each must be seen to be satisfied, and to be what a request was refused for. */
export function requestCells(one: CoveredOperation, subject: Subject): Cell[] {
  const line = `${one.operation.method} ${one.operation.path}`;
  return subject.tree.all().flatMap((node) => {
    if (isFile(subject, node)) return [];
    const where = placeOf(subject, node);
    const of = (
      dimension: Cell["dimension"],
      id: string,
      rule: string,
      keyword: string,
      side: string,
      missing: string,
      cannot: string | null,
    ): Cell => ({
      id,
      dimension,
      operation: one.operation.id,
      subject: where,
      rule,
      side,
      pointer: `${node.pointer}/${isLines(subject, node) ? "x-item-schema/" : ""}${writtenName(keyword)}`,
      missing: `${line}, ${where}: ${missing}`,
      cannot,
    });
    const keywords = keywordsOf(subject, node).flatMap((keyword) => {
      const rule = ruleOf(node.schema, keyword);
      const id = `keyword ${node.pointer}/${keyword}`;
      const { missing, cannot } = violation(subject, node, keyword);
      return [
        of(
          "keywords",
          `${id} satisfied`,
          rule,
          keyword,
          "satisfied",
          `send a valid request in which ${rule} has a say.`,
          null,
        ),
        of("keywords", `${id} violated`, rule, keyword, "violated", missing, cannot),
      ];
    });
    const limits = boundsOf(node.schema).flatMap((bound) => {
      const { keyword, side, n, dimension } = bound;
      const id = `limit ${node.pointer}/${keyword} ${side}`;
      const rule = `${keyword} ${n}`;
      const beyond = `${side === "min" ? "below" : "above"} it`;
      const cannot =
        dimension !== "number" && side === "min" && n === 0
          ? "Nothing counts less than 0."
          : n <= 1 && side === "min" && dimension !== "number" && isWholeText(subject, node)
            ? emptyText(subject)
            : null;
      return [
        of("limits", `${id} at`, rule, keyword, "at", `send a valid request just at ${rule}.`, null),
        of(
          "limits",
          `${id} beyond`,
          rule,
          keyword,
          "beyond",
          `send a request just ${beyond} (${rule}), and see it refused.`,
          cannot,
        ),
      ];
    });
    const unique = keywordsOf(subject, node).includes(uniqueByKeyword)
      ? ["at", "beyond"].map((side) =>
          of(
            "limits",
            `limit ${node.pointer}/${uniqueByKeyword} unique ${side}`,
            ruleOf(node.schema, uniqueByKeyword),
            uniqueByKeyword,
            side,
            side === "at" ? "send several that all differ." : "send two alike, and see them refused.",
            null,
          ),
        )
      : [];
    return [...keywords, ...limits, ...unique];
  });
}

function violation(
  subject: Subject,
  node: SchemaNode,
  keyword: string,
): { readonly missing: string; readonly cannot: string | null } {
  const missing = `send a request that breaks ${ruleOf(node.schema, keyword)} alone, and see it refused.`;
  const rule = node.schema[keyword];
  const types = [node.schema["type"]].flat();
  if (keyword === "type" && subject.isText(node) && types.includes("string"))
    return { missing, cannot: "What is sent here is text whatever it is." };
  if (keyword === "type" && isWholeText(subject, node) && types.includes("array"))
    return { missing, cannot: "What is sent here is a list whatever it is." };
  if (keyword === "type" && subject.form && subject.tree.root === node)
    return { missing, cannot: "A form is an object whatever is in it." };
  if (["minContains", "minItems", "minLength", "minProperties"].includes(keyword)) {
    if (rule === 0) return { missing, cannot: "Nothing counts less than 0." };
    if (rule === 1 && isWholeText(subject, node)) {
      const cannot = emptyText(subject);
      return { missing, cannot };
    }
  }
  return { missing, cannot: null };
}

/** Whether a schema speaks of the whole text of a parameter. */
function isWholeText({ parameter, tree }: Subject, node: SchemaNode): boolean {
  return parameter !== null && tree.root !== null && node.pointer === tree.root.pointer;
}

function emptyText({ parameter }: Subject): string | null {
  if (parameter?.in === "path") return "An empty piece of a path is another path.";
  if (parameter?.in === "query" && [object(parameter.schema)["type"]].flat().includes("array"))
    return "No style of a query can write an empty list.";
  return null;
}

/** The schema that stands for a file's bytes in the view of a form says nothing that the spec says. */
function isFile({ form }: Subject, node: SchemaNode): boolean {
  const part = isPart(node) && form?.parts.find(({ name }) => name === node.step[1]);
  return part ? part.kind === "file" && part.lines === null : false;
}

/** A file of lines is an array in the view of a form only. */
function keywordsOf(subject: Subject, node: SchemaNode): string[] {
  return decidingKeywords(node.schema).filter((keyword) => !(keyword === "type" && isLines(subject, node)));
}

function isLines({ form }: Subject, node: SchemaNode): boolean {
  return isPart(node) && (form?.parts.some(({ name, lines }) => lines && name === node.step[1]) ?? false);
}

/** Whether it is the schema of a whole part of a form, if it is one. */
function isPart({ above, step }: SchemaNode): boolean {
  return above !== null && above.above === null && step[0] === "properties";
}

function placeOf({ label, pointer }: Subject, node: SchemaNode): string {
  const inside = node.pointer.slice(pointer.length);
  return inside === "" ? label : `${label} ${inside}`;
}
