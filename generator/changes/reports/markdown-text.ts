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

/**
 * Punctuation as character references: no reader of Markdown takes these for markup, or makes a link of an address.
 * GitHub looks for mentions and numbers of issues once the references are resolved; a space of no width stops it.
 */
function escapeMarkdown(text: string): string {
  return text.replace(/[&<>"'\\`*_{}[\]()#+!|~^$=:@/]|(?<=www)\./gi, (char) => {
    const reference = `&#${char.charCodeAt(0)};`;
    return char === "@" || char === "#" ? `${reference}&#8203;` : reference;
  });
}
