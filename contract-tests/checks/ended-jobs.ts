import type { Job } from "../support/answers.js";
import { object } from "../support/contract.js";
import { valueAt } from "../support/pointer.js";
import { type Exchange, jsonOf, type VerifyCase } from "../verify/case.js";
import type { VerifiedContract } from "../verify/verified-contract.js";
import { lineOperationOf } from "./follow-jobs.js";

/** What is wrong with what a job tells of its end; `null`: nothing, or it has not ended. */
export function faultOfEnd(job: Job, id: unknown, body: Readonly<Record<string, unknown>>): string | null {
  const status = String(body[job.statusProperty]);
  if (job.failed.includes(status)) {
    const why = job.errorProperty === null ? "" : body[job.errorProperty];
    return why === null || why === undefined
      ? `A job is ${status}, and ${job.errorProperty} does not say why.`
      : null;
  }
  if (!job.succeeded.includes(status)) return null;
  if (job.secondsProperty !== null && typeof body[job.secondsProperty] !== "number")
    return `A job is ${status}, and ${job.secondsProperty} does not say how long its result lasts.`;
  if (job.resultProperty === null) return null;
  const address = body[job.resultProperty];
  if (typeof address !== "string" || !URL.canParse(address))
    return `A job is ${status}, and ${job.resultProperty} is no address.`;
  const path = job.resultPath?.replace("{id}", encodeURIComponent(String(id)));
  return path === undefined || new URL(address).pathname.endsWith(path)
    ? null
    : `The result of a job is at ${new URL(address).pathname}; by the contract it is at ${path}.`;
}

/** What is wrong with the numbers and the results of a batch that has ended. */
export function faultOfBatch(
  contract: VerifiedContract,
  sent: VerifyCase,
  exchanges: readonly Exchange[],
  results: readonly unknown[] | null,
): string | null {
  const { batch } = sent.operation;
  const lines = linesOf(sent);
  if (!batch || !lines) return null;
  for (const [index, exchange] of exchanges.entries()) {
    const fault = faultOfCounts(batch.counts, lines.values.length, jsonOf(exchange.response));
    if (fault !== null) return `${index === 0 ? "A new batch" : "A batch"} ${fault}`;
  }
  if (results === null) return null;
  if (results.length !== lines.values.length)
    return `A batch of ${lines.values.length} lines has ${results.length} results.`;
  const ids = new Set(results.map((result) => object(result)[batch.resultIdProperty]));
  const missing = lines.uniqueBy && lines.values.find((line) => !ids.has(object(line)[lines.uniqueBy ?? ""]));
  if (missing)
    return `No result has the ${batch.resultIdProperty} of the line ${String(object(missing)[lines.uniqueBy ?? ""])}.`;
  const operation = lineOperationOf(contract, lines.values[0]);
  const schema = operation?.answers.find(({ status }) => status.startsWith("2"))?.content[0]?.schema ?? true;
  for (const result of results) {
    const value = object(result)[batch.resultBodyProperty];
    if (value === undefined) return `A result has no ${batch.resultBodyProperty}.`;
    const [fault] = contract.judge.faults(schema, value);
    const job = operation?.job;
    if (fault) return `The ${batch.resultBodyProperty} of a result ${fault.instancePath} ${fault.message}.`;
    const status = job ? String(object(value)[job.statusProperty]) : "";
    if (job && ![...job.succeeded, ...job.failed].includes(status))
      return `A batch has ended, and a line of it is ${status}.`;
  }
  return null;
}

export function linesOf({
  operation,
  args,
}: VerifyCase): { readonly values: readonly unknown[]; readonly uniqueBy: string | null } | null {
  const part = operation.form?.parts.find(({ lines }) => lines !== null);
  const values = part && object(args?.body)[part.name];
  return part?.lines && Array.isArray(values) ? { values, uniqueBy: part.lines.uniqueBy } : null;
}

/** The numbers of a batch are those of its lines: all of them, and each in one of the others. */
function faultOfCounts(
  counts: Readonly<Record<string, string>>,
  lines: number,
  body: unknown,
): string | null {
  const numbers = Object.entries(counts).map(([name, pointer]) => ({
    name,
    pointer,
    number: valueAt(body, pointer),
  }));
  const missing = numbers.find(({ number }) => typeof number !== "number");
  if (missing) return `does not say at ${missing.pointer} how many lines there are (${missing.name}).`;
  const of = (name: string): number => Number(numbers.find((one) => one.name === name)?.number ?? 0);
  if ("all" in counts && of("all") !== lines) return `of ${lines} lines says that it has ${of("all")}.`;
  const parts = ["succeeded", "failed", "pending"];
  const sum = parts.reduce((all, name) => all + of(name), 0);
  return parts.every((name) => name in counts) && sum !== lines
    ? `of ${lines} lines says that ${parts.map((name) => `${of(name)} are ${name}`).join(", ")}.`
    : null;
}
