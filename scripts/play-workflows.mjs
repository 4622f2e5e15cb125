// Plays the workflows of .github/workflows/ and action.yml from end to end, in a scratch repository with a server of its
// own in GitHub's place: a pull request that changes the contract, a push to main, a tag. Nothing leaves the machine.
//   npm run play -- [review|regenerate|publish] [--verbose]
// Stood in for are: actions/checkout and actions/setup-node, `npm ci` (links node_modules) and what `npm publish` would
// send. Everything else that a `run:` step says is run.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { startGitHub } from "./play/github-server.mjs";
import { runWorkflow } from "./play/run-workflow.mjs";
import { isTriggered } from "./play/triggers.mjs";

const project = resolve(import.meta.dirname, "..");
const parts = { review: playReview, regenerate: playRegenerate, publish: playPublish };
const [wanted = ""] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const chosen = Object.keys(parts).filter((part) => wanted === "" || part === wanted);
if (chosen.length === 0)
  throw new Error(`There is no part ${wanted}; there are ${Object.keys(parts).join(", ")}.`);
const verbose = process.argv.includes("--verbose");
const scratch = mkdtempSync(join(tmpdir(), "specwright-play-"));
const token = "play-token-9f31";
const secret = "play-secret-77aa";
const github = await startGitHub({ token });
const origin = join(scratch, "origin.git");
const author = join(scratch, "author");
const standInFolder = join(scratch, "bin");
const publishedLog = join(scratch, "published.json");
const marker = "<!-- specwright";
const pullRequests = [];

/** A whole environment: nothing of this machine's own, so that no key of it can matter. */
const env = {
  PATH: [standInFolder, dirname(process.execPath), process.env.PATH].join(delimiter),
  HOME: scratch,
  CI: "true",
  GIT_CONFIG_NOSYSTEM: "1",
  GITHUB_API_URL: github.url,
  npm_config_registry: github.url,
  npm_config_update_notifier: "false",
  PLAY_NODE_MODULES: join(project, "node_modules"),
  PLAY_PUBLISHED: publishedLog,
};

try {
  setUp();
  for (const part of chosen) await parts[part]();
  check(github.state.refused === 0, "no call was refused");
  console.log(`\nPlayed: ${chosen.join(", ")}.`);
} catch (error) {
  console.error(`✗ ${error.message}`);
  process.exitCode = 1;
} finally {
  await github.stop();
  rmSync(scratch, { recursive: true, force: true });
}

async function playReview() {
  // A pull request that only says something better.
  const { number } = await pullRequest("wording", "Say it better", (at) =>
    edit(at, "spec/schemas/SyncMode.yaml", (text) => `${text}# a word\n`),
  );
  let run = await review(number);
  check(run.ok, "a harmless change of the contract passes", run);
  check(comments().length === 1 && comments()[0].body.startsWith(marker), "it gets one comment", run);
  check(run.summary !== "", "and a summary", run);

  // Pushed again, now with something that breaks callers.
  const first = comments()[0].body;
  push("wording", "Take a model away", (at) =>
    edit(at, "spec/schemas/SyncMode.yaml", (text) => text.replace(/^ {2}- remap\n/m, "")),
  );
  run = await review(number);
  check(!run.ok, "a breaking change fails", run);
  check(
    comments().length === 1 && comments()[0].body !== first,
    "the comment is brought up to date, not written again",
    run,
  );

  // Pushed again, broken, with a title and a key that are meant to be run.
  const bait = join(scratch, "pwned");
  const hostile = `$(touch ${bait}) \`touch ${bait}\` "; touch ${bait}; echo "`;
  push("wording", hostile, (at) =>
    edit(at, "spec/openapi.yaml", (text) =>
      text.replace("x-plans:", `${JSON.stringify(`x-::error::${hostile}`)}: 1\nx-plans:`),
    ),
  );
  run = await review(number, { title: hostile });
  check(!run.ok, "a contract that is wrong fails", run);
  check(
    /^::error file=spec\/openapi\.yaml,line=\d+,/m.test(run.log),
    "its problem is shown at its line",
    run,
  );
  check(!/^::error::/m.test(run.log), "its text can't pass for a command of the workflow", run);
  check(
    comments().length === 1 && comments()[0].body.includes("was not judged"),
    "the comment says that nothing was judged",
    run,
  );
  check(!existsSync(bait), "nothing that a title or a contract says is run", run);

  // From a fork: no token that may write.
  run = await review(number, { fork: true });
  check(run.skipped.includes("Write the comment"), "from a fork there is no comment", run);
  check(run.summary !== "", "but the summary", run);

  // A pull request that leaves the contract alone.
  const other = await pullRequest("readme", "A word in the README", (at) =>
    edit(at, "README.md", (text) => `${text}\n`),
  );
  check(!other.triggered, "a change elsewhere starts no review");
}

/** main: what the contract makes of it. */
async function playRegenerate() {
  const changed = push("main", "Another word", (at) =>
    edit(at, "spec/schemas/Emotion.yaml", (text) => text.replace("description: ", "description: Anew. ")),
  );
  let run = await regenerate(changed);
  check(run.ok && github.state.pulls.length === 1, "a change on main opens a pull request", run);
  check(
    git(origin, "show", "--stat", "specwright/regenerate").includes("generated/"),
    "with generated/ made anew",
    run,
  );
  run = await regenerate(changed);
  check(run.ok && github.state.pulls.length === 1, "run again, it opens no second one", run);
  run = await regenerate(changed, "commit");
  check(
    run.ok && git(origin, "log", "-1", "--format=%s", "main").trim() === "Regenerate the client",
    "or it is committed to main",
    run,
  );
  run = await regenerate(git(origin, "rev-parse", "main").trim());
  check(run.ok && run.log.includes("is what the contract makes"), "then there is nothing to do", run);
}

/** Tags. */
async function playPublish() {
  const { version } = JSON.parse(git(origin, "show", "main:generated/package.json"));
  let run = await publish("v0.0.1");
  check(!run.ok && !existsSync(publishedLog), "a tag that does not name the version publishes nothing", run);
  run = await publish(`v${version}`);
  const published = existsSync(publishedLog) ? JSON.parse(readFileSync(publishedLog, "utf8")) : {};
  check(
    run.ok && published.args?.includes("--provenance") && !published.args.includes("--dry-run"),
    "the tag of the version publishes it, with provenance",
    run,
  );
  check(
    published.version === version && published.files > 50 && published.tag === "latest",
    `${published.files} files of ${version}, as latest`,
    run,
  );
  check(published.token === secret, "with the token of the registry", run);
  rmSync(publishedLog);
  run = await publish(null);
  const tried = existsSync(publishedLog) ? JSON.parse(readFileSync(publishedLog, "utf8")) : {};
  check(run.ok && tried.args?.includes("--dry-run"), "started by hand it only tries", run);
}

function setUp() {
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: project,
    encoding: "utf8",
  });
  for (const path of files.split("\0").filter((path) => path !== "" && existsSync(join(project, path)))) {
    mkdirSync(dirname(join(author, path)), { recursive: true });
    cpSync(join(project, path), join(author, path));
  }
  mkdirSync(standInFolder);
  cpSync(join(import.meta.dirname, "play", "npm.mjs"), join(standInFolder, "npm"));
  chmodSync(join(standInFolder, "npm"), 0o755);
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", origin], { env });
  git(author, "init", "--quiet", "--initial-branch=main");
  git(author, "config", "user.name", "Author");
  git(author, "config", "user.email", "author@example.com");
  git(author, "remote", "add", "origin", origin);
  git(author, "add", "--all");
  git(author, "commit", "--quiet", "--message", "All of it");
  git(author, "push", "--quiet", "origin", "main");
}

/** Pushes a commit to a branch; gives its id. */
function push(branch, message, change) {
  const exists = git(author, "branch", "--list", branch) !== "";
  git(author, "checkout", "--quiet", ...(exists ? [branch] : ["-b", branch, "main"]));
  change(author);
  git(author, "commit", "--quiet", "--all", "--message", message);
  git(author, "push", "--quiet", "origin", branch);
  return git(author, "rev-parse", "HEAD").trim();
}

async function pullRequest(branch, title, change) {
  push(branch, title, change);
  const number = pullRequests.push({ branch, title });
  const paths = git(author, "diff", "--name-only", `main...${branch}`).trim().split("\n");
  return {
    number,
    triggered: isTriggered(workflow("review-spec"), "pull_request", { branch: "main", paths }),
  };
}

function review(number, { title, fork = false } = {}) {
  const { branch, ...given } = pullRequests[number - 1];
  const head = { ref: branch, repo: { full_name: fork ? "someone/api" : "acme/api" } };
  const event = { pull_request: { number, title: title ?? given.title, head, base: { sha: idOf("main") } } };
  return play1("review-spec", {
    event_name: "pull_request",
    event,
    sha: idOf(branch),
    ref_name: `${number}/merge`,
  });
}

async function regenerate(sha, mode = "pull-request") {
  const text = workflow("regenerate");
  const paths = ["spec/schemas/Emotion.yaml"];
  check(
    isTriggered(text, "push", { branch: "main", paths }),
    "a push to main that changes the contract is noticed",
  );
  const chosen = text.replace("MODE: pull-request", `MODE: ${mode}`);
  if (!chosen.includes(`MODE: ${mode}`)) throw new Error("The workflow has no MODE.");
  return play1("regenerate", { event_name: "push", event: {}, sha, ref_name: "main" }, chosen);
}

/** @param {string | null} tag `null`: started by hand */
function publish(tag) {
  if (tag !== null)
    check(isTriggered(workflow("publish"), "push", { tag, paths: [] }), `the tag ${tag} is noticed`);
  const event_name = tag === null ? "workflow_dispatch" : "push";
  // What comes before the publishing is played once, by the tag.
  const text =
    tag === null ? workflow("publish").replace(/^ +- run: npm run .*\n/gm, "") : workflow("publish");
  return play1("publish", { event_name, event: {}, sha: idOf("main"), ref_name: tag ?? "main" }, text);
}

async function play1(name, github, text = workflow(name)) {
  const run = await runWorkflow({
    workflow: text,
    github: { repository: "acme/api", token, ...github },
    secrets: { NPM_TOKEN: secret },
    standIns: {
      "actions/checkout": async ({ inputs, workspace }) => {
        git(scratch, "clone", "--quiet", "--no-hardlinks", origin, workspace);
        git(workspace, "checkout", "--quiet", github.ref_name === "main" ? "main" : github.sha);
        if (inputs["persist-credentials"] === "false")
          git(workspace, "remote", "set-url", "--push", "origin", "/no/way");
      },
      "actions/setup-node": async () => undefined,
    },
    env,
    scratch,
  });
  for (const value of [token, secret]) {
    if (run.log.includes(value) || run.summary.includes(value)) throw new Error(`${name} tells a secret.`);
  }
  return run;
}

function workflow(name) {
  return readFileSync(join(project, ".github", "workflows", `${name}.yml`), "utf8");
}

function check(condition, what, run) {
  if (verbose && run) console.log(run.log);
  if (!condition) throw new Error(`${what}: no.\n${run?.log ?? ""}`);
  console.log(`✓ ${what}`);
}

function edit(folder, path, change) {
  const text = readFileSync(join(folder, path), "utf8");
  const changed = change(text);
  if (changed === text) throw new Error(`Nothing was changed in ${path}.`);
  writeFileSync(join(folder, path), changed);
}

function git(cwd, ...args) {
  return execFileSync("git", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function idOf(branch) {
  return git(origin, "rev-parse", branch).trim();
}

function comments() {
  return github.state.comments;
}
