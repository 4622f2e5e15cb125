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
  ...equivalent(
    "A list of states says what a server may tell of a job; one that never tells one of them keeps the contract.",
    'contract | x-job: item lost | #/components/schemas/Generation/x-job/pending | "PENDING"',
    'contract | x-job: item lost | #/components/schemas/Generation/x-job/pending | "PROCESSING"',
    'contract | x-job: item lost | #/components/schemas/Generation/x-job/failed | "FAILED"',
    'contract | x-job: item lost | #/components/schemas/Generation/x-job/failed | "REJECTED"',
    'contract | x-job: item lost | #/components/schemas/Batch/x-job/pending | "PENDING"',
    'contract | x-job: item lost | #/components/schemas/Batch/x-job/pending | "JOBS_CREATED"',
    'contract | x-job: item lost | #/components/schemas/Batch/x-job/pending | "PROCESSING"',
    'contract | x-job: item lost | #/components/schemas/Batch/x-job/failed | "FAILED"',
  ),
  ...equivalent(
    "A job fails by the first of these states, and a batch not at all, unless the sandbox itself is told to end one so, by the very word that is changed.",
    'contract | x-job: word changed | #/components/schemas/Generation/x-job/failed/1 | "REJECTED" → "REJECTEDx"',
    'contract | x-job: word changed | #/components/schemas/Batch/x-job/failed/0 | "FAILED" → "FAILEDx"',
  ),
  ...equivalent(
    "A failed job need not have a code: the property is optional and may be null.",
    'contract | x-job: word changed | #/components/schemas/Generation/x-job/errorCodeProperty | "error_code" → "error_codex"',
  ),
  ...equivalent(
    "Only clients look for the second code: the contract gives no refusal an example that has it.",
    'contract | x-plans: item lost | #/x-plans/errorCode | "batch_concurrency_limit_reached"',
    'contract | x-plans: word changed | #/x-plans/errorCode/1 | "batch_concurrency_limit_reached" → "batch_concurrency_limit_reachedx"',
  ),
  ...equivalent(
    "Where the results of a batch are, a server tells in the property that x-job names; this word is for clients.",
    'contract | x-batch: word changed | #/paths/~1v2~1generate~1batch/post/x-batch/resultProperty | "outputUrl" → "outputUrlx"',
  ),
  ...equivalent(
    "Where no property of the message is named the sandbox takes the one that is called so: it answers the same.",
    'contract | x-error: word changed | #/components/schemas/ErrorBody/x-error/messageProperty | "message" → "messagex"',
  ),
  ...equivalent(
    "An error need not have the id of its request, and the sandbox gives it none under any name.",
    'contract | x-error: word changed | #/components/schemas/ErrorBody/x-error/requestIdProperty | "requestId" → "requestIdx"',
  ),
  ...open(
    "Jobs of the same month from before the run count too, and how many they were no one outside knows.",
    "contract | x-plans: number − 1 | #/x-plans/plans/0/jobsPerMonth | 3 → 2",
  ),
  ...equivalent(
    "Each of the two properties needs the other beside it (dependentRequired), so either branch refuses both.",
    "contract | branch lost | #/components/schemas/ActiveSpeakerDetection/then/not/anyOf | anyOf/0",
    "contract | branch lost | #/components/schemas/ActiveSpeakerDetection/then/not/anyOf | anyOf/1",
  ),
  ...equivalent(
    "The items are objects anyway, by the schema of the list itself.",
    'contract | type widened | #/components/schemas/CreateGenerationWithFilesRequest/properties/input/contentSchema/contains/type | "object" → ["object","boolean"]',
  ),
  ...equivalent(
    "OpenAPI's encoding says how a client writes a part; whether a server looks at it is its own affair.",
    'contract | content type of a part changed | #/paths/~1v2~1generate~1batch/post/requestBody/content/multipart~1form-data/encoding/input/contentType | "application/jsonl" → "application/zip"',
    'contract | content type of a part changed | #/paths/~1v2~1generate~1upload/post/requestBody/content/multipart~1form-data/encoding/audio/contentType | "audio/wav, audio/mpeg" → "application/zip, audio/mpeg"',
    'contract | content type of a part changed | #/paths/~1v2~1generate~1upload/post/requestBody/content/multipart~1form-data/encoding/video/contentType | "video/mp4" → "application/zip"',
    'contract | content type of a part changed | #/paths/~1v2~1generate~1upload/post/requestBody/content/multipart~1form-data/encoding/audio/contentType | "audio/wav, audio/mpeg" → "audio/wav, application/zip"',
  ),
  ...equivalent(
    "x-idempotency says by itself that the key is a header, and a query parameter more is ignored.",
    'contract | parameter moved | #/components/parameters/IdempotencyKey/in | "header" → "query"',
  ),
  ...equivalent(
    "No style can write an empty list into an address: without a value there is no list.",
    "contract | limit − 1 | #/components/parameters/IdsFilter/schema/minItems | 1 → 0",
    "contract | limit − 1 | #/components/parameters/StatusFilter/schema/minItems | 1 → 0",
  ),
  ...equivalent(
    "In a form a part is text; what the JSON in it is, contentSchema says.",
    'contract | type widened | #/components/schemas/CreateGenerationWithFilesRequest/properties/segments/type | "string" → ["string","boolean"]',
  ),
  ...open(
    "What is no id is refused either way: as no id, or as that of nothing.",
    'contract | type widened | #/components/parameters/GenerationId/schema/type | "string" → ["string","boolean"]',
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
    "The operation takes parameters alone, which is what is left where it is said of none of the others.",
    'client | word changed | operations.js › generationsList | "parameters" → "parametersx"',
    'client | property dropped | operations.js › generationsList | arguments: "parameters"',
  ),
  ...equivalent(
    "It has neither body nor parameters but in its path: whatever is said of its arguments, there are none.",
    'client | word changed | operations.js › generationsGet | "none" → "nonex"',
    'client | property dropped | operations.js › generationsGet | arguments: "none"',
  ),
  ...equivalent(
    "The template of the path names the parameter; what is declared of it is asked for only where it has a style of its own.",
    'client | word changed | operations.js › generationsGet | "id" → "idx"',
    'client | word changed | operations.js › generationsGet | "path" → "pathx"',
    'client | property dropped | operations.js › generationsGet | name: "id"',
    'client | property dropped | operations.js › generationsGet | in: "path"',
    'client | item dropped | operations.js › generationsGet | { name: "id", in: "path" }',
  ),
  ...equivalent(
    "No operation of this contract has parameters beside a body, so nothing asks what the body's member is called.",
    'client | word changed | operations.js › generationsList | "body" → "bodyx"',
    'client | word changed | operations.js › generationsGet | "body" → "bodyx"',
    'client | word changed | operations.js › generationsCreate | "body" → "bodyx" (2)',
    'client | word changed | operations.js › batchCreate | "body" → "bodyx" (2)',
    'client | word changed | operations.js › generationsEstimateCost | "body" → "bodyx" (2)',
    'client | word changed | operations.js › generationsCreateWithFiles | "body" → "bodyx" (2)',
    'client | property dropped | operations.js › generationsList | bodyMember: "body"',
    'client | property dropped | operations.js › generationsGet | bodyMember: "body"',
    'client | property dropped | operations.js › generationsCreate | bodyMember: "body"',
    'client | property dropped | operations.js › batchCreate | bodyMember: "body"',
    'client | property dropped | operations.js › generationsEstimateCost | bodyMember: "body"',
    'client | property dropped | operations.js › generationsCreateWithFiles | bodyMember: "body"',
  ),
  ...equivalent(
    "What is JSON is sent as JSON in any case, and a form says its type itself, with its boundary.",
    'client | property dropped | operations.js › generationsCreate | mediaType: "application/json"',
    'client | property dropped | operations.js › generationsEstimateCost | mediaType: "application/json"',
    'client | word changed | operations.js › batchCreate | "multipart/form-data" → "multipart/form-datax"',
    'client | word changed | operations.js › generationsCreateWithFiles | "multipart/form-data" → "multipart/form-datax"',
  ),
  ...equivalent(
    "An empty list that nothing reads: a JSON body has no parts, and whose arguments are its body has no parameters.",
    "client | property dropped | operations.js › generationsCreate | parts: []",
    "client | property dropped | operations.js › generationsEstimateCost | parts: []",
    "client | property dropped | operations.js › generationsCreate | parameters: []",
    "client | property dropped | operations.js › batchCreate | parameters: []",
    "client | property dropped | operations.js › generationsEstimateCost | parameters: []",
    "client | property dropped | operations.js › generationsCreateWithFiles | parameters: []",
  ),
  ...equivalent(
    "A part that is neither a file nor JSON is written as text, and an object's text is its JSON.",
    'client | word changed | operations.js › generationsCreateWithFiles | "text" → "textx"',
    'client | property dropped | operations.js › generationsCreateWithFiles | kind: "json"',
    'client | word changed | operations.js › batchCreate | "text" → "textx"',
    'client | property dropped | operations.js › batchCreate | kind: "text"',
    'client | word changed | operations.js › batchCreate | "text" → "textx" (2)',
    'client | property dropped | operations.js › batchCreate | kind: "text" (2)',
    'client | property dropped | operations.js › generationsCreateWithFiles | kind: "text"',
    'client | word changed | operations.js › generationsCreateWithFiles | "json" → "jsonx"',
    'client | word changed | operations.js › generationsCreateWithFiles | "text" → "textx" (2)',
    'client | property dropped | operations.js › generationsCreateWithFiles | kind: "text" (2)',
    'client | word changed | operations.js › generationsCreateWithFiles | "json" → "jsonx" (2)',
    'client | property dropped | operations.js › generationsCreateWithFiles | kind: "json" (2)',
    'client | word changed | operations.js › generationsCreateWithFiles | "text" → "textx" (3)',
    'client | property dropped | operations.js › generationsCreateWithFiles | kind: "text" (3)',
    'client | word changed | operations.js › generationsCreateWithFiles | "json" → "jsonx" (3)',
    'client | property dropped | operations.js › generationsCreateWithFiles | kind: "json" (3)',
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
  ...equivalent(
    "The contract has each policy that an operation names.",
    "client | check fails always | runtime/rate-limit.js › withRateLimits | policy",
  ),
  ...equivalent(
    "What a slot is called only the store itself knows.",
    "client | number + 1 | runtime/memory-limits.js › memoryLimits | 0 → 1",
  ),
  ...equivalent(
    "Each operation of this contract has a result.",
    'client | check skipped | runtime/answer.js › resultOf | result === "none"',
  ),
  ...equivalent(
    "No file of this contract may be empty, so a stream of no bytes is refused either way.",
    "client | limit off by one | runtime/body.js › isSizedStream | Number(size) >= 0: >",
  ),
  ...equivalent(
    "A mark of the order of bytes is no JSON: the line is refused either way.",
    'client | check skipped | runtime/limits.js › checkLines | text.startsWith("\\ufeff")',
  ),
  ...equivalent(
    "No sort of file is told by its 65th byte.",
    "client | number + 1 | runtime/file-kinds.js › checkKind | 64 → 65",
  ),
  ...open(
    "Which frames of MP3 there can't be is no matter of the contract. The runtime's unit tests hold it.",
    "client | wrong status | runtime/file-kinds.js › matches | 240 → 241",
    "client | limit off by one | runtime/file-kinds.js › matches | rates < 0xf0: <=",
    "client | number + 1 | runtime/file-kinds.js › matches | 12 → 13 (2)",
  ),
  ...open(
    "How long it waits between two looks at a job only a clock could tell. The runtime's unit tests hold it.",
    "client | number + 1 | jobs.js › generationsGet | 10 → 11",
    "client | property dropped | jobs.js › generationsGet | pollSeconds: 10",
  ),
  ...open(
    "It waits a whole period where less would do: only a clock of the client's own could tell, and it has none to give. The runtime's unit tests hold it.",
    "client | equality flipped | runtime/memory-limits.js › memoryLimits | freeAt[0] === undefined: !==",
  ),
  ...open(
    "How large the stock of retries is, and how fast it fills up again, shows only after twenty of them and some seconds. The runtime's unit tests hold it.",
    "client | limit off by one | runtime/retry.js › withRetries | budget >= 1: >",
    "client | number + 1 | runtime/retry.js › withRetries | 1000 → 1001",
  ),
];
