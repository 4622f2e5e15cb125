import { readFileSync } from "node:fs";
import { join } from "node:path";
import Handlebars from "handlebars";
import { generatorFolder } from "../generator-folder.js";
import { SourceText } from "./source-text.js";

/** What a template may be given: finished text, and the lists and switches to lay it out by. */
export type View = { readonly [name: string]: SourceText | boolean | View | readonly View[] };

const handlebars = Handlebars.create();
const compiled = new Map<string, Handlebars.TemplateDelegate>();

/** Fills a template. A template lays finished words out; it decides nothing and escapes nothing. */
export function layOut(template: string, view: View): string {
  refuseRawText(view, template);
  let fill = compiled.get(template);
  if (!fill) {
    const source = readFileSync(
      join(generatorFolder, "render", "templates", `${template}.hbs`),
      "utf8",
    ).replaceAll("\r\n", "\n");
    fill = handlebars.compile(source, { noEscape: true, strict: true, knownHelpersOnly: true });
    compiled.set(template, fill);
  }
  return fill(view);
}

/** A plain string in a view would reach the file unescaped, and the types alone can't rule that out. */
function refuseRawText(value: unknown, path: string): void {
  if (value instanceof SourceText || typeof value === "boolean") return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseRawText(item, `${path}[${index}]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, part] of Object.entries(value)) refuseRawText(part, `${path}.${name}`);
  } else {
    throw new TypeError(`The view ${path} holds raw text; make it a literal, an identifier or a comment.`);
  }
}
