import type { Contract, Operation } from "../contract/contract.js";
import { pascalCase } from "../contract/names.js";
import { Scope } from "./identifiers.js";

/** What the generated package exports besides what the spec names, and what openapi-typescript may write. */
export const ownExports =
  `ApiError BadRequestError AuthenticationError PaymentRequiredError PermissionDeniedError NotFoundError
  ConflictError PayloadTooLargeError UnsupportedMediaTypeError UnprocessableContentError RateLimitError
  ConcurrencyLimitError InternalServerError ServiceUnavailableError HttpError HttpErrorInit RefusalError ContractTypes ErrorBodyOfContract ErrorCodeOfContract CallError InvalidArgumentError
  LimitError MissingApiKeyError RedirectError TimeoutError ConnectionError UnexpectedResponseError RequestOptions
  RequestPlace ClientOptions RefusalName PlanOfContract AttemptEvent Hooks ResponseEvent RetryEvent WaitEvent LimitStore RatePolicy memoryLimits Keyed FileInput SizedStream ByteStream UploadProgress ListPromise listOf JobFailedError JobTimeoutError WaitOptions CreateAndWaitOptions Send Client OperationDescriptor ApiDescriptor components operations paths webhooks $defs
  InvalidRequestError InvalidResponseError Issue Validation ValidationScope
  api createTransport WithRequired OneOf XOR`.split(/\s+/);

/** Every name that the spec gives to a type of the package; one scope, so that all can be exported side by side. */
export interface TypeNames {
  readonly schemas: ReadonlyMap<string, string>;
  readonly enums: ReadonlyMap<string, string>;
  readonly operations: ReadonlyMap<string, OperationNames>;
  /** Pointer of a webhook → its payload's type. */
  readonly webhooks: ReadonlyMap<string, string>;
  /** Dotted group → class name. */
  readonly resources: ReadonlyMap<string, string>;
  /** Every name made of the contract's words, here and in any scope that is given this set. */
  readonly made: Set<string>;
}

export interface OperationNames {
  /** Of its descriptor. */
  readonly constant: string;
  readonly arguments: string;
  readonly body: string;
  readonly result: string;
  readonly error: string;
}

export function nameTypes(contract: Contract): TypeNames {
  const made = new Set([contract.client.className]);
  const types = new Scope(made, [...ownExports, contract.client.className]);
  const constants = new Scope(made, ["operations"]);
  const schemas = new Map(contract.schemas.map(({ name }) => [name, types.type(name)]));
  const enums = new Map(
    contract.schemas
      .filter(({ schema }) => schema.kind === "enum")
      .map(({ name }) => [name, types.type(schemas.get(name) ?? name, "Values")]),
  );
  const operations = new Map<string, OperationNames>();
  for (const operation of contract.operations) {
    const words = nameOf(operation);
    operations.set(operation.id, {
      constant: constants.variable(words),
      arguments: types.type(words, "Arguments"),
      body: types.type(words, "Body"),
      result: types.type(words, "Result"),
      error: types.type(words, "Error"),
    });
  }
  const resources = new Map<string, string>();
  for (const { group } of contract.operations) {
    for (let length = 1; length <= group.length; length++) {
      const path = group.slice(0, length).join(".");
      if (!resources.has(path)) resources.set(path, types.type(`${pascalCase(path)}Resource`));
    }
  }
  const webhooks = new Map(
    contract.webhooks
      .filter(({ payload }) => payload !== null)
      .map(({ name, pointer }) => [pointer, types.type(pascalCase(name), "Payload")]),
  );
  return { schemas, enums, operations, webhooks, resources, made };
}

/** `things.create` → `ThingsCreate` */
function nameOf({ group, name }: Operation): string {
  return pascalCase([...group, name].join(" "));
}
