import type { Contract, Operation } from "../contract/contract.js";
import { docComment } from "./doc-comment.js";
import type { View } from "./lay-out.js";
import { SourceText } from "./source-text.js";
import type { OperationNames, TypeNames } from "./type-names.js";

/** A job that can be followed: the operation that looks at it, and where its id stands. */
export interface FollowedJob {
  /** Ids of the operations that start it. */
  readonly startedBy: readonly string[];
  /** Looks at the job. */
  readonly look: Operation;
  readonly idParameter: string;
  readonly idProperty: string;
}

/** The jobs of a contract that a link leads to, by the id of the operation that looks at them. */
export function followedJobs({ operations }: Contract): Map<string, FollowedJob> {
  const jobs = new Map<string, FollowedJob>();
  for (const { startsJob, jobLink } of operations) {
    if (!startsJob || !jobLink || jobs.has(jobLink.operationId)) continue;
    const startedBy = operations
      .filter((operation) => operation.startsJob && operation.jobLink?.operationId === jobLink.operationId)
      .map(({ id }) => id);
    const look = operations.find(({ id }) => id === jobLink.operationId);
    const inPath = look?.parameters.filter((parameter) => parameter.in === "path") ?? [];
    if (!look?.job || inPath.length !== 1 || inPath[0]?.name !== jobLink.parameter) continue;
    jobs.set(look.id, { look, startedBy, idParameter: jobLink.parameter, idProperty: jobLink.property });
  }
  return jobs;
}

/** Descriptors of the jobs that can be followed. */
export function jobsView(jobs: Iterable<FollowedJob>, names: TypeNames): View {
  const descriptors = [...jobs].map(({ look, startedBy, idParameter, idProperty }) => {
    const constant = constantOf(names, look);
    const { pending, ...job } = look.job ?? { pending: [] };
    return {
      doc: docComment([`The job that \`${[...look.group, look.name].join(".")}\` looks at.`]),
      name: SourceText.ours(constant),
      operation: SourceText.ours(constant),
      rest: SourceText.literal({ startedBy, idParameter, idProperty, ...job }),
    };
  });
  return { descriptors };
}

/** A method that goes with an operation's own: what a template needs of it. */
export interface Companion {
  readonly name: string;
  readonly doc: readonly string[];
  readonly signature: string;
  readonly returns: string;
  readonly expression: string;
  /** Types of the runtime's `jobs.js` that it names. */
  readonly uses: readonly string[];
}

/** Names of the methods that go with an operation's own, which is called `method`. */
export function companionNames(
  { id, startsJob, jobLink }: Operation,
  method: string,
  jobs: ReadonlyMap<string, FollowedJob>,
): readonly string[] {
  return [
    ...(jobs.has(id) ? ["waitFor", "watch"] : []),
    ...(startsJob && jobs.has(jobLink?.operationId ?? "") ? [`${method}AndWait`] : []),
  ];
}

/** `waitFor` and `watch`, beside the operation that looks at a job. */
export function lookCompanions(
  { look, idParameter }: FollowedJob,
  result: string,
  names: TypeNames,
): Companion[] {
  const descriptor = `jobs.${constantOf(names, look)}`;
  const method = `\`${[...look.group, look.name].join(".")}\``;
  return [
    {
      name: "waitFor",
      doc: [
        "Waits until the job ends, and returns it if it succeeded.",
        `Looks by ${method}, often at first and then less; a look that fails for a passing reason is repeated.`,
        `@param ${idParameter} the job's id; it may have been created by another process`,
        "@throws {JobFailedError} if the job failed or was refused",
        "@throws {JobTimeoutError} if it has not ended after `timeoutMs`; the job goes on, and the error holds its id",
      ],
      signature: `id: string, options?: WaitOptions<${result}>`,
      returns: `Promise<${result}>`,
      expression: `waitForJob<${result}>(this.#send, ${descriptor}, id, options)`,
      uses: ["waitForJob", "type WaitOptions"],
    },
    {
      name: "watch",
      doc: [
        "Follows many jobs at once, and yields each as it ends, whether it succeeded or failed.",
        "Leaving the loop early ends the watching, not the jobs.",
        "@throws what a look throws at a job that can't be followed, such as `NotFoundError`; once all others have been yielded",
      ],
      signature: `ids: Iterable<string>, options?: WaitOptions<${result}>`,
      returns: `AsyncGenerator<${result}, void, undefined>`,
      expression: `watchJobs<${result}>(this.#send, ${descriptor}, ids, options)`,
      uses: ["watchJobs", "type WaitOptions"],
    },
  ];
}

/** `createAndWait`, beside an operation that starts a job. */
export function startCompanion(
  { look }: FollowedJob,
  call: {
    readonly method: string;
    readonly result: string;
    readonly parameters: string;
    readonly values: string;
  },
  names: TypeNames,
): Companion {
  const { method, result, parameters, values } = call;
  return {
    name: `${method}AndWait`,
    doc: [
      `As \`${method}\`, then waits until the job ends, and returns it if it succeeded.`,
      `@throws whatever \`${method}\` throws; and, once the job was created:`,
      "@throws {JobFailedError} if the job failed or was refused",
      "@throws {JobTimeoutError} if it has not ended after `timeoutMs`; the job goes on, and the error holds its id",
    ],
    signature: [parameters, `options?: CreateAndWaitOptions<${result}>`]
      .filter((part) => part !== "")
      .join(", "),
    returns: `Promise<${result}>`,
    expression: `createJob<${result}>(this.#send, jobs.${constantOf(names, look)}, ${values}, options)`,
    uses: ["createJob", "type CreateAndWaitOptions"],
  };
}

function constantOf(names: TypeNames, { id }: Operation): string {
  const found: OperationNames | undefined = names.operations.get(id);
  if (!found) throw new Error(`No names were made for the operation ${id}.`);
  return found.constant;
}
