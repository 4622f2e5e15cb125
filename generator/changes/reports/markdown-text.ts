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
  const content = oneLine(text);
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = content === "" || /^[` ]|[` ]$/.test(content) ? " " : "";
  return `${fence}${pad}${content}${pad}${fence}`;
}

const oneLine = (text: string): string => text.replace(/[\r\n\u2028\u2029]+/g, " ");

/** Punctuation as character references, and what sites make links of (addresses, people, issues) cut in two. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[&<>"'\\`*_{}[\]|~$]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/([a-z][a-z0-9+.-]*):(?=\/\/)/gi, "$1&#58;")
    .replace(/\bwww\./gi, "www&#46;")
    .replace(/@/g, "@&#8203;")
    .replace(/#(?=[\w&-])(?!\d+;)/g, "#&#8203;")
    .replace(/\bGH-(?=\d)/gi, "GH&#45;&#8203;");
}
