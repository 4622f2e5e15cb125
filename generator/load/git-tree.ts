import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { rootProblem } from "./find-root.js";
import { specLimits } from "./spec-file.js";

/** A spec as it was in a commit, laid out in a folder of its own that goes away with `remove`. */
export interface GitSpec {
  /** Path of the root file or of the spec's folder. */
  readonly path: string;
  readonly commit: string;
  /** Folder of the spec, from the repository's root; empty for the root itself. */
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/**
 * Lays a spec out as a commit holds it. Nothing of the working tree is touched.
 *
 * @param name `REF` or `REF:path`, the path from the repository's root or, with `./`, from here; as git has it
 * @param defaultPath absolute; what is meant without a path
 * @param cwd the folder whose repository is meant, and from which `./` starts
 * @throws {SpecError} that says what is missing: git, a repository, the commit (in a shallow clone: how to fetch it), the path
 */
export async function readGitSpec(
  name: string,
  defaultPath: string,
  cwd: string = process.cwd(),
): Promise<GitSpec> {
  const runGit = (args: readonly string[], input?: string): Promise<Buffer> => execGit(args, cwd, input);
  const colon = name.indexOf(":");
  const ref = colon < 0 ? name : name.slice(0, colon);
  const given = colon < 0 ? null : name.slice(colon + 1);
  const refuse = (rule: string, message: string, remedy: string) =>
    rootProblem(`git:${name}`, rule, message, remedy);

  const root = await runGit(["rev-parse", "--show-toplevel"]).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT"
      ? refuse("git-missing", "git can't be run.", "Install git, or name a file or folder.")
      : refuse(
          "git-no-repository",
          "This folder is in no git repository.",
          "Run it inside the repository, or name a file or folder.",
        );
  });
  const top = root.toString().trim();
  const commit = await runGit([
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${ref}^{commit}`,
  ]).then(
    (out) => out.toString().trim(),
    () => null,
  );
  if (ref === "" || commit === null) {
    const isShallow = (await runGit(["rev-parse", "--is-shallow-repository"])).toString().trim() === "true";
    throw isShallow
      ? refuse(
          "git-shallow",
          `The commit ${JSON.stringify(ref)} is not in this shallow clone.`,
          "Fetch it first: git fetch --unshallow, or in a workflow actions/checkout with fetch-depth: 0.",
        )
      : refuse(
          "git-unknown-ref",
          `There is no commit ${JSON.stringify(ref)}.`,
          "Check the name; a branch of the server must be fetched, and is called origin/name.",
        );
  }
  const absolute =
    given === null
      ? defaultPath
      : /^\.\.?(\/|$)/.test(given)
        ? resolve(cwd, given)
        : resolve(top, given.replace(/\/$/, ""));
  const path = relative(top, absolute).split(sep).join("/");
  if (path.startsWith("../"))
    throw refuse("git-no-path", "The path is outside the repository.", "Name a path inside it.");
  const kind = await runGit(["cat-file", "-t", `${commit}:${path}`]).then(
    (out) => out.toString().trim(),
    () => null,
  );
  if (kind === null)
    throw refuse(
      "git-no-path",
      `The commit has no ${JSON.stringify(path)}.`,
      `See what it has: git ls-tree -r --name-only ${ref}`,
    );
  const folder = kind === "tree" ? path : posix.dirname(path) === "." ? "" : posix.dirname(path);

  const target = await mkdtemp(join(tmpdir(), "specwright-"));
  const remove = (): Promise<void> => rm(target, { recursive: true, force: true });
  try {
    await layOut(runGit, commit, folder, path, target, refuse);
    return { path: join(target, ...relative(folder, path).split(sep)), commit, folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const isSpecFile = (path: string): boolean => /\.(ya?ml|json)$/i.test(path);

type RunGit = (args: readonly string[], input?: string) => Promise<Buffer>;

async function layOut(
  runGit: RunGit,
  commit: string,
  folder: string,
  root: string,
  target: string,
  refuse: (rule: string, message: string, remedy: string) => Error,
): Promise<void> {
  const listing = await runGit([
    "ls-tree",
    "-r",
    "-z",
    "-l",
    "--full-tree",
    commit,
    ...(folder === "" ? [] : [`${folder}/`]),
  ]);
  const entries = listing
    .toString("utf8")
    .split("\0")
    .flatMap((line) => {
      // mode, type, object, size, then a tab and the path; a link or a submodule is no file of the spec
      const match = /^100\d{3} blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line);
      return match ? [{ object: match[1] as string, size: Number(match[2]), path: match[3] as string }] : [];
    })
    .filter(({ path }) => path === root || (isSpecFile(path) && !path.includes("node_modules/")));
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (bytes > specLimits.bytes)
    throw refuse(
      "spec-too-large",
      `The folder's files have ${bytes} bytes; at most ${specLimits.bytes} are read.`,
      "Keep the spec in a folder of its own.",
    );
  const blobs = await runGit(["cat-file", "--batch"], entries.map(({ object }) => `${object}\n`).join(""));
  let offset = 0;
  for (const { path, size } of entries) {
    const start = blobs.indexOf(0x0a, offset) + 1;
    const file = join(target, ...relative(folder, path).split(sep));
    if (!file.startsWith(target + sep))
      throw refuse("git-no-path", "The path is outside the folder.", "Name a path inside it.");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, blobs.subarray(start, start + size));
    offset = start + size + 1;
  }
}

function execGit(args: readonly string[], cwd: string, input?: string): Promise<Buffer> {
  return new Promise((resolveOut, reject) => {
    const child = execFile(
      "git",
      args,
      { cwd, encoding: "buffer", maxBuffer: 2 * specLimits.bytes },
      (error, stdout) => (error ? reject(error) : resolveOut(stdout)),
    );
    child.stdin?.on("error", () => undefined); // git ended first, and the callback says so
    child.stdin?.end(input ?? "");
  });
}
