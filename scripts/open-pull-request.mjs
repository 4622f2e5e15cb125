// Opens a pull request for a branch, unless it has one already:
//   GITHUB_TOKEN=… node scripts/open-pull-request.mjs <branch> <base>
import { callGitHub } from "./call-github.mjs";

const [branch, base] = process.argv.slice(2);
const [owner] = (process.env.GITHUB_REPOSITORY ?? "").split("/");
const head = encodeURIComponent(`${owner}:${branch}`);
const [open] = await callGitHub("GET", `pulls?state=open&head=${head}&base=${encodeURIComponent(base)}`);
if (open) {
  console.log(`The pull request ${open.number} has the new commit.`);
} else {
  const body = "`generated/` is not what the contract makes of it any more. This makes it so.";
  const made = await callGitHub("POST", "pulls", {
    title: "Regenerate the client",
    head: branch,
    base,
    body,
  });
  console.log(`Opened the pull request ${made.number}.`);
}
