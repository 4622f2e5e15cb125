import { InvalidArgumentError, UnexpectedResponseError } from "./errors.js";

/** A rule of the contract that a value breaks. Says nothing of what was given but where it stands. */
export interface Issue {
  /** A sentence with the pointer and the rule. */
  readonly message: string;
  /** Keys on the way to the place to show it at. */
  readonly path: readonly (string | number)[];
  /** JSON pointer to the value that breaks the rule; `""` for the whole. */
  readonly pointer: string;
  /** Keyword of JSON Schema, such as `required` or `maxItems`. */
  readonly rule: string;
}

/** A request is not what the contract says. Nothing was sent. */
export class InvalidRequestError extends InvalidArgumentError {
  override readonly name = "InvalidRequestError";
  readonly operation: string;
  readonly issues: readonly Issue[];

  constructor(operation: string, issues: readonly Issue[]) {
    super(argumentOf(issues), `${operation} can't be sent: ${sentenceOf(issues)}. Nothing was sent.`);
    this.operation = operation;
    this.issues = issues;
  }
}

/** An answer is JSON, but not what the contract says. */
export class InvalidResponseError extends UnexpectedResponseError {
  override readonly name = "InvalidResponseError";
  /** The answer is whole: the next will not be another. */
  override readonly isRetryable = false;
  readonly issues: readonly Issue[];

  /** @param from the same without its issues */
  constructor(from: UnexpectedResponseError, issues: readonly Issue[]) {
    super({ ...from, messages: [`the answer is not what the contract says: ${sentenceOf(issues)}`] }, "");
    this.issues = issues;
  }
}

const mostSentences = 5;

function sentenceOf(issues: readonly Issue[]): string {
  const more = issues.length > mostSentences ? `; and ${issues.length - mostSentences} more` : "";
  return issues
    .slice(0, mostSentences)
    .map(({ message }) => message)
    .join("; ")
    .concat(more);
}

/** Top property or parameter of the first issue. */
function argumentOf([issue]: readonly Issue[]): string {
  return String(issue?.path[0] ?? "request");
}
