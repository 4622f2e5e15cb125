/** A mutant that nothing notices, and why that is so. */
export interface Survivor {
  readonly mutant: string;
  readonly reason: string;
  /** Whether it changes nothing that anyone outside could see: then it is no fault, and not counted. */
  readonly isEquivalent: boolean;
}

const equivalent = (reason: string, ...mutants: readonly string[]): Survivor[] =>
  mutants.map((mutant) => ({ mutant, reason, isEquivalent: true }));

const open = (reason: string, ...mutants: readonly string[]): Survivor[] =>
  mutants.map((mutant) => ({ mutant, reason, isEquivalent: false }));

/** Every survivor there is. One that is not here fails the run, and so does one that is here and is caught by now. */
export const survivors: readonly Survivor[] = [
  ...open(
    "How long media may be is only known when the job has read it: no request shows it.",
    "contract | extension lost | #/components/schemas/BatchLine/properties/payload/x-max-seconds | lost",
  ),
  ...equivalent(
    "The items are objects anyway, by the schema of the list itself.",
    'contract | type widened | #/components/schemas/CreateGenerationWithFilesRequest/properties/input/contentSchema/contains/type | "object" → ["object","boolean"]',
  ),
  ...equivalent(
    "Without a body there is no model, and so no price, and no file of lines: the operation refuses it all the same.",
    "contract | requirement of a body flipped | #/paths/~1v2~1generate~1estimate-cost/post/requestBody/required | true → false",
    "contract | requirement of a body flipped | #/paths/~1v2~1generate~1batch/post/requestBody/required | true → false",
  ),
  ...equivalent(
    "OpenAPI's encoding says how a client writes a part; whether a server looks at it is its own affair.",
    'contract | content type of a part changed | #/paths/~1v2~1generate~1batch/post/requestBody/content/multipart~1form-data/encoding/input/contentType | "application/jsonl" → "application/zip"',
    'contract | content type of a part changed | #/paths/~1v2~1generate~1upload/post/requestBody/content/multipart~1form-data/encoding/audio/contentType | "audio/wav, audio/mpeg" → "application/zip, audio/mpeg"',
    'contract | content type of a part changed | #/paths/~1v2~1generate~1upload/post/requestBody/content/multipart~1form-data/encoding/audio/contentType | "audio/wav, audio/mpeg" → "audio/wav, application/zip"',
  ),
  ...equivalent(
    "It is served a turn later, to the same end: only speed is lost.",
    "sandbox | check fails always | serve-operation.ts › #serveCounted | body instanceof Promise || judge",
  ),
  ...equivalent(
    "Nothing else is thrown while a body is read: this is for faults of the sandbox that it does not have.",
    "sandbox | check skipped | serve-operation.ts › #readBody | !(error instanceof BodyError)",
  ),
  ...equivalent(
    "An optional header that was not sent has no value either way: only speed is lost.",
    "sandbox | check skipped | parameters.ts › read | header !== null && request.headers[header] === undefined && !paramete…",
  ),
  ...equivalent(
    "What is kept is the same when it is made anew: only speed is lost.",
    "sandbox | check fails always | parameters.ts › typesOf | !types",
    "sandbox | step left out | parameters.ts › typesOf | known.set(schema, types);",
    "sandbox | check fails always | job-operations.ts › bodyOf | !make",
    "sandbox | step left out | job-operations.ts › bodyOf | this.#made.set(schema.pointer, make);",
    "sandbox | check skipped | job-operations.ts › textOf | job.told?.status === status",
    "sandbox | check skipped | job-operations.ts › textOf | job.lines === null",
    "sandbox | check fails always | refusal.ts › shapeOf | !shape",
    "sandbox | step left out | refusal.ts › shapeOf | shapes.set(schema, shape);",
  ),
  ...equivalent(
    "Jobs that end in the same millisecond have no order among them.",
    "sandbox | limit off by one | jobs.ts › Jobs | a.endsMs < b.endsMs: <=",
  ),
  ...equivalent(
    "A request that has ended, or whose sender is gone, says so a moment later in another way.",
    "sandbox | check skipped | read-multipart.ts › readMultipart | request.readableEnded || request.destroyed",
    'sandbox | step left out | read-multipart.ts › readMultipart | request.once("aborted", () => refuse(wrong("cutOff", "", "ended too e…',
  ),
  ...open(
    "How long a receiver of webhooks may take no contract says, and no test waits so long.",
    "sandbox | number + 1 | webhooks.ts › timeoutMs | 10000 → 10001",
  ),
  ...equivalent(
    "A promise keeps what it came to first.",
    "sandbox | check fails always | read-body.ts › readBytes | !ended",
    "sandbox | check skipped | read-multipart.ts › readMultipart | settled",
  ),
  ...equivalent(
    "A part that is neither a file nor JSON is written as text, and an object's text is its JSON.",
    'client | word changed | operations.js › generationsCreateWithFiles | "text" → "textx"',
    'client | property dropped | operations.js › generationsCreateWithFiles | kind: "json"',
  ),
  ...equivalent(
    "The operation has no body, so nothing asks what its member is called.",
    'client | property dropped | operations.js › generationsGet | bodyMember: "body"',
  ),
  ...equivalent(
    "A contract with only JSON and multipart bodies: forms are written before this is asked.",
    'client | check fails always | runtime/body.js › serializeBody | encoding === "json"',
  ),
  ...equivalent(
    "The only file of lines of this contract has a property that must differ.",
    "client | check skipped | runtime/limits.js › checkLines | uniqueBy === null",
  ),
  ...equivalent(
    "A path parameter without a value is refused either way, for the empty text or for none.",
    "client | limit off by one | runtime/path.js › fillPath | items.length > 0: >=",
  ),
  ...equivalent(
    "A parameter that is not given would be undefined, and what is undefined is not written.",
    'client | check skipped | runtime/send.js › splitArguments | place === "path" || !Object.hasOwn(rest, name)',
  ),
  ...equivalent(
    "No operation of this contract has parameters beside a body.",
    'client | check skipped | runtime/send.js › splitArguments | operation.arguments === "merged"',
  ),
  ...open(
    "It waits a whole period where less would do: only a clock of the client's own could tell, and it has none to give. The runtime's unit tests hold it.",
    "client | equality flipped | runtime/memory-limits.js › memoryLimits | freeAt[0] === undefined: !==",
  ),
  ...open(
    "How fast the stock of retries fills up again shows only after twenty of them and some seconds. The runtime's unit tests hold it.",
    "client | number + 1 | runtime/retry.js › withRetries | 1000 → 1001",
  ),
];
