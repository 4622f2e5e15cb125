import { escapeInvisible } from "../../../render/plain-text.js";

/** Markup that is safe as it is; only {@link html} makes it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | null | readonly (string | Html)[];

/** Markup from a template of ours: whatever is put in is text, unless it came from here itself. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const rest = parts.map((part, index) => inserted(part) + (template[index + 1] ?? ""));
  return new Html((template[0] ?? "") + rest.join(""));
}

function inserted(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(inserted).join("");
  return escapeHtml(String(part));
}

/** As the text of an element or of a quoted attribute; what is invisible, or reorders a line, is shown by its number. */
function escapeHtml(text: string): string {
  return escapeInvisible(text.replaceAll("\r\n", "\n")).replace(
    /[&<>"'`]/g,
    (char) => `&#${char.charCodeAt(0)};`,
  );
}

/** A sentence of ours, in which back-ticks mark code. */
export function sentence(text: string): Html {
  const parts = text.split(/(`[^`]*`)/);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part.slice(1, -1)}</code>` : part))}`;
}
