/** A rule of a schema that a value breaks. */
export interface Failure {
  /** Where in the value, as a JSON pointer; the whole value is `""`. */
  readonly pointer: string;
  /** The keyword of JSON Schema. */
  readonly rule: string;
  /** What the rule asks for, in Ajv's words. */
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * What every validator of this package is.
 *
 * @param pointer where the value stands in a larger one
 * @returns every failure, or `null` if there is none
 */
export type Validate = (data: unknown, pointer?: string) => Failure[] | null;

/** Takes back all but the first failures, as after a branch that need not be met. */
export function restore(failures: Failure[] | null, count: number): Failure[] | null {
  if (count === 0 || failures === null) return null;
  failures.length = count;
  return failures;
}

/** Adds a failure; one without a rule only counts, as inside a `not`. */
export function report(
  failures: Failure[] | null,
  pointer = "",
  rule = "",
  params: Failure["params"] = {},
): Failure[] {
  const failure = { pointer, rule, params };
  if (failures === null) return [failure];
  failures.push(failure);
  return failures;
}
