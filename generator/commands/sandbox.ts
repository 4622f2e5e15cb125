import { readFileSync } from "node:fs";
import type { Sandbox, SandboxOptions } from "../../contract-tests/sandbox/start-sandbox.js";
import { findRoot } from "../load/find-root.js";
import { CommandError } from "./command-error.js";
import { findPaths } from "./project.js";
import { colorsFor, Progress, plural, shown } from "./terminal.js";

/** The command line's own words: all texts, as they were typed. */
export interface SandboxFlags {
  readonly spec?: string;
  readonly overlay?: readonly string[];
  readonly port?: string;
  readonly host?: string;
  readonly plan?: string;
  readonly keys?: string;
  readonly seed?: string;
  readonly speed?: string;
  readonly strict?: boolean;
  readonly latency?: string;
  readonly chaos?: string;
  readonly record?: string;
  readonly rateLimits?: boolean;
  readonly webhookSecret?: string;
  readonly webhooksAnywhere?: boolean;
  readonly judge?: string;
  readonly enforceRetryAfter?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `specwright sandbox`; runs until it is told to end, and returns the exit code. */
export async function sandboxCommand(flags: SandboxFlags): Promise<number> {
  const spec = await findRoot(findPaths(flags.spec, undefined).spec);
  const ended = new Promise<void>((done) => {
    process.once("SIGINT", () => done());
    process.once("SIGTERM", () => done());
  });
  const progress = new Progress(flags.quiet === true || flags.json === true);
  progress.step("Starting");
  const { startSandbox } = await import("../../contract-tests/sandbox/start-sandbox.js");
  const sandbox = await startSandbox(optionsOf(spec, flags))
    .catch((error: Error & { code?: string }) => {
      if (error.code === "EADDRINUSE")
        throw new CommandError(error.message, "Leave --port out for a free one.");
      throw new CommandError(error.message, "specwright sandbox --help shows what there is.");
    })
    .finally(() => progress.done());
  if (flags.json) process.stdout.write(`${JSON.stringify({ url: sandbox.url, pid: process.pid })}\n`);
  else if (!flags.quiet) process.stdout.write(introduction(sandbox));
  // What nobody is shown costs nothing.
  const shownTypes = flags.quiet ? (["finding"] as const) : (["request", "finding"] as const);
  sandbox.onEvent((event) => {
    if (event.type === "request")
      process.stdout.write(flags.json ? `${JSON.stringify(event.request)}\n` : requestLine(event.request));
    if (event.type === "finding" && !flags.json)
      process.stderr.write(
        `${colorsFor(process.stderr).yellow("finding")} ${shown(event.finding.message)}\n`,
      );
  }, shownTypes);
  await ended;
  await sandbox.close();
  return 0;
}

function optionsOf(spec: string, flags: SandboxFlags): SandboxOptions {
  const { host, plan, strict, latency, judge, enforceRetryAfter, chaos, record } = flags;
  const { rateLimits, webhookSecret, webhooksAnywhere } = flags;
  return {
    spec,
    ...(flags.overlay === undefined ? {} : { overlays: flags.overlay }),
    port: flags.port === undefined ? 0 : numberOf("--port", flags.port, 0, 65_535),
    ...(flags.seed === undefined ? {} : { seed: numberOf("--seed", flags.seed, 0, 2 ** 32 - 1) }),
    ...(flags.speed === undefined ? {} : { speed: numberOf("--speed", flags.speed, 0.001, 1_000_000) }),
    ...(flags.keys === undefined ? {} : { keys: keysIn(flags.keys) }),
    ...given({ host, plan, strict, latency, judge, enforceRetryAfter, chaos, record }),
    ...given({ rateLimits, webhookSecret, webhooksAnywhere }),
  };
}

/** More keys: a JSON file with a list of them. */
function keysIn(path: string): NonNullable<SandboxOptions["keys"]> {
  const remedy =
    'Write a list such as [{"key": "sk-mine", "plan": "…", "revoked": false, "concurrency": 5}].';
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CommandError(`${path} can't be read: ${(error as Error).message}`, remedy);
  }
  const isKey = (one: unknown): boolean =>
    typeof one === "object" && one !== null && "key" in one && typeof one.key === "string" && one.key !== "";
  if (!Array.isArray(value) || !value.every(isKey))
    throw new CommandError(`${path} is no list of keys.`, remedy);
  return value as NonNullable<SandboxOptions["keys"]>;
}

/** What was given of these, without what was not. */
function given<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

function numberOf(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() !== "" && number >= least && number <= most) return number;
  throw new CommandError(`${flag} is ${JSON.stringify(text)}.`, `Give a number from ${least} to ${most}.`);
}

function introduction({ url, contract, keys, unread }: Sandbox): string {
  const color = colorsFor(process.stdout);
  const known = keys.all();
  const [first] = contract.operations;
  const needs =
    contract.operations.find(({ method, security }) => method === "GET" && security.length > 0) ?? first;
  const header = needs?.security.flat().find((place) => place.in === "header");
  const lines = [
    `${color.green("✓")} ${color.bold(shown(contract.title))} on ${color.cyan(url)}, ${plural(contract.operations.filter(({ implied }) => !implied).length, "operation")}`,
    "",
    ...known.map(({ key, plan, revoked, concurrency }) => {
      const says = revoked
        ? "revoked"
        : [
            shown(plan.title),
            `${concurrency === null ? "any number of jobs" : plural(concurrency, "job")} at a time`,
            ...(plan.jobsPerMonth === null ? [] : [`${plan.jobsPerMonth} a month`]),
            ...(plan.maxSeconds === null ? [] : [`${plan.maxSeconds} seconds each`]),
          ].join(", ");
      return `  ${shown(key).padEnd(16)} ${color.dim(says)}`;
    }),
    "",
    `  curl ${header ? `-H "${shown(header.name)}: ${shown(known.find(({ revoked }) => !revoked)?.key ?? "")}" ` : ""}${url}${shown(needs?.path ?? "/").replace(/\{[^}]+\}/g, "1")}`,
    `  ${color.dim("live")} ${url}/__sandbox/`,
    "",
    ...unread.map((what) => `${color.yellow("not read")} ${shown(what)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function requestLine({
  status,
  method,
  target,
  operationId,
  plan,
  rule,
  durationMs,
}: Sandbox["requests"][number]): string {
  const color = colorsFor(process.stdout);
  const paint = status < 400 ? color.green : status < 500 ? color.yellow : color.red;
  const about = [operationId ?? "", plan ?? "", rule ?? "", `${durationMs.toFixed(1)} ms`].filter(
    (text) => text !== "",
  );
  return `${paint(String(status))} ${method} ${shown(target).replaceAll("\n", " ")} ${color.dim(about.map(shown).join(" · "))}\n`;
}
