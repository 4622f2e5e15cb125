import { isJson } from "../../contract/build-schema.js";
import type { Example, MediaType, Operation, Response } from "../../contract/contract.js";
import { Scope } from "../identifiers.js";
import type { ViewInput } from "../views.js";

export interface ExampleNames {
  /** Operation's id → the constant that holds its examples; operations without any have none. */
  readonly operations: ReadonlyMap<string, string>;
  /** Webhook's pointer → constant. */
  readonly webhooks: ReadonlyMap<string, string>;
}

const named = new WeakMap<ViewInput, ExampleNames>();

/** Names of the constants in `examples.ts`. */
export function exampleNames(input: ViewInput): ExampleNames {
  let found = named.get(input);
  if (!found) {
    const { contract, names } = input;
    const scope = new Scope(names.made, ["schema", "operations", "operationExamples", "examplesOf"]);
    const operations = new Map<string, string>();
    for (const operation of contract.operations) {
      if (requestExamples(input, operation).length + operation.responses.flatMap(answerExamples).length === 0)
        continue;
      operations.set(
        operation.id,
        scope.variable(names.operations.get(operation.id)?.constant ?? "operation"),
      );
    }
    const withExamples = contract.webhooks.filter(({ examples }) => examples.length > 0);
    const webhooks = new Map(
      withExamples.map(({ name, pointer }) => [pointer, scope.variable(`${name} webhook`)]),
    );
    found = { operations, webhooks };
    named.set(input, found);
  }
  return found;
}

/** Of a response's media types the one whose examples count: JSON, if it has any. */
export function answerType({ mediaTypes }: Response): MediaType | null {
  const told = mediaTypes.filter(({ examples }) => examples.length > 0);
  const from = told.length > 0 ? told : mediaTypes;
  return from.find(({ mediaType }) => isJson(mediaType)) ?? from[0] ?? null;
}

export function answerExamples(response: Response): readonly Example[] {
  return answerType(response)?.examples ?? [];
}

export function requestExamples({ shapes }: ViewInput, { id }: Operation): readonly Example[] {
  return shapes.get(id)?.body?.examples ?? [];
}
