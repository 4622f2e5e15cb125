import type { Dimension } from "./cell.js";
import { type CoverageReport, type CoveredCell, uncovered } from "./report.js";

export const dimensionNames: Readonly<Record<Dimension, string>> = {
  operations: "Operations",
  statuses: "Statuses",
  mediaTypes: "Media types",
  parameters: "Parameters",
  keywords: "Schema keywords",
  limits: "Limits",
};

/** The report as one HTML page: no script, nothing from elsewhere, and every text of the spec escaped. */
export function coveragePage(
  report: CoverageReport,
  least: Readonly<Partial<Record<Dimension, number>>>,
): string {
  const { title, tests, exchanges } = report;
  const missing = uncovered(report);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coverage of ${escaped(title)}</title>
<style>${style}</style>
<h1>Coverage of ${escaped(title)}</h1>
<p class="lead">What ${tests} tests exercised in ${exchanges} exchanges, as it was seen over the wire. A cell counts when a test that passed has shown it.</p>
${summaryTable(report, least)}
<h2 id="missing">Missing cases: ${missing.length}</h2>
${missing.length === 0 ? '<p class="ok">Every cell is covered.</p>' : missingList(missing)}
<h2>Statuses</h2>
<p><span class="key ok">seen</span> <span class="key asked">seen only from a server that was told what to answer</span> <span class="key no">missing</span></p>
${statusTable(report)}
<h2>All cells</h2>
${groupsOf(report.cells)
  .map(([name, cells]) => group(name, cells))
  .join("\n")}
${cannotList(report)}
${undeclaredList(report)}
</html>
`;
}

function summaryTable(
  { summary }: CoverageReport,
  least: Readonly<Partial<Record<Dimension, number>>>,
): string {
  const rows = summary.map(({ dimension, covered, cells, percent, asked, cannot }) => {
    const wanted = least[dimension];
    const isShort = wanted !== undefined && percent < wanted;
    return `<tr class="${isShort ? "no" : "ok"}"><th scope="row">${dimensionNames[dimension]}</th>
<td class="bar"><meter min="0" max="100" value="${percent}">${percent} %</meter></td>
<td>${percent} %</td><td>${covered} of ${cells}</td><td>${wanted === undefined ? "" : `${wanted} %`}</td>
<td>${asked || ""}</td><td>${cannot || ""}</td></tr>`;
  });
  return `<table class="summary"><thead><tr><th></th><th></th><th></th><th>covered</th><th>least</th><th title="Seen only from a server that was told what to answer">asked for</th><th>can't be</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table>`;
}

function missingList(cells: readonly CoveredCell[]): string {
  const items = cells.map(
    ({ dimension, missing, pointer }) =>
      `<li><b>${dimensionNames[dimension]}</b> ${escaped(missing)} <code>${escaped(pointer)}</code></li>`,
  );
  return `<ol class="missing">${items.join("\n")}</ol>`;
}

/** Operations by statuses. */
function statusTable({ cells }: CoverageReport): string {
  const own = cells.filter(({ dimension }) => dimension === "statuses");
  const statuses = [...new Set(own.map(({ subject }) => subject))].sort();
  const ids = [...new Set(own.map(({ operation }) => operation ?? ""))];
  const rows = ids.map((id) => {
    const columns = statuses.map((status) => {
      const cell = own.find((one) => one.operation === id && one.subject === status);
      return cell
        ? `<td class="${classOf(cell)}" title="${escaped(tooltip(cell))}">${mark(cell)}</td>`
        : "<td></td>";
    });
    return `<tr><th scope="row">${escaped(id)}</th>${columns.join("")}</tr>`;
  });
  const heads = statuses.map((status) => `<th scope="col">${escaped(status)}</th>`);
  return `<table class="matrix"><thead><tr><th></th>${heads.join("")}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
}

function group(name: string, cells: readonly CoveredCell[]): string {
  const counted = cells.filter(({ cannot }) => cannot === null);
  const covered = counted.filter((cell) => cell.covered).length;
  const isWhole = covered === counted.length;
  const rows = cells
    .filter(({ cannot }) => cannot === null)
    .map(
      (cell) => `<tr class="${classOf(cell)}"><td>${mark(cell)}</td><td>${dimensionNames[cell.dimension]}</td>
<td>${escaped(cell.subject)}</td><td>${escaped(cell.rule)}</td><td>${escaped(cell.side)}</td>
<td>${cell.covered ? tests(cell) : escaped(cell.missing)}</td></tr>`,
    );
  return `<details${isWhole ? "" : ' class="no"'}><summary><b>${escaped(name)}</b> ${covered} of ${counted.length}</summary>
<table class="cells"><thead><tr><th></th><th>what</th><th>where</th><th>rule</th><th>side</th><th>by which test</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></details>`;
}

function tests({ tests: names, count }: CoveredCell): string {
  const more = count > names.length ? ` <i>${count} exchanges in all</i>` : "";
  return `${names.map((name) => `<div>${escaped(name)}</div>`).join("")}${more}`;
}

function groupsOf(cells: readonly CoveredCell[]): [string, CoveredCell[]][] {
  const groups = new Map<string, CoveredCell[]>();
  for (const cell of cells) {
    const name =
      cell.operation ??
      (cell.dimension === "keywords" || cell.side === "kept" ? "answers" : "plans and rates");
    groups.set(name, [...(groups.get(name) ?? []), cell]);
  }
  return [...groups];
}

function cannotList({ cells }: CoverageReport): string {
  const own = cells.filter(({ cannot }) => cannot !== null);
  if (own.length === 0) return "";
  const items = own.map(
    ({ operation, subject, rule, side, cannot }) =>
      `<li>${escaped([operation, subject, rule, side].filter(Boolean).join(", "))}: ${escaped(cannot ?? "")}</li>`,
  );
  return `<details><summary><b>Not counted</b> ${own.length} that nothing can show</summary><ul>${items.join("\n")}</ul></details>`;
}

function undeclaredList({ undeclared }: CoverageReport): string {
  if (undeclared.length === 0) return "";
  const items = undeclared.map(
    ({ what, test }) => `<li>${escaped(what)} <small>${escaped(test)}</small></li>`,
  );
  return `<h2>Answers that the contract does not declare</h2><ul>${items.join("\n")}</ul>`;
}

function classOf({ covered, asked }: CoveredCell): string {
  return covered ? (asked ? "asked" : "ok") : "no";
}

function mark({ covered, asked }: CoveredCell): string {
  return covered ? (asked ? "(✓)" : "✓") : "✗";
}

function tooltip(cell: CoveredCell): string {
  return cell.covered ? cell.tests.join("\n") : cell.missing;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style = `
:root{color-scheme:light dark;--ok:#1a7f37;--no:#b3261e;--asked:#8a5a00;--line:#8884;--soft:#8881}
body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}.lead{opacity:.8;margin-top:.25rem}
table{border-collapse:collapse}th,td{padding:.25rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{font-weight:600;font-size:.85em;opacity:.75}
meter{width:14rem;height:.9rem}.summary .ok td:nth-child(3){color:var(--ok);font-weight:600}
.summary .no td:nth-child(3){color:var(--no);font-weight:700}
.matrix td{text-align:center}.matrix .ok,.key.ok{color:var(--ok)}
.matrix .asked,.key.asked,.cells .asked td:first-child{color:var(--asked)}
.matrix .no,.key.no{color:#fff;background:var(--no);font-weight:700}.key{padding:.1rem .5rem;border:1px solid var(--line);border-radius:.3rem;font-size:.85em}
.missing{padding-left:1.4rem}.missing li{margin:.35rem 0}.missing b{color:var(--no)}.missing code{display:block;opacity:.65}
details{margin:.4rem 0;border:1px solid var(--line);border-radius:.4rem}summary{padding:.45rem .8rem;cursor:pointer;background:var(--soft)}
details.no summary b::after{content:" ✗";color:var(--no)}.cells{font-size:.85em;width:100%}.cells td{overflow-wrap:anywhere}
.cells .ok td:first-child{color:var(--ok)}.cells .no td{color:var(--no)}.cells div+div{opacity:.7}code{font-size:.85em;overflow-wrap:anywhere}
p.ok{color:var(--ok)}`;
