import type { BatchDescriptor } from "./batch-descriptor.js";
import { BatchLineError, type LineIssue } from "./batch-errors.js";

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
interface StandardResult {
  readonly issues?: readonly StandardIssue[] | undefined;
}

/** Finds what is wrong with a line: a function, or a validator of the Standard Schema kind (`~standard`). */
export type LineValidator =
  | ((line: unknown) => readonly LineIssue[] | null | undefined)
  | {
      readonly "~standard": {
        readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
      };
    };

/** Finds what is wrong with a line; empty if nothing is. */
export type FindIssues = (line: Readonly<Record<string, unknown>>) => Issues | Promise<Issues>;
type Issues = readonly LineIssue[];

/** The caller's validator, or else the contract's, or else a look at what every line must have. */
export function issueFinder(descriptor: BatchDescriptor, given: LineValidator | undefined): FindIssues {
  const validator = given ?? descriptor.validateLine;
  if (validator === null) return (line) => shallowIssues(descriptor, line);
  if (typeof validator === "function") return (line) => validator(line) ?? [];
  const { validate } = validator["~standard"];
  const read = ({ issues = [] }: StandardResult): Issues =>
    issues.map(({ message, path = [] }) => ({ pointer: pointerOf(path), message }));
  return (line) => {
    const result = validate(line);
    return result instanceof Promise ? result.then(read) : read(result);
  };
}

export interface LineText {
  readonly id: string;
  /** The line as JSON, without its newline. */
  readonly text: string;
}

/**
 * A row as a line of a batch file: what can have one value only is filled in, and the whole is checked. At once, unless
 * the check takes its time: a promise for each of a million rows would cost more than the check.
 *
 * @param number of the row in the whole input, from 1
 * @throws {BatchLineError} naming every issue and where it is
 */
export function checkLine(
  { line: { idProperty, constants } }: BatchDescriptor,
  row: unknown,
  number: number,
  findIssues: FindIssues,
): LineText | Promise<LineText> {
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw new BatchLineError(number, null, [{ pointer: "", message: "is no object" }]);
  }
  const line: Record<string, unknown> = { ...row };
  for (const name in constants) if (line[name] === undefined) line[name] = constants[name];
  const id = line[idProperty];
  const write = (issues: Issues): LineText => {
    const requestId = typeof id === "string" ? id : null;
    if (issues.length > 0) throw new BatchLineError(number, requestId, issues);
    if (requestId === null) {
      const issue = { pointer: pointerOf([idProperty]), message: "must be a text" };
      throw new BatchLineError(number, null, [issue]);
    }
    try {
      return { id: requestId, text: JSON.stringify(line) };
    } catch (error) {
      const why = error instanceof Error ? error.message.split("\n", 1)[0] : "unknown reason";
      throw new BatchLineError(number, requestId, [
        { pointer: "", message: `can't be written as JSON (${why})` },
      ]);
    }
  };
  const issues = findIssues(line);
  return issues instanceof Promise ? issues.then(write) : write(issues);
}

function shallowIssues(
  { line: { required, properties, constants } }: BatchDescriptor,
  line: Readonly<Record<string, unknown>>,
): Issues {
  const missing = required.filter((name) => line[name] === undefined);
  const unknown = Object.keys(line).filter((name) => properties !== null && !properties.includes(name));
  const wrong = Object.keys(constants).filter((name) => line[name] !== constants[name]);
  const at = (name: string, message: string): LineIssue => ({ pointer: pointerOf([name]), message });
  return [
    ...missing.map((name) => at(name, "is missing")),
    ...unknown.map((name) => at(name, "is no property of a line")),
    ...wrong.map((name) => at(name, `must be ${JSON.stringify(constants[name])}`)),
  ];
}

function pointerOf(path: NonNullable<StandardIssue["path"]>): string {
  return path
    .map((part) => String(typeof part === "object" ? part.key : part))
    .map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
