import type { Severity } from "../../change.js";
import { compareLines, type Row, type Stretch } from "./compare-lines.js";
import { type Html, html } from "./html-text.js";

/** A file of both specs, or of one of them; named from the spec's folder. */
export interface ComparedFile {
  readonly base: SideFile | null;
  readonly revision: SideFile | null;
}

interface SideFile {
  readonly file: string;
  readonly text: string;
}

export interface Mark {
  /** Id of the finding's element. */
  readonly finding: string;
  readonly severity: Severity;
}

type Side = "base" | "revision";

/** Where a line stands in the page; `null` if it is not shown. */
export type AnchorOf = (side: Side, file: string, line: number) => string | null;

const maxLineLength = 400;

/**
 * The files that differ or hold a finding, side by side.
 *
 * @param marks line and file, as `12 a/b.yaml`, of each finding
 */
export function sideBySide(
  files: readonly ComparedFile[],
  marks: Readonly<Record<Side, ReadonlyMap<string, Mark>>>,
): { readonly shown: readonly Html[]; readonly anchorOf: AnchorOf } {
  const anchors = new Map<string, string>();
  const shown = files.flatMap((file, index): Html[] => {
    const marked = {
      base: linesWithMarks(marks, file, "base"),
      revision: linesWithMarks(marks, file, "revision"),
    };
    if (file.base?.text === file.revision?.text && marked.base.size + marked.revision.size === 0) return [];
    const stretches = compareLines(file.base?.text ?? null, file.revision?.text ?? null, marked);
    for (const stretch of stretches)
      for (const row of "rows" in stretch ? stretch.rows : [])
        for (const side of ["base", "revision"] as const) {
          const [line, name] = [row[side], file[side]?.file];
          if (line && name !== undefined)
            anchors.set(`${side} ${line.number} ${name}`, anchor(side, index, line.number));
        }
    return [table(file, index, stretches, marks)];
  });
  return {
    shown,
    anchorOf: (side, file, line) => anchors.get(`${side} ${line} ${file}`) ?? null,
  };
}

const anchor = (side: Side, file: number, line: number): string => `${side}-${file + 1}-${line}`;

function linesWithMarks(
  marks: Readonly<Record<Side, ReadonlyMap<string, Mark>>>,
  file: ComparedFile,
  side: Side,
): ReadonlySet<number> {
  const name = file[side]?.file;
  const lines = [...marks[side].keys()].flatMap((key) => {
    const space = key.indexOf(" ");
    return key.slice(space + 1) === name ? [Number(key.slice(0, space))] : [];
  });
  return new Set(lines);
}

function table(
  file: ComparedFile,
  index: number,
  stretches: readonly Stretch[],
  marks: Readonly<Record<Side, ReadonlyMap<string, Mark>>>,
): Html {
  const [before, after] = [file.base?.file, file.revision?.file];
  const name = before === undefined ? `${after} (new)` : after === undefined ? `${before} (gone)` : before;
  const renamed = before !== undefined && after !== undefined && before !== after ? ` → ${after}` : "";
  const body = stretches.map((stretch) =>
    "rows" in stretch
      ? html`${stretch.rows.map(
          (
            row,
          ) => html`<tr>${cells(row, "base", file, index, marks)}${cells(row, "revision", file, index, marks)}</tr>
`,
        )}`
      : html`<tr class="left-out"><td colspan="4">${stretch.leftOut} lines left out</td></tr>
`,
  );
  return html`<details class="file" open><summary><code>${name}${renamed}</code></summary>
<table><colgroup><col class="number"><col><col class="number"><col></colgroup>
${body}</table></details>
`;
}

function cells(
  row: Row,
  side: Side,
  file: ComparedFile,
  index: number,
  marks: Readonly<Record<Side, ReadonlyMap<string, Mark>>>,
): Html {
  const line = row[side];
  if (!line) return html`<td class="number none"></td><td class="none"></td>`;
  const mark = marks[side].get(`${line.number} ${file[side]?.file}`);
  const number = mark
    ? html`<a class="${mark.severity}" href="#${mark.finding}">● ${line.number}</a>`
    : html`${line.number}`;
  const kind = row.changed ? (side === "base" ? "gone" : "new") : "";
  const text = row.changed ? emphasised(row, side) : html`${cut(line.text)}`;
  return html`<td class="number" id="${anchor(side, index, line.number)}">${number}</td><td class="${kind}">${text}</td>`;
}

/** A changed line, with what differs from its neighbour made bold. */
function emphasised({ base, revision }: Row, side: Side): Html {
  const [own, other] = side === "base" ? [base, revision] : [revision, base];
  const [text, against] = [cut(own?.text ?? ""), cut(other?.text ?? "")];
  if (!other) return html`${text}`;
  let start = 0;
  while (start < text.length && text[start] === against[start]) start++;
  let end = 0;
  while (end < Math.min(text.length, against.length) - start && text.at(-1 - end) === against.at(-1 - end))
    end++;
  return html`${text.slice(0, start)}<b>${text.slice(start, text.length - end)}</b>${text.slice(text.length - end)}`;
}

const cut = (text: string): string =>
  text.length > maxLineLength ? `${text.slice(0, maxLineLength)} …` : text;
