import { randomInt } from "node:crypto";
import { resolve } from "node:path";
import type { FindingReport, VerifyReport } from "../../contract-tests/verify/report.js";
import { CommandError } from "./command-error.js";
import { findPaths } from "./project.js";
import { type Colors, colorsFor, Progress, plural, shown } from "./terminal.js";
import { startCoverage } from "./verify-coverage.js";

/** What the command line says. */
export interface VerifyFlags {
  readonly target: URL;
  readonly spec?: string;
  readonly key?: readonly string[];
  readonly only?: string;
  readonly operation?: readonly string[];
  readonly check?: readonly string[];
  readonly allowWrites?: boolean;
  readonly ignoreRateLimits?: boolean;
  readonly plan?: string;
  readonly seed?: number;
  readonly maxCases: number;
  readonly maxTime: number;
  readonly timeout: number;
  readonly workers: number;
  readonly failOn?: string;
  readonly report?: readonly string[];
  readonly coverage?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Exit codes: 0 nothing is wrong, 1 the server breaks the contract, 3 no verdict, 130 stopped. */
const broken = 1;
const noVerdict = 3;
const interrupted = 130;

/** `specwright verify`; returns the exit code. */
export async function verifyCommand(flags: VerifyFlags): Promise<number> {
  const { spec } = findPaths(flags.spec, undefined);
  const { checkNames, ConnectionError, isLoopback, loadVerifiedContract, redactorOf, verify, writeReport } =
    await import("../../contract-tests/verify/verifier.js");
  const isLocal = isLoopback(flags.target.hostname);
  const unknown = (flags.check ?? []).filter((name) => !checkNames.includes(name));
  if (unknown.length > 0)
    throw new CommandError(`There is no check ${unknown.join(", ")}.`, `There are: ${checkNames.join(", ")}`);
  const contract = await loadVerifiedContract(spec);
  const keys = keysOf(flags.key, contract.client?.apiKeyEnv);
  const coverage = flags.coverage ? await startCoverage(spec, flags) : null;
  const stop = stopOnSignals();
  const progress = new Progress(flags.quiet === true || flags.json === true);
  let report: VerifyReport;
  try {
    report = await verify(contract, {
      target: flags.target.href,
      keys,
      readsOnly: flags.only === "reads" || (!isLocal && flags.allowWrites !== true),
      operationIds: flags.operation ?? [],
      checks: flags.check ?? [],
      seed: flags.seed ?? randomInt(2 ** 31),
      maxCases: flags.maxCases,
      maxTimeMs: flags.maxTime * 1000,
      timeoutMs: flags.timeout * 1000,
      workers: Math.max(1, flags.workers),
      keepsRateLimits: !isLocal && flags.ignoreRateLimits !== true,
      scenario: {
        plan: flags.plan ?? null,
        webhookSecret: process.env["SPECWRIGHT_WEBHOOK_SECRET"] || null,
        isLocal,
      },
      signal: stop.signal,
      ...(coverage && { onExchange: coverage.add }),
      onProgress: ({ phase, sent, findings }) =>
        progress.step(`${sent} requests, ${plural(findings, "fault")}: ${shown(phase)}`),
    });
  } catch (error) {
    progress.done();
    if (!(error instanceof ConnectionError)) throw error;
    process.stderr.write(
      `${colorsFor(process.stderr).red("error")} ${shown(redactorOf(keys)(error.message))}\n`,
    );
    return noVerdict;
  } finally {
    progress.done();
    stop.forget();
  }
  for (const path of flags.report ?? []) await writeReport(resolve(path), report);
  await coverage?.write();
  if (flags.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stdout.write(`${describe(report, colorsFor(process.stdout), flags.quiet === true)}\n`);
  if (report.stopped === "interrupted") return interrupted;
  const counted =
    flags.failOn === "warning" ? ["error", "warning"] : flags.failOn === "never" ? [] : ["error"];
  if (report.findings.some(({ severity }) => counted.includes(severity))) return broken;
  return report.cases === 0 || report.stopped === "unreachable" ? noVerdict : 0;
}

/** Keys of the command line, or of the environment variable that the spec names. */
function keysOf(given: readonly string[] | undefined, environmentName: string | undefined): string[] {
  if (given && given.length > 0) return [...given];
  const found = (environmentName && process.env[environmentName]) || process.env["SPECWRIGHT_API_KEY"];
  return found ? [found] : [];
}

/** The first signal ends the run with a report of what there is, the second ends the process. */
function stopOnSignals(): { signal: AbortSignal; forget: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(interrupted);
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return { signal: controller.signal, forget: () => void process.off("SIGINT", stop).off("SIGTERM", stop) };
}

/** Findings shown of one check and operation; the rest is counted. */
const mostShown = 3;

function describe(report: VerifyReport, color: Colors, quiet: boolean): string {
  const { findings, checks, operations } = report;
  const rate = Math.round(report.cases / Math.max(report.durationMs / 1000, 0.001));
  const lines: string[] = [];
  for (const group of groupsOf(findings)) {
    for (const finding of group.slice(0, mostShown)) lines.push(...describeFinding(finding, color), "");
    if (group.length > mostShown)
      lines.push(color.dim(`  … and ${plural(group.length - mostShown, "more fault")} of this kind`), "");
  }
  if (!quiet) {
    for (const { id, sent, statuses, skipped } of operations) {
      const told = Object.entries(statuses)
        .map(([status, count]) => `${status} × ${count}`)
        .join(", ");
      lines.push(
        `${shown(id).padEnd(32)} ${skipped === null ? `${sent} requests${told && `: ${told}`}` : color.dim(`left out: ${shown(skipped)}`)}`,
      );
    }
    lines.push("");
    for (const { name, judged, failed } of checks) {
      const mark = judged === 0 ? color.dim("–") : failed === 0 ? color.green("✓") : color.red("✗");
      const count =
        judged === 0
          ? color.dim("not exercised")
          : failed === 0
            ? `${judged}`
            : color.red(`${failed} of ${judged}`);
      lines.push(`${mark} ${name.padEnd(32)} ${count}`);
    }
    lines.push("");
  }
  for (const note of report.notes.slice(0, 5)) lines.push(`${color.yellow("note")} ${shown(note)}`);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const verdict =
    findings.length === 0
      ? `${color.green("✓")} ${shown(report.title)}: nothing found`
      : `${color.red("✗")} ${shown(report.title)}: ${plural(errors, "fault")}${findings.length > errors ? `, ${plural(findings.length - errors, "warning")}` : ""}`;
  const stopped = report.stopped === null ? "" : `, stopped: ${report.stopped}`;
  lines.push(
    `${verdict} ${color.dim(`(${report.cases} requests, ${rate} a second, seed ${report.seed}${stopped})`)}`,
  );
  return lines.join("\n");
}

function describeFinding(
  { check, operation, severity, fault, occurrences, curl, code, ...rest }: FindingReport,
  color: Colors,
): string[] {
  const label = severity === "error" ? color.red("error") : color.yellow("warning");
  const often = occurrences > 1 ? color.dim(` (${occurrences} times)`) : "";
  return [
    `${color.bold(shown(operation))}  ${color.dim(shown(rest.case))}`,
    `  ${label} ${shown(fault)} ${color.dim(`(${check})`)}${often}`,
    `  ${color.cyan("curl")}  ${shown(curl).replaceAll("\n", " ")}`,
    ...(code === null
      ? []
      : shown(code)
          .split("\n")
          .map((line, index) => `  ${index === 0 ? color.cyan("code") : "    "}  ${line}`)),
  ];
}

function groupsOf(findings: readonly FindingReport[]): FindingReport[][] {
  const groups = new Map<string, FindingReport[]>();
  for (const finding of findings) {
    const key = `${finding.check} ${finding.operation}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}
