import type { Finding } from "./rule.js";
import { canonical } from "./schema/canonical.js";

type Words = Pick<Finding, "subject" | "name" | "before" | "after">;

/** A rule's sentence with what was found filled in. The text of a spec stands in it as it is: who shows it makes it safe. */
export function fillSentence(sentence: string, { subject, name, before, after }: Words): string {
  return sentence.replace(/\{(subject|subject:lower|name|before|after)\}/g, (_, word: string) => {
    if (word === "subject") return subject;
    if (word === "subject:lower") return subject.startsWith("The ") ? `t${subject.slice(1)}` : subject;
    if (word === "name") return name ?? "";
    return shown(word === "before" ? before : after);
  });
}

const maxLength = 200;

function shown(value: unknown): string {
  const text =
    typeof value === "string" ? value : Array.isArray(value) ? value.map(shown).join(", ") : canonical(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
