import type { Check, Severity } from "../checks/check.js";
import type { Exchange } from "./case.js";
import type { Finding, Findings } from "./findings.js";
import { clientCodeOf, curlOf, urlOf } from "./reproduce.js";
import type { VerifiedContract } from "./verified-contract.js";

/** What a run found: plain data, with no key in it. */
export interface VerifyReport {
  readonly title: string;
  readonly target: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly durationMs: number;
  /** Why it ended before all was done; `null`: it did not. */
  readonly stopped: "interrupted" | "max-time" | "unreachable" | null;
  readonly cases: number;
  readonly operations: readonly OperationReport[];
  readonly checks: readonly CheckReport[];
  readonly findings: readonly FindingReport[];
  /** What could not be tried or judged. */
  readonly notes: readonly string[];
  /** Some of what was sent, what shows a finding first. */
  readonly exchanges: readonly ExchangeReport[];
}

export interface OperationReport {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly sent: number;
  /** How often each status was answered; of `no answer` how often there was none. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Why it was left out; `null`: it was not. */
  readonly skipped: string | null;
  /** How often each check judged and how often it found a fault. */
  readonly checks: Readonly<Record<string, { readonly judged: number; readonly failed: number }>>;
}

export interface CheckReport {
  readonly name: string;
  readonly severity: Severity;
  readonly promise: string;
  readonly judged: number;
  readonly failed: number;
}

export interface FindingReport {
  readonly check: string;
  readonly severity: Severity;
  readonly operation: string;
  readonly case: string;
  readonly keyword: string | null;
  readonly fault: string;
  readonly occurrences: number;
  readonly exchange: ExchangeReport;
  readonly curl: string;
  readonly code: string | null;
}

export interface ExchangeReport {
  readonly operation: string;
  readonly case: string;
  readonly sentAt: string;
  readonly durationMs: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
  };
  readonly response: {
    /** 0: there was none. */
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: string;
  };
}

const mostExchanges = 500;
const longestBody = 16_384;

interface Ran {
  readonly contract: VerifiedContract;
  readonly target: string;
  readonly seed: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly stopped: VerifyReport["stopped"];
  readonly checks: readonly Check[];
  readonly findings: Findings;
  readonly history: readonly Exchange[];
  readonly skipped: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
  readonly redact: (text: string) => string;
}

export function reportOf(ran: Ran): VerifyReport {
  const { contract, findings, checks, history } = ran;
  const found = findings.all().sort((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check));
  const shown = new Set([...found.map(({ exchange }) => exchange), ...history.slice(0, mostExchanges)]);
  const report: VerifyReport = {
    title: contract.title,
    target: ran.target,
    seed: ran.seed,
    startedAt: ran.startedAt.toISOString(),
    durationMs: Math.round(ran.durationMs),
    stopped: ran.stopped,
    cases: history.length,
    operations: contract.operations.map(({ id, method, path }) => ({
      id,
      method,
      path,
      ...countsOf(history.filter((one) => one.case.operation.id === id)),
      skipped: ran.skipped.get(id) ?? null,
      checks: Object.fromEntries(
        checks
          .map(
            ({ name }) =>
              [name, { judged: findings.judged(name, id), failed: findings.failed(name, id) }] as const,
          )
          .filter(([, { judged }]) => judged > 0),
      ),
    })),
    checks: checks.map(({ name, severity, promise }) => ({
      name,
      severity,
      promise,
      judged: sum(contract.operations.map(({ id }) => findings.judged(name, id))),
      failed: sum(contract.operations.map(({ id }) => findings.failed(name, id))),
    })),
    findings: found.map((finding) => findingReport(finding, ran)),
    notes: ran.notes,
    exchanges: [...shown].slice(0, mostExchanges).map((exchange) => exchangeReport(exchange, ran)),
  };
  return redactedIn(report, ran.redact);
}

function findingReport({ check, fault, exchange, occurrences }: Finding, ran: Ran): FindingReport {
  const one = exchange.case;
  return {
    check: check.name,
    severity: check.severity,
    operation: one.operation.id,
    case: `${one.source}: ${one.what}`,
    keyword: one.wrong?.keyword ?? null,
    fault,
    occurrences,
    exchange: exchangeReport(exchange, ran),
    curl: curlOf(one, ran.target, ran.contract),
    code: clientCodeOf(one, ran.contract),
  };
}

function exchangeReport(
  { case: one, response, sentAtMs, answeredAtMs }: Exchange,
  { target, startedAt }: Ran,
): ExchangeReport {
  const { method, headers, body } = one.request;
  return {
    operation: one.operation.id,
    case: `${one.source}: ${one.what}`,
    sentAt: new Date(startedAt.getTime() + sentAtMs).toISOString(),
    durationMs: Math.round((answeredAtMs - sentAtMs) * 10) / 10,
    request: { method, url: urlOf(one.request, target), headers, body: textOf(body) },
    response: { status: response.status, headers: response.headers, body: textOf(response.body) },
  };
}

function textOf(body: Buffer | null): string {
  const text = (body ?? Buffer.alloc(0)).subarray(0, longestBody).toString("utf8");
  return (body?.length ?? 0) > longestBody ? `${text}… (${body?.length} bytes)` : text;
}

function countsOf(exchanges: readonly Exchange[]): { sent: number; statuses: Record<string, number> } {
  const statuses: Record<string, number> = {};
  for (const { response, failure } of exchanges) {
    const key = failure ? "no answer" : String(response.status);
    statuses[key] = (statuses[key] ?? 0) + 1;
  }
  return { sent: exchanges.length, statuses };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** A server may send a key back, or a user may write it into the target's address: no text of a report is spared. */
function redactedIn<Value>(value: Value, redact: (text: string) => string): Value {
  if (typeof value === "string") return redact(value) as Value;
  if (Array.isArray(value)) return value.map((item) => redactedIn(item, redact)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, redactedIn(part, redact)]),
  ) as Value;
}
