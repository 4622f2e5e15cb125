import type { Fault } from "./fault.js";
import type { LineRules } from "./read-form.js";
import type { Check } from "./validators.js";

/** The lines of a file that are not empty, as values; or what is wrong with the file. */
export type ReadLines =
  | { readonly rule: null; readonly lines: readonly Readonly<Record<string, unknown>>[] }
  | { readonly rule: string; readonly faults: readonly Fault[] };

/**
 * Reads a file of one JSON object a line, and checks each by the contract.
 *
 * @param part name of the part that the file is in
 */
export function readLines(
  part: string,
  bytes: Buffer,
  rules: Omit<LineRules, "schema">,
  check: Check,
): ReadLines {
  const { minItems, maxItems, uniqueBy } = rules;
  const texts = bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((text, index) => ({ text, number: index + 1 }))
    .filter(({ text }) => text.trim() !== "");
  const whole = (rule: string, message: string): ReadLines => ({
    rule,
    faults: [{ pointer: `/${part}`, rule, message }],
  });
  if (minItems !== null && texts.length < minItems)
    return whole("minLines", `has ${texts.length} lines; it must have at least ${minItems}`);
  if (maxItems !== null && texts.length > maxItems)
    return whole("maxLines", `has ${texts.length} lines; it may have ${maxItems} at most`);

  const lines: Record<string, unknown>[] = [];
  const broken: Fault[] = [];
  const faults: Fault[] = [];
  for (const { text, number } of texts) {
    const at = `/${part}/${number - 1}`;
    const value = objectOf(text);
    if (value === null) {
      broken.push({ pointer: at, rule: "jsonLines", message: `(line ${number}) is not a JSON object` });
      continue;
    }
    lines.push(value);
    for (const fault of check(value) ?? [])
      faults.push({ ...fault, pointer: at + fault.pointer, message: `(line ${number}) ${fault.message}` });
  }
  if (broken.length > 0) return { rule: "jsonLines", faults: broken };
  if (faults.length > 0)
    return { rule: faults.length === 1 ? (faults[0] as Fault).rule : ruleOfAll(faults), faults };
  if (uniqueBy === null) return { rule: null, lines };
  const seen = new Map<unknown, number>();
  for (const [index, line] of lines.entries()) {
    const number = texts[index]?.number ?? 0;
    const first = seen.get(line[uniqueBy]);
    if (first !== undefined) {
      const message = `(line ${number}) is ${JSON.stringify(line[uniqueBy])}, as on line ${first}`;
      return {
        rule: "uniqueLines",
        faults: [{ pointer: `/${part}/${number - 1}/${uniqueBy}`, rule: "uniqueLines", message }],
      };
    }
    seen.set(line[uniqueBy], number);
  }
  return { rule: null, lines };
}

/** All faults may be of one rule, as when every line has the same wrong constant. */
function ruleOfAll(faults: readonly Fault[]): string {
  const rules = new Set(faults.map(({ rule }) => rule));
  const [only] = rules;
  return rules.size === 1 && only !== undefined ? only : "shape";
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
