import type { BatchDescriptor } from "./batch-descriptor.js";
import { type BatchFile, type BuildOptions, buildBatches, type Rows } from "./build.js";
import { type FetchResultsOptions, fetchResults } from "./fetch-results.js";
import { type BatchResult, type ReadResultsOptions, type ResultSource, readResults } from "./results.js";
import { type EndedBatch, type RunOptions, runBatches } from "./run.js";
import { checkBatches, type SubmitOptions, type SubmittedBatch, submitBatches } from "./submit.js";
import { BatchInbox } from "./wait.js";

type Stream<T> = AsyncGenerator<T, void, undefined>;
/** A line of the results, whose content the contract does not say. */
export type ResultLine = Readonly<Record<string, unknown>>;

/** The functions of this folder for one operation of a contract, with its types. */
export interface Batches<Client, Row, Line, Form, Job> {
  buildBatches(rows: Rows<Row>, options?: BuildOptions): Stream<BatchFile<Line>>;
  checkBatches(
    client: Client,
    rows: Rows<Row>,
    options?: Omit<SubmitOptions<Form>, "state">,
  ): Stream<BatchFile<Line>>;
  submitBatches(
    client: Client,
    rows: Rows<Row>,
    options?: SubmitOptions<Form>,
  ): Stream<SubmittedBatch<Line, Job>>;
  runBatches<Result = ResultLine>(
    client: Client,
    rows: Rows<Row>,
    options?: RunOptions<Form, Job>,
  ): Stream<EndedBatch<Line, Job, Result>>;
  batchInbox(): BatchInbox<Job>;
  fetchResults(client: Client, address: string, options?: FetchResultsOptions): Promise<Blob>;
  readResults<Result = ResultLine>(
    source: ResultSource,
    options?: ReadResultsOptions<Line>,
  ): Stream<BatchResult<Line, Result>>;
}

export function batchesOf<Client, Row, Line, Form, Job>(
  descriptor: BatchDescriptor,
): Batches<Client, Row, Line, Form, Job> {
  return {
    buildBatches: (rows, options) => buildBatches(descriptor, rows, options),
    checkBatches: (client, rows, options) => checkBatches(descriptor, client, rows, options),
    submitBatches: (client, rows, options) => submitBatches(descriptor, client, rows, options),
    runBatches: (client, rows, options) =>
      runBatches(descriptor, client, rows, options as RunOptions<unknown, Job>),
    batchInbox: () => new BatchInbox(descriptor),
    fetchResults,
    readResults: (source, options) => readResults(descriptor, source, options),
  };
}
