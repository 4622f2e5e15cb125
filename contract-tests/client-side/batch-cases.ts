import fc from "fast-check";
import { array, object } from "../support/contract.js";
import { parseMultipart } from "../support/multipart.js";
import type { Lines, Part } from "../support/parts.js";
import type { RecordedRequest } from "../support/recorder.js";
import type { CasesOf, Subject } from "./case.js";
import type { ClientContract, ClientOperation } from "./client-contract.js";
import { declaredAnswers } from "./declared-answers.js";
import { newClient, outcomeOf } from "./make-call.js";
import { hold } from "./property.js";
import { whole } from "./wire-server.js";

/** However many rows there are, the files that are sent hold each of them once, in order, and are such as the contract takes. */
export const batchCases: CasesOf = (contract) =>
  contract.operations.flatMap((operation) => {
    const part = operation.body?.form?.parts.find(({ lines }) => lines !== null);
    return operation.isBatch && part?.lines
      ? [
          {
            title: [operation.id, "batches hold every row, within the limits"],
            run: (subject) => holdBatches(subject, contract, operation, part, part.lines as Lines),
          },
        ]
      : [];
  });

type Submit = (client: object, rows: Iterable<unknown>) => AsyncIterable<{ readonly id: string }>;

async function holdBatches(
  subject: Subject,
  contract: ClientContract,
  operation: ClientOperation,
  part: Part,
  lines: Lines,
): Promise<void> {
  const module = await subject.client.entry("batch");
  const submitBatches = module?.["submitBatches"] as Submit | undefined;
  if (!submitBatches) throw new Error("The package has no submitBatches.");
  const { sent } = contract;
  const { minItems, maxItems, uniqueBy } = lines;
  const [least, most] = [minItems ?? 1, maxItems ?? 1_000];
  const created = declaredAnswers(contract, operation).find(({ isSuccess }) => isSuccess);
  if (!created || uniqueBy === null) throw new Error(`${operation.id} makes no batches.`);
  const counts = [least, least + 1, most - 1, most, most + 1, most + least - 1, 2 * most + 3];
  await hold(
    fc.record({
      some: fc.array(sent.arbitraries.of(lines.schema), { minLength: 1, maxLength: 6 }),
      count: fc.constantFrom(...counts),
      answer: created.answers,
    }),
    async ({ some, count, answer }) => {
      const rows = Array.from({ length: count }, (_, index) => ({
        ...object(some[index % some.length]),
        [uniqueBy]: `row-${index}`,
      }));
      const client = newClient(subject);
      const { value, requests } = await subject.server.serve(
        (_, index) => {
          const job = { ...object(JSON.parse(String(answer.body))), id: `batch-${index}` };
          return whole({ ...answer, body: Buffer.from(JSON.stringify(job)) });
        },
        () =>
          outcomeOf(subject, async () => {
            const batches: string[] = [];
            for await (const { id } of submitBatches(client, rows)) batches.push(id);
            return batches;
          }),
      );
      if (!("result" in value)) return [`It fails: ${"error" in value ? String(value.error) : "it hangs"}`];
      const files = requests.map((request) => linesOf(request, part));
      const all = files.flat().map((line) => JSON.parse(line) as unknown);
      return [
        ...(JSON.stringify(all) === JSON.stringify(rows)
          ? []
          : ["The rows did not come, each once and in order."]),
        ...(array(value.result).length === files.length ? [] : ["There are not as many batches as files."]),
        ...files.flatMap((file) => faultsOfFile(contract, file, part, lines)),
      ];
    },
    { ...subject.run, runs: Math.ceil(subject.run.runs / 4) },
    ({ some, count }) => `submitBatches(client, ${count} rows like ${JSON.stringify(some).slice(0, 1_000)})`,
  );
}

function linesOf({ headers, body }: RecordedRequest, { name }: Part): string[] {
  const type = headers.find(([one]) => one.toLowerCase() === "content-type")?.[1] ?? "";
  const file = parseMultipart(type, body).find((one) => one.name === name);
  return (file?.bytes.toString("utf8") ?? "").split("\n").slice(0, -1);
}

function faultsOfFile(
  { sent }: ClientContract,
  file: readonly string[],
  { maxBytes }: Part,
  { schema, minItems, maxItems }: Lines,
): string[] {
  const bytes = file.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const wrong = file.find((line) => !sent.judge.isValid(schema, JSON.parse(line)));
  return [
    ...(file.length < (minItems ?? 0) || file.length > (maxItems ?? Number.POSITIVE_INFINITY)
      ? [`A file has ${file.length} lines.`]
      : []),
    ...(bytes > (maxBytes ?? Number.POSITIVE_INFINITY) ? [`A file has ${bytes} bytes.`] : []),
    ...(wrong === undefined ? [] : [`A line is not valid: ${wrong}`]),
  ];
}
