import { type Command, InvalidArgumentError } from "commander";
import type { CoverageFlags } from "./coverage.js";

/** Tells the command line of `specwright coverage`; what does it is loaded when it is asked for. */
export function addCoverageCommand(
  program: Command,
  run: (json: boolean, command: () => Promise<number>) => Promise<void>,
): void {
  program
    .command("coverage")
    .summary("tell what of a spec was exercised")
    .description(
      "Hold recorded exchanges against a spec: which operations, statuses, media types, parameters, schema keywords and limits were exercised, by which test, and which case is missing.",
    )
    .argument("<recordings>", "a folder of recordings, as the contract tests leave one")
    .option("--spec <path>", "the spec's root file, or its folder (default: spec/ of this project)")
    .option(
      "--least <what=percent>",
      "exit 1 below it: operations, statuses, mediaTypes, parameters, keywords or limits; may be repeated",
      least,
    )
    .option("--json <file>", "write all cells as JSON")
    .option("--html <file>", "write a page, one file that needs no network")
    .option("--show <number>", "how many missing cases are listed", number, 20)
    .option("--quiet", "print nothing but what falls short")
    .addHelpText(
      "after",
      `
Examples:
  $ specwright coverage node_modules/.cache/contract-coverage
  $ specwright coverage recordings --least statuses=100 --least keywords=95
  $ specwright coverage recordings --html coverage.html --json coverage.json

A server that no tests of yours record: specwright verify --target … --coverage coverage.html

Exit codes: 0 nothing falls short; 1 something does, or the spec or the recordings can't be read; 2 wrong command line.`,
    )
    .action((recordings: string, flags: CoverageFlags) =>
      run(false, async () => {
        const { coverageCommand } = await import("./coverage.js");
        return coverageCommand(recordings, flags);
      }),
    );
}

const names = ["operations", "statuses", "mediaTypes", "parameters", "keywords", "limits"];

function least(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [, name = "", percent = ""] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (!names.includes(name) || Number(percent) > 100)
    throw new InvalidArgumentError(`It must be one of ${names.join(", ")}, =, and at most 100.`);
  return { ...before, [name]: Number(percent) };
}

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number that is not negative.");
  return Number(text);
}
