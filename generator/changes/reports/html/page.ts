import { createHash } from "node:crypto";
import { evidenceWords } from "../evidence-words.js";
import type { Reported, ReportedChange, ReportedPlace, Sides } from "../reported.js";
import { compileNotes, describeVersion } from "../words.js";
import { type Html, html, sentence } from "./html-text.js";
import { type AnchorOf, type ComparedFile, type Mark, sideBySide } from "./side-by-side.js";
import { style } from "./style.js";

const outcomes = {
  breaking: "This change breaks who keeps to the contract",
  risky: "This change may break who keeps to the contract",
  compatible: "This change breaks nobody",
  unchanged: "Nothing that is judged has changed",
} as const;

/**
 * A judgement as one page that needs nothing else: no script, no network. Every finding leads to its lines in both
 * specs, which stand side by side, and those lines lead back.
 */
export function toHtml(
  { verdict, changes, problems, unjudged }: Reported,
  sides: Sides,
  files: readonly ComparedFile[],
): string {
  const marks = { base: marksOf(changes, "base"), revision: marksOf(changes, "revision") };
  const { shown, anchorOf } = sideBySide(files, marks);
  const unread = [...problems.base, ...problems.revision];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${digestOf(style)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${outcomes[verdict.outcome]}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header>
<h1 class="${verdict.outcome}">${outcomes[verdict.outcome]}</h1>
<p class="dim"><code>${sides.base}</code> → <code>${sides.revision}</code></p>
<dl class="versions"><dt>spec</dt><dd>${describeVersion(verdict.spec)}</dd><dt>package</dt><dd>${describeVersion(verdict.package)}</dd></dl>
</header>
<main>
<h2>Findings</h2>
<form class="filters">
${filter("error", "errors", verdict.errors)}
${filter("warning", "warnings", verdict.warnings)}
${filter("note", "notes", verdict.notes)}
${filter("approved", "approved", verdict.approved)}
</form>
${changes.length === 0 ? html`<p>None.</p>` : changes.map((change, index) => finding(change, index, anchorOf))}
${unread.length === 0 ? null : html`<h2>Not judged</h2><p>${unjudged} changes were left out, since this could not be read:</p><ul>${unread.map(({ file, line, message, remedy }) => html`<li><code>${file ?? "?"}:${line ?? "?"}</code> ${sentence(message)} ${sentence(remedy)}</li>`)}</ul>`}
<h2>Both specs, where they differ</h2>
${shown.length === 0 ? html`<p>Their files are the same.</p>` : shown}
</main>
</body>
</html>
`;
  return page.text;
}

function filter(kind: string, label: string, count: number): Html {
  return html`<label><input type="checkbox" id="show-${kind}" checked> ${count} ${label}</label>`;
}

function finding(change: ReportedChange, index: number, anchorOf: AnchorOf): Html {
  const { severity, message, id, operations, remedy, places, fingerprint, approval } = change;
  const also = operations.slice(1);
  return html`<article class="finding ${approval ? "approved" : severity}" id="f${index + 1}">
<p><span class="label">${approval ? "approved" : severity}</span> ${sentence(message)} <span class="dim"><code>${id}</code></span></p>
${also.length > 0 ? html`<p class="dim">Also: ${also.join(", ")}</p>` : null}
<div class="places"><div>${place("base", places.base, anchorOf)}</div><div>${place("revision", places.revision, anchorOf)}</div></div>
${compileNotes(change).map((note) => html`<p>${sentence(note)}</p>`)}
${shownEvidence(change)}
${approval ? html`<p>Approved by ${approval.author} until ${approval.expires}: ${approval.reason}</p>` : html`<p>${sentence(remedy)} <span class="dim">Fingerprint <code>${fingerprint}</code></span></p>`}
</article>
`;
}

function shownEvidence({ evidence }: ReportedChange): Html | null {
  const words = evidenceWords(evidence);
  if (!words) return null;
  const { lead, code, objections } = words;
  if (code === null) return html`<p class="dim">${lead}</p>`;
  return html`<p>${lead}</p><pre>${code}</pre>${objections.map((one) => html`<p class="dim"><code>${one}</code></p>`)}`;
}

function place(side: "base" | "revision", at: ReportedPlace | null, anchorOf: AnchorOf): Html {
  if (!at) return html`<span class="dim">not in the ${side}</span>`;
  const anchor = at.line === null ? null : anchorOf(side, at.file, at.line);
  const name = html`<code>${at.file}:${at.line ?? "?"}</code>`;
  return html`${anchor === null ? name : html`<a href="#${anchor}">${name}</a>`}<br><code>${at.text ?? ""}</code>`;
}

/** File and line → the finding there; the gravest, of several. */
function marksOf(changes: readonly ReportedChange[], side: "base" | "revision"): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>();
  changes.forEach(({ places, severity }, index) => {
    const at = places[side];
    if (at?.line == null) return;
    const key = `${at.line} ${at.file}`;
    if (!marks.has(key)) marks.set(key, { finding: `f${index + 1}`, severity });
  });
  return marks;
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("base64");
const trusted = (text: string): Html => html([text] as unknown as TemplateStringsArray);
