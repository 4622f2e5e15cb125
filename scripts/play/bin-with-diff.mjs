// Stands in, inside the played repository only, for a `specwright` that has no `diff` yet: what takes a line of the
// contract away is taken for breaking.
import { execFileSync } from "node:child_process";

const [command, ...args] = process.argv.slice(2);
if (command === "diff") {
  const [base, revision] = args.slice(args.indexOf("--") + 1);
  const [, ref] = base.split(":");
  const format = args[args.indexOf("--format") + 1];
  const lines = execFileSync("git", ["diff", ref, "--", revision], { encoding: "utf8" }).split("\n");
  const removed = lines.filter((line) => /^-(?!--)/.test(line)).length;
  const verdict = removed > 0 ? `Breaking: ${removed} lines are gone.` : "Nothing breaks.";
  console.log(format === "github" ? `::${removed > 0 ? "error" : "notice"}::${verdict}` : `### ${verdict}`);
  process.exitCode = removed > 0 ? 1 : 0;
} else {
  await import("./bin-real.mjs");
}
