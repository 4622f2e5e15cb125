import { type Command, InvalidArgumentError, Option } from "commander";
import type { VerifyFlags } from "./verify.js";

/** Tells the command line of `specwright verify`; what does it is loaded when it is asked for. */
export function addVerifyCommand(
  program: Command,
  run: (json: boolean, command: () => Promise<number>) => Promise<void>,
): void {
  const many = (value: string, before: string[] = []): string[] => [...before, value];
  program
    .command("verify")
    .summary("hold a server against the spec")
    .description(
      "Send a server what its spec allows and forbids, and hold each answer against the spec. A server on this machine gets everything; any other only reads, at the pace of the contract's rate limits.",
    )
    .requiredOption("--target <url>", "the server", address)
    .option("--spec <path>", "the spec's root file, or its folder (default: spec/ of this project)")
    .option(
      "--key <key>",
      "the API key; several share the work (default: the spec's environment variable)",
      many,
    )
    .addOption(new Option("--only <what>", "leave out all operations that could cost").choices(["reads"]))
    .option("--operation <id>", "only this operation; may be repeated", many)
    .option("--check <name>", "only this check; may be repeated", many)
    .option("--allow-writes", "create things on a server that is not this machine, too")
    .option("--ignore-rate-limits", "don't keep to the contract's rate limits on such a server")
    .option("--plan <name>", "the plan that the key is on")
    .option("--seed <number>", "makes the same cases again", number)
    .option("--max-cases <number>", "most requests, not counting those that scenarios take", number, 2000)
    .option("--max-time <seconds>", "longest time", number, 120)
    .option("--timeout <seconds>", "longest time for one answer", number, 30)
    .option("--workers <number>", "requests at a time", number, 8)
    .addOption(
      new Option("--fail-on <severity>", "what makes the exit code 1")
        .choices(["error", "warning", "never"])
        .default("error"),
    )
    .option("--report <file>", "write a report: .json, .xml (JUnit), .har or .md; may be repeated", reports)
    .option(
      "--coverage <file>",
      "write what of the spec was exercised: .html or .json; may be repeated",
      coverages,
    )
    .option("--json", "print the report as one line of JSON")
    .option("--quiet", "print nothing but faults")
    .addHelpText(
      "after",
      `
Examples:
  $ specwright verify --target http://127.0.0.1:4010
  $ specwright verify --target https://api.example.com --report verify.xml --report verify.md
  $ specwright verify --target http://127.0.0.1:4010 --check ignored_auth --seed 7 --max-cases 500
  $ specwright verify --target http://127.0.0.1:4010 --coverage coverage.html

The secret of webhooks is read from SPECWRIGHT_WEBHOOK_SECRET. Keys stand in no report.

Exit codes: 0 nothing found; 1 the server breaks the contract; 2 wrong command line; 3 the server can't be reached;
130 stopped by a signal, with a report of what was done till then.`,
    )
    .action((flags: VerifyFlags) =>
      run(flags.json === true, async () => {
        const { verifyCommand } = await import("./verify.js");
        return verifyCommand(flags);
      }),
    );
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("It must be a number that is not negative.");
  return value;
}

function address(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.search !== "")
    throw new InvalidArgumentError("It must be an http or https address without a user name or a query.");
  return url;
}

function coverages(path: string, before: string[] = []): string[] {
  if (!/\.(json|html)$/i.test(path))
    throw new InvalidArgumentError("It must end in .json or .html, which decides the format.");
  return [...before, path];
}

function reports(path: string, before: string[] = []): string[] {
  if (!/\.(json|xml|har|md)$/i.test(path))
    throw new InvalidArgumentError("It must end in .json, .xml, .har or .md, which decides the format.");
  return [...before, path];
}
