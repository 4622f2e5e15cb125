/** What stands in a report where a key was. */
export const redacted = "[key]";

/** Shorter keys are no secrets, and would be found in every word. */
const shortest = 4;

/** Takes keys out of a text, however they stand in it: as they are, percent-encoded, in Base64. */
export function redactorOf(keys: readonly string[]): (text: string) => string {
  const forms = [...new Set(keys)]
    .filter((key) => key.length >= shortest)
    .flatMap((key) => [
      key,
      encodeURIComponent(key),
      Buffer.from(key).toString("base64"),
      JSON.stringify(key).slice(1, -1),
    ])
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((safe, form) => safe.replaceAll(form, redacted), text);
}
