import { diffArrays } from "diff";

/** Two lines that stand side by side, numbered from one; `null`: there is none on that side. */
export interface Row {
  readonly base: Line | null;
  readonly revision: Line | null;
  readonly changed: boolean;
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Rows to show, or how many alike were left out between them. */
export type Stretch = { readonly rows: readonly Row[] } | { readonly leftOut: number };

const context = 3;
const maxChangedRows = 4000;
const timeoutMs = 2000;

/**
 * Two texts side by side: what changed, what is marked, and a few lines around. Of texts in which very much changed,
 * only what is marked.
 *
 * @param marked numbers of lines that must be shown
 */
export function compareLines(
  base: string | null,
  revision: string | null,
  marked: { readonly base: ReadonlySet<number>; readonly revision: ReadonlySet<number> },
): readonly Stretch[] {
  const rows = align(linesOf(base), linesOf(revision));
  const all = rows.filter(({ changed }) => changed).length <= maxChangedRows;
  const wanted = new Set<number>();
  rows.forEach((row, index) => {
    const isMarked = marked.base.has(row.base?.number ?? 0) || marked.revision.has(row.revision?.number ?? 0);
    if (!isMarked && !(all && row.changed)) return;
    for (let near = index - context; near <= index + context; near++) wanted.add(near);
  });
  const stretches: ({ rows: Row[] } | { leftOut: number })[] = [];
  rows.forEach((row, index) => {
    const last = stretches.at(-1);
    if (wanted.has(index)) {
      if (last && "rows" in last) last.rows.push(row);
      else stretches.push({ rows: [row] });
    } else if (last && "leftOut" in last) last.leftOut++;
    else stretches.push({ leftOut: 1 });
  });
  return stretches;
}

const linesOf = (text: string | null): string[] => (text === null ? [] : text.replace(/\n$/, "").split("\n"));

function align(base: string[], revision: string[]): Row[] {
  const parts = diffArrays(base, revision, { timeout: timeoutMs }) ?? [
    { value: base, removed: true, added: false },
    { value: revision, removed: false, added: true },
  ];
  const rows: Row[] = [];
  let [left, right] = [0, 0];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at];
    if (!part) break;
    if (!part.added && !part.removed) {
      for (const text of part.value)
        rows.push({
          base: { number: ++left, text },
          revision: { number: ++right, text },
          changed: false,
        });
      continue;
    }
    const next = parts[at + 1];
    const paired = part.removed && next?.added ? next.value : [];
    if (paired.length > 0) at++;
    const removed = part.removed ? part.value : [];
    const added = part.added ? part.value : paired;
    for (let line = 0; line < Math.max(removed.length, added.length); line++) {
      const [before, after] = [removed[line], added[line]];
      rows.push({
        base: before === undefined ? null : { number: ++left, text: before },
        revision: after === undefined ? null : { number: ++right, text: after },
        changed: true,
      });
    }
  }
  return rows;
}
