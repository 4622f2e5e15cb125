import { ApiError } from "../errors.js";
import type { BatchEntry } from "./state.js";

/** What is wrong with a line, and where in it. */
export interface LineIssue {
  /** JSON pointer into the line; empty for the line itself. */
  readonly pointer: string;
  readonly message: string;
}

/** A row can't be a line of a batch. Nothing of its batch was sent. */
export class BatchLineError extends ApiError {
  override readonly name = "BatchLineError";
  /** Number of the row in the whole input, from 1. */
  readonly line: number;
  /** What its id property holds, if that is a text. */
  readonly id: string | null;
  readonly issues: readonly LineIssue[];

  constructor(line: number, id: string | null, issues: readonly LineIssue[]) {
    const name = id === null ? "" : ` (${JSON.stringify(id)})`;
    super(
      `Line ${line}${name}: ${issues.map(({ pointer, message }) => `${pointer} ${message}`.trim()).join("; ")}.`,
    );
    this.line = line;
    this.id = id;
    this.issues = issues;
  }
}

/** Two rows of the whole input, perhaps of different batches, have one id: their results could not be told apart. */
export class DuplicateLineError extends ApiError {
  override readonly name = "DuplicateLineError";
  readonly firstLine: number;
  readonly line: number;
  /** The id that both have. */
  readonly id: string;

  constructor(property: string, id: string, firstLine: number, line: number) {
    super(`Lines ${firstLine} and ${line} have the same ${property}: ${JSON.stringify(id)}.`);
    this.firstLine = firstLine;
    this.line = line;
    this.id = id;
  }
}

/** What the state file and the input say does not fit together, or the file is none. Nothing was sent. */
export class BatchStateError extends ApiError {
  override readonly name = "BatchStateError";
}

/**
 * A batch was being sent when the connection, the server or the process failed: the API may have created it or not.
 * It is not sent again until `resolveBatch` is told which.
 */
export class BatchOutcomeUnknownError extends ApiError {
  override readonly name = "BatchOutcomeUnknownError";
  /** Its lines, the digest of its file, and since when it is being sent. */
  readonly batch: BatchEntry;

  constructor(batch: BatchEntry, cause?: unknown) {
    super(
      `Batch ${batch.number} (${linesOf(batch)}) was being sent at ${batch.at}, and it is not known whether it was created. ` +
        "It is not sent again: find out, and tell resolveBatch.",
      cause === undefined ? undefined : { cause },
    );
    this.batch = batch;
  }
}

/** A batch was created, but its id could not be saved: tell `resolveBatch` before the next run. */
export class BatchNotSavedError extends ApiError {
  override readonly name = "BatchNotSavedError";
  readonly batch: BatchEntry;
  /** The id of the created batch. */
  readonly id: string;

  constructor(batch: BatchEntry, id: string, cause: unknown) {
    super(
      `Batch ${batch.number} (${linesOf(batch)}) was created as ${id}, but this could not be saved. Tell resolveBatch.`,
      { cause },
    );
    this.batch = batch;
    this.id = id;
  }
}

/** The results are not what the contract says: a line that is no JSON object, has no id, or never ends. */
export class BatchResultError extends ApiError {
  override readonly name = "BatchResultError";
  /** Number of the line in the results, from 1; 0 for what is wrong with the whole. */
  readonly line: number;

  constructor(line: number, message: string, cause?: unknown) {
    super(
      line === 0 ? `The results ${message}.` : `Line ${line} of the results ${message}.`,
      cause === undefined ? undefined : { cause },
    );
    this.line = line;
  }
}

function linesOf({ firstLine, lastLine }: BatchEntry): string {
  return `lines ${firstLine} to ${lastLine}`;
}
