// Keeps one comment of a pull request up to date, whatever was pushed meanwhile:
//   GITHUB_TOKEN=… node scripts/review-comment.mjs <number> <report.md>
import { readFileSync } from "node:fs";
import { callGitHub } from "./call-github.mjs";

/** How the comment is known again; a reader does not see it. */
const marker = "<!-- specwright: the contract's review -->";
/** GitHub takes 65 536 characters. */
const maxCharacters = 60_000;

const [number, report] = process.argv.slice(2);
if (!/^\d+$/.test(number ?? "")) throw new Error("The first argument is the number of a pull request.");
const written = readFileSync(report, "utf8");
const short =
  written.length > maxCharacters
    ? `${written.slice(0, maxCharacters)}\n\n… and more: see the run's summary.`
    : written;
const body = `${marker}\n${short}`;

const mine = await findMine();
if (mine === undefined) await callGitHub("POST", `issues/${number}/comments`, { body });
else await callGitHub("PATCH", `issues/comments/${mine.id}`, { body });
console.log(mine === undefined ? "Wrote a comment." : "Brought the comment up to date.");

async function findMine() {
  for (let page = 1; ; page++) {
    const comments = await callGitHub("GET", `issues/${number}/comments?per_page=100&page=${page}`);
    // Anyone may write the marker; only what a workflow wrote is ours to change.
    const found = comments.find(({ body, user }) => body?.startsWith(marker) && user?.type === "Bot");
    if (found || comments.length < 100) return found;
  }
}
