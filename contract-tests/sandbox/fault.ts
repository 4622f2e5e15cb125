/** One thing that is wrong with a request. */
export interface Fault {
  /** Where, as a JSON pointer into the body, or the parameter's name. */
  readonly pointer: string;
  /** The rule that is broken: a keyword of JSON Schema, or a word of ours. */
  readonly rule: string;
  readonly message: string;
  /** What it is in; the body unless it says otherwise. */
  readonly in?: "path" | "query" | "header" | "cookie";
}

/** The fault as a sentence: where, what and by which rule. */
export function sentenceOf({ pointer, rule, message, in: place }: Fault): string {
  const where = place ? `${place} parameter ${pointer}` : pointer === "" ? "The body" : pointer;
  return `${where} ${message} (${rule})`;
}

/** The property or parameter at the top that a fault is in; `null` for the body as a whole. */
export function fieldOf({ pointer, in: place }: Fault): string | null {
  if (place) return pointer;
  if (!pointer.startsWith("/")) return null;
  const end = pointer.indexOf("/", 1);
  const first = pointer.slice(1, end === -1 ? undefined : end);
  return first.includes("~") ? first.replaceAll("~1", "/").replaceAll("~0", "~") : first;
}
