/** The page's only style sheet; its digest stands in the page's Content Security Policy. */
export const style = `
:root { color-scheme: light dark; --text: #1f2328; --dim: #59636e; --page: #fff; --card: #f6f8fa; --line: #d1d9e0;
  --error: #b3202a; --warning: #8a5a00; --note: #1a5fb4; --good: #1a7f37; --gone: #ffebe9; --gone-more: #ffc1bc;
  --new: #dafbe1; --new-more: #9fe8b0; --target: #fff3c4; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9aa4af; --page: #0d1117; --card: #161b22;
  --line: #30363d; --error: #ff7b72; --warning: #e3b341; --note: #79b8ff; --good: #56d364; --gone: #3d1518;
  --gone-more: #7d2429; --new: #12331c; --new-more: #1f6b35; --target: #453a10; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1500px; padding: 1.5rem; color: var(--text); background: var(--page);
  font: 15px/1.5 system-ui, sans-serif; }
code, table { font: 12.5px/1.5 ui-monospace, "Liberation Mono", Menlo, monospace; }
code { overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; }
a { color: var(--note); } p { margin: .35rem 0; }
.breaking { color: var(--error); } .risky { color: var(--warning); } .compatible, .unchanged { color: var(--good); }
.dim { color: var(--dim); }
.versions { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .75rem 0; }
.versions dt { font-weight: 600; } .versions dd { margin: 0; }
.filters { display: flex; flex-wrap: wrap; gap: 1.25rem; margin: 1rem 0; }
body:has(#show-error:not(:checked)) .finding.error, body:has(#show-warning:not(:checked)) .finding.warning,
body:has(#show-note:not(:checked)) .finding.note, body:has(#show-approved:not(:checked)) .finding.approved
  { display: none; }
.finding { border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 6px; padding: .6rem .9rem;
  margin: .6rem 0; background: var(--card); overflow-wrap: anywhere; }
.finding.error { border-left-color: var(--error); } .finding.warning { border-left-color: var(--warning); }
.finding.note { border-left-color: var(--note); } .finding.approved { border-left-color: var(--good); }
.finding:target, tr:has(td:target) td { background: var(--target); }
.label { font-weight: 600; } .error .label { color: var(--error); } .warning .label { color: var(--warning); }
.note .label { color: var(--note); } .approved .label { color: var(--good); }
.places { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem; margin: .5rem 0; }
.places > div { background: var(--page); border: 1px solid var(--line); border-radius: 4px; padding: .25rem .5rem;
  min-width: 0; }
pre { margin: .5rem 0; padding: .5rem; overflow-x: auto; background: var(--page); border: 1px solid var(--line);
  border-radius: 4px; font: 12.5px/1.5 ui-monospace, "Liberation Mono", Menlo, monospace; white-space: pre-wrap; }
details.file { border: 1px solid var(--line); border-radius: 6px; margin: .75rem 0; overflow: hidden; }
details.file > summary { background: var(--card); padding: .4rem .9rem; cursor: pointer; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
col.number { width: 4.2rem; }
td { padding: 0 .5rem; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; }
td.number { text-align: right; color: var(--dim); user-select: none; }
td.number a { text-decoration: none; } td.number a.error { color: var(--error); font-weight: 700; }
td.number a.warning { color: var(--warning); font-weight: 700; } td.number a.note { font-weight: 700; }
td.gone { background: var(--gone); } td.new { background: var(--new); } td.none { background: var(--card); }
td.gone b { background: var(--gone-more); } td.new b { background: var(--new-more); } td b { font-weight: inherit; }
tr.left-out td { background: var(--card); color: var(--dim); text-align: center; }
@media (max-width: 700px) { .places { grid-template-columns: 1fr; } col.number { width: 2.6rem; } }
`;
