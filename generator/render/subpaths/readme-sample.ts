import type { Example, Operation } from "../../contract/contract.js";
import { camelCase } from "../../contract/names.js";
import type { View } from "../lay-out.js";
import { headerScheme, isSuccess } from "../operation-view.js";
import { SourceText } from "../source-text.js";
import type { ViewInput } from "../views.js";
import { answerExamples, exampleNames } from "./example-names.js";

const { ours, literal } = SourceText;

/** What a README's program shows the examples by. */
export interface Sample {
  readonly operation: Operation;
  /** Constant that holds its examples. */
  readonly constant: string;
  /** Expression of an example of its body; empty where the operation needs more than that, or has none. */
  readonly request: string;
  /** Expression of an example of its success; empty where it has none. */
  readonly answer: string;
}

/**
 * An operation that can be called with an example alone, one that starts a job before others; or just any with
 * examples. `null` where none has any.
 */
export function sampleOf(input: ViewInput): Sample | null {
  const { operations } = exampleNames(input);
  const samples = input.contract.operations.flatMap((operation): Sample[] => {
    const constant = operations.get(operation.id);
    return constant === undefined
      ? []
      : [{ operation, constant, ...expressionsOf(input, operation, constant) }];
  });
  const rank = ({ operation, request, answer }: Sample): number =>
    (request !== "" && answer !== "" ? 0 : 4) + (answer !== "" ? 0 : 2) + (operation.startsJob ? 0 : 1);
  return samples.sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

function expressionsOf(
  { shapes }: ViewInput,
  operation: Operation,
  constant: string,
): Pick<Sample, "request" | "answer"> {
  const shape = shapes.get(operation.id);
  const isEnough =
    shape?.arguments === "body" && shape.pathParameters.length === 0 && shape.body?.encoding === "json";
  const request = isEnough ? plainest(shape.body?.examples ?? []) : null;
  const success = operation.responses.find(
    (response) => isSuccess(response) && answerExamples(response).length > 0,
  );
  const answer = success && plainest(answerExamples(success));
  return {
    request: request ? `${constant}.requests${member(request.name)}` : "",
    answer: success && answer ? `${constant}.responses${member(success.status)}${member(answer.name)}` : "",
  };
}

function member(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${literal(name)}]`;
}

/** The shortest that says something. */
function plainest(examples: readonly Example[]): Example | null {
  const length = ({ value }: Example): number => {
    const text = JSON.stringify(value);
    return text.length <= 2 ? Number.POSITIVE_INFINITY : text.length;
  };
  return examples.toSorted((a, b) => length(a) - length(b))[0] ?? null;
}

/** How a README's program makes its client. */
export function callWords({ contract }: ViewInput): View {
  const { packageName, className } = contract.client;
  return {
    className: ours(className),
    packageLiteral: literal(packageName),
    variable: ours(camelCase(className.replace(/(?<=.)Client$/, ""))),
    hasAuth: contract.operations.some((operation) => headerScheme(operation) !== null),
  };
}
