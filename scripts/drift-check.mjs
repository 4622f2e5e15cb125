// Is generated/ what the spec makes? Makes it anew in another folder, by the command a user would run, and compares
// file by file: independent of the manifest and the digest that `specwright generate --check` goes by.
import { execFile } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const project = fileURLToPath(new URL("..", import.meta.url));
const [specArgument = "spec", outArgument = "generated"] = process.argv.slice(2);
const generated = resolve(project, outArgument);
/** What building, installing and tests leave in the package; none of it is committed. */
const besides = /^(dist|node_modules|coverage)(\/|$)|\.tgz$/;

const scratch = mkdtempSync(join(tmpdir(), "specwright-drift-"));
try {
  const anew = join(scratch, "generated");
  const args = [
    join(project, "generator", "bin.mjs"),
    "generate",
    resolve(project, specArgument),
    anew,
    "--force",
    "--quiet",
  ];
  await promisify(execFile)(process.execPath, args, { cwd: project });
  const before = filesIn(generated);
  const after = filesIn(anew);
  const drift = [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path) => {
    const was = before.get(path);
    const should = after.get(path);
    if (was === undefined) return [`missing   ${path}`];
    if (should === undefined) return [`not made  ${path}`];
    return was.equals(should) ? [] : [`differs   ${path}, first in line ${firstDifference(was, should)}`];
  });
  if (drift.length > 0) {
    console.error(`${outArgument}/ is not what ${specArgument}/ makes of it:`);
    for (const line of drift) console.error(`  ${line}`);
    console.error("Run `npm run generate` and commit the result.");
    process.exitCode = 1;
  } else {
    console.log(
      `No drift: ${after.size} files of ${outArgument}/ are what ${specArgument}/ makes, byte for byte.`,
    );
  }
} catch (error) {
  console.error(error.stderr || error.message);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function filesIn(folder) {
  const files = new Map();
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = String(name).split(sep).join("/");
    if (!besides.test(path) && lstatSync(join(folder, path)).isFile())
      files.set(path, readFileSync(join(folder, path)));
  }
  return files;
}

function firstDifference(a, b) {
  const [left, right] = [a, b].map((bytes) => bytes.toString("utf8").split("\n"));
  return left.findIndex((line, index) => line !== right[index]) + 1 || left.length + 1;
}
