/**
 * Spec text with everything taken out that an editor or a terminal would obey instead of showing: control codes,
 * and the marks that reorder a line ("Trojan Source"). Line breaks and tabs stay.
 */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
      "",
    );
}

/**
 * The same for source code: what is invisible becomes `\u202e` and the like, which in a literal means the same
 * character, and in a comment shows it.
 */
export function escapeInvisible(code: string): string {
  return code.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
