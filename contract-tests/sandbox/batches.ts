import { readLines } from "./batch-lines.js";
import { answerJson, type Behaviour, type Surroundings } from "./behaviour.js";
import { type JobTeller, newJob, tooMany } from "./job-operations.js";
import { overLongest, readLongestMedia } from "./longest-media.js";
import { addressesIn, mediaSeconds } from "./media-seconds.js";
import { tooLongOutcome } from "./outcomes.js";
import type { FormPart } from "./read-form.js";
import type { JobKind } from "./read-job-kind.js";
import { sample } from "./sample.js";
import type { BatchRules, ResponseKind, SandboxOperation } from "./sandbox-contract.js";

/** How long a batch waits, and is worked on, at a pace that a test can live with; the API takes up to a day. */
const batchPendingMs = 10_000;
const batchWorkingMs = 50_000;

/** Creates a batch: checks every line, and makes a job of each. */
export function createBatch(
  surroundings: Surroundings,
  teller: JobTeller,
  operation: SandboxOperation,
): Behaviour {
  const { jobs, contract, refuse, validators } = surroundings;
  const rules = operation.batch as BatchRules;
  const kind = operation.job as JobKind;
  const { status } = operation.success as ResponseKind; // which tells of the batch
  const part = operation.bodies
    .flatMap(({ parts }) => parts ?? [])
    .find(({ lines }) => lines !== null) as FormPart;
  if (!part?.lines) throw new Error(`${operation.id} takes no file of lines.`);
  const lineRules = part.lines;
  const check = validators.of(lineRules.schema);
  const longest = readLongestMedia(lineRules.schema);
  const makers = contract.operations.filter(
    (one) => one.job !== null && one.batch === null && one.method === "POST",
  );
  return (accepted) => {
    const { key, body, files } = accepted;
    const file = files.find((one) => one.part === part.name);
    const read = readLines(part.name, file?.bytes ?? Buffer.alloc(0), lineRules, check);
    if (read.rule !== null)
      return refuse(operation, { rule: read.rule, statuses: [400, 422], faults: read.faults });
    const form = Object(body) as Record<string, unknown>;
    if (rules.dryRunProperty !== null && form[rules.dryRunProperty] === true)
      return answerJson(status, validated(operation, kind));
    const active = jobs.activeOf(key, kind);
    if (key.batchConcurrency !== null && active.length >= key.batchConcurrency)
      return tooMany(surroundings, operation, key.batchConcurrency, active, null, "batchConcurrency");

    const speed = surroundings.speed();
    const wanted = surroundings.wantedOutcome(operation.id);
    const step = batchWorkingMs / read.lines.length;
    const lines = read.lines.map((line, index) => {
      const texts = Object.values(line);
      const maker = makers.find(({ path }) => texts.includes(path)) ?? makers[0];
      const request =
        Object.values(line).find((value) => typeof value === "object" && value !== null) ?? line;
      const seconds = mediaSeconds(addressesIn(request));
      const over = seconds > (key.plan.maxSeconds ?? seconds) ? "plan" : overLongest(longest, line, seconds);
      const tooLong =
        over === null || !maker?.job ? null : tooLongOutcome(maker.job, over, contract.errorCodes);
      return {
        name: String(line[lineRules.uniqueBy ?? rules.resultIdProperty]),
        job: jobs.create({
          ...newJob(surroundings, { operation: maker ?? operation, key, body: request }, null),
          ...(tooLong && { outcome: tooLong }),
          counts: false,
          quiet: true,
          pendingMs: batchPendingMs / speed,
          workingMs: (step * (index + 1)) / speed,
        }),
      };
    });
    const batch = jobs.create({
      ...newJob(surroundings, { operation, key, body: form }, wanted),
      lines,
      pendingMs: batchPendingMs / speed,
      workingMs: batchWorkingMs / speed,
    });
    return answerJson(status, teller.bodyOf(batch));
  };
}

/** What a dry run is told: the alternative of the success that is no job. */
function validated({ success }: SandboxOperation, kind: JobKind): unknown {
  const alternatives = ["oneOf", "anyOf"].flatMap((keyword) => success?.schema.at(keyword).items() ?? []);
  const other = alternatives.find(({ pointer }) => pointer !== kind.pointer);
  return other ? sample(other) : {};
}
