import type { BodyDescriptor, OperationDescriptor, PartDescriptor } from "../descriptors.js";
import { sampleFile } from "./sample-file.js";

/** Values as the contract writes them, by the names of the examples. */
type Written = Readonly<Record<string, unknown>>;

interface WrittenExamples {
  readonly requests: Written;
  /** By status, such as `"201"`. */
  readonly responses: Readonly<Record<string, Written>>;
}

/** The type at a path of property names below one of the contract's types; `unknown` where there is none. */
export type TypeAt<Type, Path extends readonly string[]> = Path extends readonly [
  infer Name extends string,
  ...infer Rest extends readonly string[],
]
  ? Type extends { [Key in Name]?: infer Next }
    ? TypeAt<Exclude<Next, undefined>, Rest>
    : unknown
  : Type;

/**
 * The examples of an operation. Reading one makes it anew, so that a test may change what it has read and no other
 * test sees that. An example need not be valid: the types say what the contract says of the place it stands in.
 *
 * @param operation given where a body has files, which are made from what the contract writes in their place
 */
export function operationExamples<Examples>(
  { requests, responses }: WrittenExamples,
  operation?: OperationDescriptor,
): Examples {
  const body = operation?.body ?? null;
  const byStatus = Object.entries(responses).map(([status, written]) => [status, examplesOf(written)]);
  return Object.freeze({
    requests: examplesOf(requests, (value) => (body === null ? value : withFiles(body, value))),
    responses: Object.freeze(Object.fromEntries(byStatus)),
  }) as Examples;
}

/** Examples by their names, each made anew when it is read. */
export function examplesOf<Examples>(
  written: Written,
  finish: (value: unknown) => unknown = (value) => value,
): Examples {
  const set = {};
  for (const [name, value] of Object.entries(written)) {
    Object.defineProperty(set, name, { enumerable: true, get: () => finish(structuredClone(value)) });
  }
  return Object.freeze(set) as Examples;
}

/** A body of a form, as the client's method takes it: files are `File`s, and JSON in a text is the value. */
function withFiles({ encoding, mediaType, parts }: BodyDescriptor, value: unknown): unknown {
  if (encoding !== "multipart") return sampleFile(value, "body", [mediaType]);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, written]): [string, unknown] => {
    const part = parts.find((candidate) => candidate.name === name);
    if (!part) return [name, written];
    const made = part.repeated && Array.isArray(written) ? written : [written];
    const values = made.map((item) => partValue(part, item));
    return [name, part.repeated ? values : values[0]];
  });
  return Object.fromEntries(entries);
}

function partValue({ name, kind, contentTypes }: PartDescriptor, written: unknown): unknown {
  if (kind === "file") return sampleFile(written, name, contentTypes);
  if (kind !== "json" || typeof written !== "string") return written;
  try {
    return JSON.parse(written);
  } catch {
    return written; // a text that is no JSON is at least what the contract says
  }
}
