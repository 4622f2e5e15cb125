import { parse } from "yaml";
import type { Rule } from "../rule.js";
import { Subject } from "../subject.js";

/** Where a rule objects to a snippet of a document, given as YAML. */
export function applyRule(rule: Rule, given: string, version: "3.0" | "3.1" = "3.1"): string[] {
  return [...rule.find(new Subject(parse(given), version))].map(({ at }) => at);
}

/** A document with one schema, `A`, and if need be others. */
export function schemas(a: string, others = ""): string {
  return `components: {schemas: {A: ${a}${others && `, ${others}`}}}`;
}

/** A document with one operation, `POST /a/{id}`. */
export function operation(fields: string): string {
  return `paths: {"/a/{id}": {post: {${fields}}}}`;
}
