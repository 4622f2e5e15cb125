import {
  ApiError,
  ConcurrencyLimitError,
  HttpError,
  InvalidArgumentError,
  LimitError,
  MissingApiKeyError,
} from "../errors.js";
import { propertyOf } from "../job-status.js";
import { wasNeverSent } from "../retry.js";
import type { RequestOptions } from "../send.js";
import type { BatchDescriptor } from "./batch-descriptor.js";
import { BatchOutcomeUnknownError, BatchStateError } from "./batch-errors.js";
import { type BatchFile, type BuildOptions, buildBatches, type Rows } from "./build.js";
import { type BatchEntry, Journal, memoryState, now, type StateStore } from "./state.js";

export interface SubmitOptions<Form = unknown> extends BuildOptions {
  /** The other fields of the form, such as where to send a notification. */
  readonly form?: Form | undefined;
  /** Where it is kept what was sent; without it a run that broke off can't be resumed. */
  readonly state?: StateStore | undefined;
}

/** A batch that the API has. */
export interface SubmittedBatch<Line, Job> extends BatchFile<Line> {
  readonly id: string;
  /** The API's answer; `null` for a batch that an earlier run sent. */
  readonly job: Job | null;
  /** An earlier run has read its results to the end. */
  readonly isFinished: boolean;
}

type Create = (form: object, options?: RequestOptions) => Promise<unknown>;

/** The method that names lead to, bound to what it is a method of. */
export function methodAt<Method>(client: unknown, names: readonly string[]): Method {
  let holder: unknown;
  let value = client;
  for (const name of names) {
    holder = value;
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  }
  if (typeof value !== "function") {
    throw new InvalidArgumentError("client", `The client has no method ${names.join(".")}.`);
  }
  return value.bind(holder) as Method;
}

/** Has the API check every batch of an input, and create none. */
export async function* checkBatches<Line>(
  descriptor: BatchDescriptor,
  client: unknown,
  rows: Rows<unknown>,
  { form, ...build }: Omit<SubmitOptions, "state"> = {},
): AsyncGenerator<BatchFile<Line>, void, undefined> {
  const { part, dryRunProperty } = descriptor;
  if (dryRunProperty === null)
    throw new InvalidArgumentError("client", `${descriptor.operation.id} has no dry run.`);
  const create = methodAt<Create>(client, descriptor.create);
  for await (const batch of buildBatches<Line>(descriptor, rows, build)) {
    await create({ ...(form ?? {}), [part]: batch.file, [dryRunProperty]: true }, { signal: build.signal });
    yield batch;
  }
}

/**
 * Sends every batch of an input that no earlier run has sent, one after the other, and yields all of them. Before a
 * batch is sent the state says so, and after it was created the state holds its id. An abort does not break off a
 * batch that is being sent.
 *
 * @throws {BatchOutcomeUnknownError} if it is not known whether a batch was created, now or in an earlier run
 * @throws {BatchStateError} if the input is not the one of the earlier run
 */
export async function* submitBatches<Line, Job>(
  descriptor: BatchDescriptor,
  client: unknown,
  rows: Rows<unknown>,
  options: SubmitOptions = {},
): AsyncGenerator<SubmittedBatch<Line, Job>, void, undefined> {
  const journal = await openJournal(descriptor, options.state);
  try {
    yield* submitting<Line, Job>(descriptor, client, rows, options, journal, async () => false);
  } finally {
    await journal.close();
  }
}

/** @throws {BatchOutcomeUnknownError} before anything is sent, if an earlier run broke off while sending */
export async function openJournal(
  { operation }: BatchDescriptor,
  state: StateStore = memoryState(),
): Promise<Journal> {
  const journal = await Journal.open(state, operation.id);
  const open = journal.entries.find(({ status, idempotencyKey }) => status === "sending" && !idempotencyKey);
  if (!open) return journal;
  await journal.close();
  throw new BatchOutcomeUnknownError(open);
}

/**
 * {@link submitBatches} with a journal that is open.
 *
 * @param makeRoom called when the API has as many batches as it takes; says whether it is worth trying again
 */
export async function* submitting<Line, Job>(
  descriptor: BatchDescriptor,
  client: unknown,
  rows: Rows<unknown>,
  { form, ...build }: SubmitOptions,
  journal: Journal,
  makeRoom: () => Promise<boolean>,
): AsyncGenerator<SubmittedBatch<Line, Job>, void, undefined> {
  const create = methodAt<Create>(client, descriptor.create);
  let last = 0;
  for await (const batch of buildBatches<Line>(descriptor, rows, build)) {
    last = batch.number;
    const digest = await sha256(batch.file);
    const entry = journal.entry(batch.number);
    if (entry && entry.digest !== digest) {
      const lines = `lines ${batch.firstLine} to ${batch.lastLine}`;
      throw new BatchStateError(`Batch ${batch.number} (${lines}) is not the one that an earlier run sent.`);
    }
    if (entry?.id != null) {
      yield { ...batch, id: entry.id, job: null, isFinished: entry.status === "finished" };
      continue;
    }
    const body = { ...(form ?? {}), [descriptor.part]: batch.file };
    const job = await sendOnce(descriptor, create, body, entry ?? newEntry(descriptor, batch, digest), {
      journal,
      makeRoom,
      signal: build.signal,
    });
    yield { ...batch, id: idOf(descriptor, job) ?? "", job: job as Job, isFinished: false };
  }
  const beyond = journal.entries.find(({ number }) => number > last);
  if (beyond)
    throw new BatchStateError(`An earlier run sent a batch ${beyond.number}; the input has ${last}.`);
}

interface Sending {
  readonly journal: Journal;
  readonly makeRoom: () => Promise<boolean>;
  readonly signal: AbortSignal | undefined;
}

async function sendOnce(
  descriptor: BatchDescriptor,
  create: Create,
  body: object,
  entry: BatchEntry,
  { journal, makeRoom, signal }: Sending,
): Promise<unknown> {
  const { idempotencyKey } = entry;
  for (;;) {
    signal?.throwIfAborted();
    const sending: BatchEntry = { ...entry, at: now() };
    await journal.put(sending);
    let job: unknown;
    try {
      // Without the signal: a batch whose sending is broken off may be there, and nobody would know its id.
      job = await create(body, idempotencyKey === null ? {} : { idempotencyKey });
    } catch (error) {
      if (!wasNotCreated(error)) {
        throw idempotencyKey === null ? new BatchOutcomeUnknownError(sending, error) : error;
      }
      // If this fails, the state says that the batch was perhaps created: the safe side.
      await journal.remove(entry.number).catch(() => undefined);
      if (error instanceof ConcurrencyLimitError && (await makeRoom())) continue;
      throw error;
    }
    const id = idOf(descriptor, job);
    if (id === null) {
      const cause = new ApiError("The answer names no id.");
      throw idempotencyKey === null ? new BatchOutcomeUnknownError(sending, cause) : cause;
    }
    await journal.created(sending, id);
    return job;
  }
}

function newEntry(
  { operation }: BatchDescriptor,
  { number, firstLine, lastLine }: BatchFile<unknown>,
  digest: string,
): BatchEntry {
  const idempotencyKey = operation.idempotencyHeader === null ? null : crypto.randomUUID();
  return { number, firstLine, lastLine, digest, status: "sending", at: now(), id: null, idempotencyKey };
}

function idOf({ job }: BatchDescriptor, value: unknown): string | null {
  const id = propertyOf(value, job.idProperty);
  return typeof id === "string" && id !== "" ? id : null;
}

/** Refusals that leave open whether an earlier attempt got through. */
const openStatuses: readonly number[] = [408, 409];

/** Whether a failed sending certainly created nothing: refused before it was sent, or by the API for what it is. */
function wasNotCreated(error: unknown): boolean {
  if (error instanceof MissingApiKeyError || error instanceof InvalidArgumentError) return true;
  if (error instanceof LimitError) return true;
  if (error instanceof HttpError)
    return error.status >= 400 && error.status < 500 && !openStatuses.includes(error.status);
  return wasNeverSent(error);
}

async function sha256(file: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
