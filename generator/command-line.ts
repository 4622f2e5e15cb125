import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { addCoverageCommand } from "./commands/coverage-command.js";
import type { DiffOptions } from "./commands/diff.js";
import type { GenerateOptions } from "./commands/generate.js";
import { reportFailure } from "./commands/report-failure.js";
import type { SandboxFlags } from "./commands/sandbox.js";
import { addVerifyCommand } from "./commands/verify-command.js";
import { generatorFolder } from "./generator-folder.js";

/** Exit codes: 0 done, 1 the spec, the output or the check failed, 2 the command line is wrong. */
const failed = 1;
const misused = 2;

/** Collects the values of an option that may be repeated. */
const repeated = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const overlayOption = [
  "--overlay <file>",
  "change the spec by an OpenAPI Overlay first; may be repeated, and they apply in order",
  repeated,
] as const;

/** Runs `specwright …args`, which prints what it has to say; gives the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command("specwright")
    .description(
      "One OpenAPI contract in; a client package, contract tests and a verdict on every change out.",
    )
    .version(ownVersion(), "--version", "print the version")
    .helpCommand(false)
    .showHelpAfterError("(specwright --help shows what there is)")
    .exitOverride();

  program
    .command("generate")
    .summary("make the client package")
    .description(
      "Make the client package of a spec. Unchanged files are left alone, stale ones removed, foreign ones never touched.",
    )
    .argument("[spec]", "the spec's root file, or its folder (default: spec/ of this project)")
    .argument("[outDir]", "where the package goes (default: generated/)")
    .option(...overlayOption)
    .option("--check", "write nothing; exit 1 and show the difference if the output would change")
    .option("--force", "don't trust the digest; make everything anew and compare")
    .option("--watch", "run again whenever the spec changes")
    .option("--json", "print the outcome as one line of JSON")
    .option("--quiet", "print nothing but errors")
    .addHelpText(
      "after",
      `
Examples:
  $ specwright generate                           this project's spec/ into generated/
  $ specwright generate --check                   in CI: is generated/ what the spec makes?
  $ specwright generate petstore.yaml clients/pets
  $ specwright generate --overlay spec/overlays/2026-08.yaml spec /tmp/revision
  $ specwright generate --json | jq .changed

Exit codes: 0 done or up to date; 1 the spec or the output folder can't be used, or --check found a difference;
2 wrong command line.`,
    )
    .action(async (spec: string | undefined, outDir: string | undefined, options: GenerateOptions) => {
      const { generateCommand } = await import("./commands/generate.js");
      exitCode = await run(options.json === true, () => generateCommand(spec, outDir, options));
    });

  program
    .command("lint")
    .summary("find what is wrong with a spec")
    .description(
      "Find everything that is wrong with a spec: OpenAPI's rules, Redocly's strict rules, and what mock servers stumble over.",
    )
    .argument("[spec]", "the spec's root file, or its folder (default: spec/ of this project)")
    .option(...overlayOption)
    .option("--json", "print the problems as one line of JSON")
    .option("--quiet", "print nothing but problems")
    .addHelpText(
      "after",
      `
Examples:
  $ specwright lint
  $ specwright lint petstore.yaml --json | jq '.problems[].rule'
  $ specwright lint --overlay spec/overlays/2026-08.yaml

Exit codes: 0 no errors; 1 errors, or the spec can't be read; 2 wrong command line.`,
    )
    .action(
      async (
        spec: string | undefined,
        options: { json?: boolean; quiet?: boolean; overlay?: readonly string[] },
      ) => {
        const { lintCommand } = await import("./commands/lint.js");
        exitCode = await run(options.json === true, () => lintCommand(spec, options));
      },
    );

  program
    .command("sandbox")
    .summary("serve the contract, limits and all")
    .description(
      "Start a server that keeps the contract: keys, limits, jobs, uploads, batches, errors. It refuses what the API refuses, and needs no network.",
    )
    .option("--spec <file>", "the spec's root file, or its folder (default: spec/ of this project)")
    .option(...overlayOption)
    .option("--port <number>", "where to listen; 0 for a free port", "0")
    .option("--host <address>", "on which address to listen (default: 127.0.0.1, this machine alone)")
    .option("--plan <name>", "the plan of keys that name none (default: the highest)")
    .option("--seed <number>", "the same ids and the same chance each time")
    .option("--speed <factor>", "how many times faster than the API jobs are")
    .option("--strict", "refuse query parameters that the contract doesn't name")
    .option("--latency <time>", "how long each request takes: 200ms, or 50ms-200ms")
    .option("--chaos <shares>", "spoil answers by chance: drop=0.01,reset=0.01,500=0.05,slow=0.1,half=0.01")
    .option("--record <file>", "write all that goes over the wire there as a HAR, when it ends")
    .option("--keys <file>", "more keys: a JSON file with a list of key, plan, revoked, concurrency")
    .option("--no-rate-limits", "as many requests as come")
    .option("--webhook-secret <secret>", "what webhooks are signed with (default: whsec_sandbox)")
    .option("--webhooks-anywhere", "send webhooks to other machines too, not only to this one")
    .option(
      "--judge <name>",
      "who judges requests: prism and Ajv, or ajv alone, which is several times as fast",
    )
    .option(
      "--enforce-retry-after",
      "a client that doesn't wait as long as Retry-After says has to wait anew",
    )
    .option("--json", "one line of JSON with url and pid once it listens, then one for each request")
    .option("--quiet", "print nothing but findings and errors")
    .addHelpText(
      "after",
      `
Examples:
  $ specwright sandbox --port 4010
  $ specwright sandbox --speed 30                 jobs end after a second instead of half a minute
  $ specwright sandbox --json | head -1 | jq -r .url
  $ specwright sandbox --spec petstore.yaml --judge ajv

Exit codes: 0 ended by SIGINT or SIGTERM; 1 the spec can't be served or the port is taken; 2 wrong command line.`,
    )
    .action(async (options: SandboxFlags) => {
      const { sandboxCommand } = await import("./commands/sandbox.js");
      exitCode = await run(options.json === true, () => sandboxCommand(options));
    });

  addVerifyCommand(program, async (json, command) => {
    exitCode = await run(json, command);
  });

  addCoverageCommand(program, async (json, command) => {
    exitCode = await run(json, command);
  });

  program
    .command("diff")
    .summary("judge what a changed spec means for those who use the API")
    .description(
      "Compare two specs and judge every change: what it does to servers, to callers, to limits and to the users of the client, and which version is due.",
    )
    .argument("<base>", "the spec as it was: a file, a folder, or git:REF[:path]")
    .argument("<revision>", "the spec as it is to be, named in the same ways")
    .option("--json", "print the verdict and the changes as one line of JSON; the same as --report json")
    .option("--markdown", "print them for a review comment; the same as --report markdown")
    .option(
      "--report <format[=file]>",
      "json, markdown, html, junit, sarif or github (annotations); printed, or written to a file; may be repeated",
      repeated,
    )
    .option("--overlay-base <file>", "an OpenAPI Overlay over the base; may be repeated", repeated)
    .option("--overlay-revision <file>", "an OpenAPI Overlay over the revision; may be repeated", repeated)
    .option(
      "--compile",
      "also compile what one can do with the old client against the new one (takes seconds)",
    )
    .option(
      "--evidence",
      "show errors, and warnings where one can, by a request or an answer that was valid and is not",
    )
    .option(
      "--fail-on <severity>",
      "exit 1 at this severity or above: error, warning, note, or none",
      "error",
    )
    .option("--config <file>", "severities of rules (default: specwright.yaml, here or above)")
    .option(
      "--approvals <file>",
      "changes that were let pass (default: specwright-approvals.yaml, here or above)",
    )
    .option("--changelog [file]", "write an entry into the changelog (default: generated/CHANGELOG.md)")
    .option("--today <day>", "judge the days of deprecations as of this day, such as 2031-12-31")
    .option("--quiet", "leave the notes out")
    .addHelpText(
      "after",
      `
Examples:
  $ specwright diff git:origin/main spec          what does this branch change?
  $ specwright diff old.yaml new.yaml --fail-on warning
  $ specwright diff git:v1.2.0:spec git:HEAD:spec --json | jq '.changes[] | select(.severity == "error")'
  $ specwright diff git:origin/main spec --report github --report markdown=comment.md --report sarif=diff.sarif
  $ specwright diff git:origin/main spec --compile --report html=diff.html
  $ specwright diff git:origin/main spec --evidence    which request is refused now?
  $ specwright diff spec spec --overlay-revision spec/overlays/2026-08.yaml

Exit codes: 0 no change at or above --fail-on that nobody approved; 1 there is one; 2 it could not be judged, or the
command line is wrong. docs/diff.md and docs/rules.md say more.`,
    )
    .action(async (base: string, revision: string, options: DiffOptions) => {
      const { diffCommand } = await import("./commands/diff.js");
      exitCode = await run(printsJson(options), () => diffCommand(base, revision, options), misused);
    });

  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : misused; // it has said why
  }
  return exitCode;
}

function ownVersion(): string {
  const text = readFileSync(join(generatorFolder, "..", "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

const printsJson = ({ json, report = [] }: DiffOptions): boolean => json === true || report.includes("json");

async function run(json: boolean, command: () => Promise<number>, onFailure = failed): Promise<number> {
  try {
    return await command();
  } catch (error) {
    reportFailure(error, json);
    return onFailure;
  }
}
