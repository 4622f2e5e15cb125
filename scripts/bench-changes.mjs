// Measures what `specwright diff` finds of changes whose meaning another checker has written down:
//   npm run bench:changes -- path/to/cases            all cases
//   npm run bench:changes -- path/to/cases 047 086    some, with everything that was found
// The folder holds `index.json`: `{ cases: [{ id, base, revision, scope, threshold, expected: [{ id, level }], absent, breaking,
// expect_empty, extra_config }] }`, levels ERR, WARN and INFO; and `rules.json`, every rule of that checker.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const bin = fileURLToPath(new URL("../generator/bin.mjs", import.meta.url));
const severityOf = { ERR: "error", WARN: "warning", INFO: "note" };
const rank = { note: 0, warning: 1, error: 2 };

const [folderArgument, ...only] = process.argv.slice(2);
const isHelp = folderArgument === "--help" || folderArgument === "-h";
if (folderArgument === undefined || isHelp) {
  const usage = "Name the folder of the cases: npm run bench:changes -- path/to/cases [id ...]";
  if (isHelp) console.log(usage);
  else console.error(usage);
  process.exit(isHelp ? 0 : 2);
}
const folder = resolve(folderArgument);
if (!existsSync(join(folder, "index.json"))) {
  console.error(`There is no index.json in ${folder}: name the folder of the cases.`);
  process.exit(2);
}
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const cases = read("index.json").cases.filter(
  ({ id, extra_config: own }) => (only.length > 0 ? only.includes(id) : !own), // what upstream asked of another configuration can't be asked of ours
);

const results = await inParallel(cases, async (one) => ({ one, ...(await diff(one)) }));
report(results);

async function diff({ base, revision }) {
  const args = [bin, "diff", join(folder, base), join(folder, revision), "--json", "--fail-on", "none"];
  const { stdout, code } = await promisify(execFile)(process.execPath, args, {
    maxBuffer: 64 * 1024 * 1024,
  }).then(
    (done) => ({ ...done, code: 0 }),
    (error) => error,
  );
  const answer = JSON.parse(stdout);
  if (code !== 0) return { changes: [], failure: answer.problems.map(({ message }) => message).join(" ") };
  return { changes: answer.changes, failure: null };
}

async function inParallel(list, work) {
  const answers = new Array(list.length);
  let next = 0;
  const worker = async () => {
    while (next < list.length) {
      const index = next++;
      answers[index] = await work(list[index]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return answers;
}

function report(answers) {
  const judged = answers.map(({ one, changes, failure }) => {
    const ids = new Set(changes.map(({ id }) => id));
    const errors = changes.filter(({ severity }) => severity === "error");
    const loud = changes.filter(({ severity }) => rank[severity] >= rank[severityOf[one.threshold]]);
    const missing = one.expected.filter(({ id }) => !ids.has(id));
    return {
      one,
      failure,
      changes,
      missing,
      unwanted: one.absent.filter((id) => ids.has(id)),
      // Upstream ran one check only where the scope says so: then others may have something to say.
      noise: one.expect_empty && one.scope === "all-checks" ? loud : [],
      found: errors.length > 0 || one.expected.some(({ id, level }) => level === "ERR" && ids.has(id)),
      same: one.base === one.revision,
    };
  });
  for (const { one, failure, missing, unwanted, noise, found, changes, same } of judged) {
    const remarks = [
      ...(failure ? [`could not be judged: ${failure}`] : []),
      ...(one.breaking && !found ? ["breaks, not found"] : []),
      ...missing.map(({ id, level }) => `missing ${severityOf[level]} ${id}`),
      ...unwanted.map((id) => `unwanted ${id}`),
      ...noise.map(({ severity, id }) => `not silent: ${severity} ${id}`),
      ...(same && missing.length > 0
        ? ["(both sides are one file: the difference was made by upstream's code)"]
        : []),
    ];
    if (remarks.length > 0 || only.length > 0) console.log(`${one.id} ${one.test}`);
    for (const remark of remarks) console.log(`    ${remark}`);
    if (only.length > 0)
      for (const { severity, id, message } of changes) console.log(`    ${severity} ${id}: ${message}`);
  }
  const breaking = judged.filter(({ one }) => one.breaking);
  const silent = judged.filter(({ one }) => one.expect_empty && one.scope === "all-checks");
  const named = (level) => {
    const expected = judged.flatMap(({ one, missing }) =>
      one.expected
        .filter((rule) => rule.level === level)
        .map(({ id }) => !missing.some((rule) => rule.id === id)),
    );
    return [expected.filter(Boolean).length, expected.length];
  };
  row("breaking pairs found", breaking.filter(({ found }) => found).length, breaking.length);
  row("expected errors named alike", ...named("ERR"));
  row("expected warnings named alike", ...named("WARN"));
  row("expected notes named alike", ...named("INFO"));
  row("silent pairs silent", silent.filter(({ noise }) => noise.length === 0).length, silent.length);
  if (only.length === 0) compareRules();
}

/** Which of upstream's rules we have no rule for. */
function compareRules() {
  const page = readFileSync(new URL("../docs/rules.md", import.meta.url), "utf8");
  const ours = new Set([...page.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, id]) => id));
  const theirs = read("rules.json");
  const missing = theirs.filter(({ id }) => !ours.has(id));
  row("rules that are ours too", theirs.length - missing.length, theirs.length);
  for (const { id, level } of missing) console.log(`    no rule: ${severityOf[level]} ${id}`);
}

function row(what, part, whole) {
  const share = whole === 0 ? "" : ` ${((100 * part) / whole).toFixed(1)} %`;
  console.log(`${what.padEnd(30)} ${String(part).padStart(4)} of ${String(whole).padStart(4)}${share}`);
}
