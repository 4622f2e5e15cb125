import { extendPath, placeKind, type SchemaPlace } from "../document/subject.js";
import type { Finding } from "../rule.js";
import { schemaFamilies } from "../rules/schema-families.js";
import type { Comparison, SchemaComparer } from "./compare-schemas.js";
import { idAt } from "./expand-rule.js";
import type { Fact, PlaceKind, SchemaRule } from "./schema-rule.js";

const rules = new Map<string, SchemaRule>(
  schemaFamilies.flatMap((family) => family.rules.map((rule) => [rule.code, rule] as const)),
);

interface Visit {
  readonly comparison: Comparison;
  readonly path: string;
  readonly readOnly: boolean;
  readonly writeOnly: boolean;
}

/** What differs between two schemas at a place, and in all that they are made of. */
export function* schemaFindings(comparer: SchemaComparer, place: SchemaPlace): Iterable<Finding> {
  const root = comparer.compare(place.base, place.revision);
  if (!root.differs) return;
  const seen = new Set<string>();
  const numbers = new Map<Comparison, number>();
  const pending: Visit[] = [{ comparison: root, path: "", readOnly: false, writeOnly: false }];
  for (let visit = pending.shift(); visit; visit = pending.shift()) {
    const { comparison, path, readOnly, writeOnly } = visit;
    if (!comparison.differs) continue;
    const number = numbers.get(comparison) ?? numbers.set(comparison, numbers.size).size - 1;
    const key = `${number} ${path === ""} ${readOnly} ${writeOnly}`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const fact of comparison.facts) {
      const finding = findingOf(fact, place, path, visit);
      if (finding) yield finding;
    }
    for (const step of comparison.steps)
      pending.push({
        comparison: step.to,
        path: extendPath(path, step.segment),
        readOnly: readOnly || step.readOnly,
        writeOnly: writeOnly || step.writeOnly,
      });
  }
}

function findingOf(fact: Fact, place: SchemaPlace, path: string, visit: Visit): Finding | null {
  const about = {
    readOnly: visit.readOnly || fact.readOnly === true,
    writeOnly: visit.writeOnly || fact.writeOnly === true,
    isOfProperty: fact.property !== undefined,
  };
  const kind = placeKind(place, path, about);
  const code = place.isLoose ? (fact.looseCode ?? fact.code) : fact.code;
  const id = idOf(code, kind);
  if (id === null) return null;
  const { base, revision, name, before, after } = fact;
  return {
    id,
    base,
    revision,
    subject: path === "" ? capital(place.subject) : `The property \`${path}\` of ${place.subject}`,
    name: name === undefined ? undefined : `\`${name}\``,
    before,
    after,
    operation: place.operation?.title ?? null,
  };
}

function idOf(code: string, kind: PlaceKind): string | null {
  const rule = rules.get(code);
  if (!rule) throw new Error(`No rule has the code ${code}.`);
  const id = idAt(rule, kind);
  // A parameter is text: what reads the same as text is simply more general there.
  return id === null && code === "type-compatible" ? idOf("type-generalized", kind) : id;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
