import { isObject } from "../../load/document-walk.js";
import type { ContractReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf } from "../document/fixture-documents.js";
import { children } from "../schema/schema-node.js";

const thing = { type: "object", properties: { id: { type: "string" } } };
const other = { type: "object", properties: { name: { type: "string" } } };
const unused = documentOf({}, { components: { schemas: { Thing: thing, Other: other } } });

/** Components. What is made of them is judged where it is used; of one that is used nowhere this is all there is to say. */
export const components: DocumentFamily = {
  name: "components",
  title: "Components",
  rules: rulesOf("components", [
    {
      id: "api-schema-removed",
      severity: "note",
      sentence: "The schema {name}, which nothing used, is gone.",
      found: [unused, documentOf({}, { components: { schemas: { Thing: thing } } })],
      absent: [unused, documentOf({}, { components: { schemas: { Thing: thing, Renamed: other } } })],
    },
  ]),
  *find({ base, revision, same }) {
    const schemas = (reading: ContractReading) =>
      children(reading.under(reading.root, "components", "schemas"));
    const [from, to] = [schemas(base), schemas(revision)];
    const kept = new Set(to.map(({ key }) => key));
    const gone = from.filter(({ key }) => !kept.has(key));
    if (gone.length === 0) return;
    const used = referencesIn(base.document);
    const fresh = to.filter(({ key }) => !from.some((schema) => schema.key === key));
    for (const schema of gone) {
      if (used.has(schema.pointer) || fresh.some((one) => same.of(schema, one))) continue;
      yield {
        id: "api-schema-removed",
        base: schema.pointer,
        revision: null,
        subject: "The API",
        name: `\`${schema.key}\``,
        operation: null,
      };
    }
  },
};

function referencesIn(document: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const pending: unknown[] = [document];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) for (const item of value) pending.push(item);
    if (!isObject(value)) continue;
    if (typeof value["$ref"] === "string") found.add(value["$ref"]);
    for (const part of Object.values(value)) pending.push(part);
  }
  return found;
}
