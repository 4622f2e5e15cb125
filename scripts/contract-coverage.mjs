// What of the contract the contract tests exercise, and that it does not fall: npm run coverage:contract
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const project = fileURLToPath(new URL("..", import.meta.url));
const least = [
  "operations=100",
  "statuses=100",
  "mediaTypes=100",
  "parameters=100",
  "keywords=95",
  "limits=100",
];

const help = `Usage: npm run coverage:contract -- [options]

Runs the contract tests, then tells which operations, statuses, media types, parameters, schema keywords and limits of
the contract they exercised, by which test, and which cases are missing.

Options:
  --check             run no tests: judge what the last run of the contract tests recorded
  --recordings <dir>  where that is (default: node_modules/.cache/contract-coverage)
  --json <file>       write all cells as JSON
  --html <file>       write a page, one file that needs no network
  --show <number>     how many missing cases are listed
  --help              this

Examples:
  $ npm run coverage:contract -- --html coverage.html
  $ node scripts/contract-coverage.mjs --check

Exit codes: 0 all is well; 1 a test failed, or less is exercised than must be (${least.join(", ")} percent); 2 wrong
command line.`;

let options;
try {
  options = parseArgs({
    options: {
      check: { type: "boolean" },
      recordings: { type: "string", default: join("node_modules", ".cache", "contract-coverage") },
      json: { type: "string" },
      html: { type: "string" },
      show: { type: "string" },
      help: { type: "boolean" },
    },
  }).values;
} catch (error) {
  console.error(`error ${error.message}\n\n${help}`);
  process.exit(2);
}
if (options.help) {
  console.log(help);
  process.exit(0);
}
if (!options.check) {
  run(process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "--build", "generated"]);
  run(process.execPath, [join("node_modules", "vitest", "vitest.mjs"), "run", "--project", "contract"]);
}
const passed = ["json", "html", "show"].flatMap((name) =>
  options[name] === undefined ? [] : [`--${name}`, options[name]],
);
run(process.execPath, [
  join("generator", "bin.mjs"),
  "coverage",
  options.recordings,
  ...least.flatMap((one) => ["--least", one]),
  ...passed,
]);

/** Runs a command in the project, and ends as it does if it fails. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: project, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
