/**
 * Spec text inside Markdown: nothing in it is markup, a link, a mention, HTML or a line of its own. Code spans of ours,
 * in back-ticks, stay.
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? codeSpan(part.slice(1, -1)) : escapeMarkdown(part)))
    .join("");
}

/** A code span that its content can't leave, however many back-ticks are in it. */
export function codeSpan(text: string): string {
  const content = oneLine(text).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = content === "" || /^[` ]|[` ]$/.test(content) ? " " : "";
  return `${fence}${pad}${content}${pad}${fence}`;
}

const oneLine = (text: string): string => text.replace(/[\r\n\u2028\u2029]+/g, " ");

/** Punctuation as character references: no reader of Markdown takes these for markup. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/[\\`*_{}[\]()#+!|~^$=:@/.-]/g, (char) =>
      /[./:-]/.test(char) ? quiet(char) : `&#${char.charCodeAt(0)};`,
    );
}

/** Dots, slashes, colons and hyphens are plain in a sentence, but make links of addresses. */
function quiet(char: string): string {
  return char === "." || char === "-" ? char : `&#${char.charCodeAt(0)};`;
}
