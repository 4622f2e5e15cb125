/** Text of a spec or a server with nothing in it that a terminal or a file of lines would obey. */
export function plainLine(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => {
      const code = character.codePointAt(0) ?? 0;
      return character === "\n"
        ? "\\n"
        : code < 0x100
          ? `\\x${code.toString(16).padStart(2, "0")}`
          : `\\u${code.toString(16).padStart(4, "0")}`;
    },
  );
}
