import type { Operation, Response } from "../../contract/contract.js";
import { layOut, type View } from "../lay-out.js";
import { SourceText } from "../source-text.js";
import type { ViewInput } from "../views.js";
import { answerType, exampleNames } from "./example-names.js";
import { callWords, type Sample, sampleOf } from "./readme-sample.js";
import type { RenderSubpath } from "./subpath.js";

const { ours, literal } = SourceText;

/** `…/msw`: handlers of Mock Service Worker that answer with the contract's examples. */
export const mswSubpath: RenderSubpath = (input) => {
  const { operations } = input.contract;
  const sample = sampleOf(input);
  if (!sample) return null;
  const jobs = [...input.jobs].map(([id, { look }]) => ({
    id: literal(id),
    statuses: [...(look.job?.pending ?? []), ...(look.job?.succeeded ?? []), ...(look.job?.failed ?? [])].map(
      (status) => ({ status: literal(status) }),
    ),
  }));
  const text = layOut("msw", {
    operations: operations.map((operation) => operationView(input, operation)),
    jobs,
    hasJobs: jobs.length > 0,
  });
  return {
    name: "msw",
    entry: "src/msw.ts",
    files: new Map([["src/msw.ts", text]]),
    runtime: ["msw"],
    peers: { msw: "^2.0.0 || ^3.0.0" },
    readme: readmeOf(input, sample),
  };
};

function operationView(input: ViewInput, operation: Operation): View {
  const constant = exampleNames(input).operations.get(operation.id);
  const answers = operation.responses.map((response) => ({
    status: response.status,
    mediaType: concrete(answerType(response)?.mediaType ?? null),
    headers: requiredHeaders(response),
  }));
  return {
    id: literal(operation.id),
    constant: ours(input.names.operations.get(operation.id)?.constant ?? ""),
    type: ours(constant === undefined ? "Record<never, never>" : `typeof examples.${constant}.responses`),
    examples: ours(constant === undefined ? "{}" : `examples.${constant}.responses`),
    answers: literal(answers),
    job: literal(jobOf(input, operation)),
  };
}

/** A range of media types is no type that an answer can have. */
function concrete(mediaType: string | null): string | null {
  return mediaType?.includes("*") ? "application/octet-stream" : mediaType;
}

/** Those that the contract requires, with its examples as values; what no header can hold is left out. */
function requiredHeaders({ headers }: Response): Record<string, string> {
  const fit = headers.filter(
    ({ name, required, example }) =>
      required && example !== null && /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\x20-\x7e]*$/.test(example),
  );
  return Object.fromEntries(fit.map(({ name, example }) => [name, example ?? ""]));
}

function jobOf({ jobs }: ViewInput, { id, jobLink, startsJob }: Operation): object | null {
  const look = jobs.has(id) ? id : startsJob ? (jobLink?.operationId ?? "") : "";
  const followed = jobs.get(look);
  if (!followed?.look.job) return null;
  const { statusProperty, pending, succeeded } = followed.look.job;
  return { look, idProperty: followed.idProperty, statusProperty, pending, succeeded };
}

function readmeOf(input: ViewInput, sample: Sample): SourceText {
  const { packageName } = input.contract.client;
  const { operation } = sample;
  const [job] = input.jobs.keys();
  const followed = sample.request !== "" && input.jobs.has(operation.jobLink?.operationId ?? "");
  const refusal = refusalOf(operation);
  const hasJobs = job !== undefined;
  return ours(
    layOut("msw-readme", {
      ...callWords(input),
      mswLiteral: literal(`${packageName}/msw`),
      examplesLiteral: literal(`${packageName}/examples`),
      constant: ours(sample.constant),
      call: ours(`${[...operation.group, operation.name].join(".")}${followed ? "AndWait" : ""}`),
      request: ours(sample.request),
      hasRequest: sample.request !== "",
      options: ours(followed ? ", { pollMs: 1 }" : ""),
      id: literal(operation.id),
      status: literal(Number(refusal?.response.status ?? 500)),
      how: refusal ? ours(`example: ${literal(refusal.example)}`) : ours("body: {}"),
      job: literal(job ?? ""),
      hasJobs,
    }).trimEnd(),
  );
}

/** A refusal that a client hands to its caller, not one that it waits out or that tells of the key. */
function refusalOf({ responses }: Operation): { response: Response; example: string } | null {
  const shown = responses.flatMap((response) => {
    const [example] = answerType(response)?.examples ?? [];
    return example && /^4\d\d$/.test(response.status) ? [{ response, example: example.name }] : [];
  });
  return shown.find(({ response }) => !["401", "408", "409", "429"].includes(response.status)) ?? null;
}
