import { unexpected } from "../answer.js";
import type { OperationDescriptor } from "../descriptors.js";
import type { Validation, ValidationScope } from "../validation.js";
import { InvalidRequestError, InvalidResponseError } from "../validation-errors.js";
import type { Failure, Validate } from "./failures.js";
import { issuesOf } from "./issues.js";
import { type StandardSchema, schemaOf } from "./standard-schema.js";

/** The validators of an operation; `null` where there is nothing to check. */
export interface OperationValidators {
  readonly path: Validate | null;
  /** Of the query and of headers, as one object. */
  readonly parameters: Validate | null;
  readonly body: Validate | null;
  /** Status (`"201"`, `"4XX"`, `"default"`) → validator. */
  readonly responses: Readonly<Record<string, Validate>>;
}

/** What makes a client's {@link Validation} of the validators of each operation, by its id. */
export function validationBy(
  operations: Readonly<Record<string, OperationValidators>>,
): (scope: ValidationScope) => Validation {
  return (scope) => createValidation(operations, scope);
}

function createValidation(
  operations: Readonly<Record<string, OperationValidators>>,
  scope: ValidationScope,
): Validation {
  if (scope !== "requests" && scope !== "all") throw new TypeError('validation takes "requests" or "all".');
  const of = (id: string): OperationValidators | undefined =>
    Object.hasOwn(operations, id) ? operations[id] : undefined;
  return {
    request(operation, path, args) {
      const validators = of(operation.id);
      if (!validators) return;
      const inPath = validators.path?.(path) ?? [];
      const inArguments = argumentsValidator(operation, validators)(args) ?? [];
      if (inPath.length + inArguments.length === 0) return;
      const issues = [...issuesOf(path, inPath), ...issuesOf(args, inArguments)];
      throw new InvalidRequestError(operation.id, issues);
    },
    response(answer, operation, result) {
      if (scope !== "all" || operation.result !== "json" || result === undefined) return;
      const failures = responseValidator(of(operation.id), answer.response.status)?.(result);
      if (failures) throw new InvalidResponseError(unexpected(answer, ""), issuesOf(result, failures));
    },
  };
}

/** An operation's arguments object as a Standard Schema. */
export function argumentsSchema<T>(
  operation: OperationDescriptor,
  validators: Pick<OperationValidators, "parameters" | "body">,
): StandardSchema<T> {
  return schemaOf(argumentsValidator(operation, validators));
}

function responseValidator(
  validators: OperationValidators | undefined,
  status: number,
): Validate | undefined {
  const responses = validators?.responses ?? {};
  const names = [String(status), `${Math.floor(status / 100)}XX`, "default"];
  const name = names.find((candidate) => Object.hasOwn(responses, candidate));
  return name === undefined ? undefined : responses[name];
}

/** Checks an arguments object: its parameters by theirs, its body, wherever it stands in it, by its own. */
function argumentsValidator(
  { arguments: form, bodyMember, parameters, body: descriptor }: OperationDescriptor,
  validators: Pick<OperationValidators, "parameters" | "body">,
): Validate {
  const checkBody = (body: unknown, pointer: string): Failure[] | null => {
    if (body === undefined && !descriptor?.required) return null;
    // A form that the caller has already made is the caller's own.
    if (body instanceof FormData || body instanceof URLSearchParams) return null;
    if (body === undefined && pointer !== "")
      return [{ pointer: "", rule: "required", params: { missingProperty: bodyMember } }];
    return validators.body?.(body, pointer) ?? null;
  };
  const checkParameters = (values: object): Failure[] | null => validators.parameters?.(values) ?? null;
  return (args) => {
    if (form === "none") return null;
    if (form === "body") return checkBody(args ?? undefined, "");
    const given = args ?? {};
    if (typeof given !== "object" || Array.isArray(given))
      return [{ pointer: "", rule: "type", params: { type: "object" } }];
    const inArguments = parameters.filter(({ in: place }) => place === "query" || place === "header");
    const names = new Set(form === "split" ? [bodyMember] : inArguments.map(({ name }) => name));
    const named: Record<string, unknown> = {};
    const others: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(given)) {
      Object.defineProperty(names.has(key) ? named : others, key, { value, enumerable: true });
    }
    if (form === "parameters") return checkParameters(given);
    const failures =
      form === "split"
        ? [checkParameters(others), checkBody(named[bodyMember], pointerTo(bodyMember))]
        : [checkParameters(named), checkBody(others, "")];
    const all = failures.flatMap((some) => some ?? []);
    return all.length > 0 ? all : null;
  };
}

function pointerTo(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
