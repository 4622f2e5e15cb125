import type { Answer } from "./answer.js";
import type { OperationDescriptor } from "./descriptors.js";

/** Checks calls against the contract's schemas; made by `validation()` of the package's entry `validate`. */
export interface Validation {
  /** @throws {InvalidRequestError} naming each rule that the values of the path or the arguments break */
  request(operation: OperationDescriptor, path: Readonly<Record<string, unknown>>, args: unknown): void;
  /** @throws {InvalidResponseError} naming each rule that a result breaks */
  response(answer: Answer, operation: OperationDescriptor, result: unknown): void;
}

/** What to check: requests before they are sent, or results too. */
export type ValidationScope = "requests" | "all";

/**
 * How a client comes by its validators. They are loaded at the first call, and only if they were asked for; bundlers don't
 * see this import, so a bundle holds them only if the program itself imports them.
 *
 * @param module name of the entry that holds them; `undefined` where the package has none
 * @throws {TypeError} for an option that is none
 */
export function findValidation(
  option: ValidationScope | Validation | undefined,
  module: string | undefined,
): (() => Promise<Validation>) | undefined {
  if (option === undefined) return undefined;
  if (typeof option === "object" && option !== null) return async () => option;
  if ((option !== "requests" && option !== "all") || module === undefined) {
    const values = module === undefined ? "left out: this package has no validators" : '"requests" or "all"';
    throw new TypeError(`validate must be ${values}.`);
  }
  let loading: Promise<Validation> | undefined;
  return () => {
    loading ??= load(option, module);
    return loading;
  };
}

async function load(scope: ValidationScope, module: string): Promise<Validation> {
  let entry: { validation(scope: ValidationScope): Validation };
  try {
    entry = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ module);
  } catch (cause) {
    const remedy = `Import { validation } from "${module}" and give validate: validation("${scope}").`;
    throw new TypeError(`${module} can't be loaded here, as in a bundle. ${remedy}`, { cause });
  }
  return entry.validation(scope);
}
