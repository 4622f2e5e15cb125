import { isJson } from "../../contract/build-schema.js";
import type { Example, Operation, Response, Schema, Webhook } from "../../contract/contract.js";
import { docComment } from "../doc-comment.js";
import { layOut, type View } from "../lay-out.js";
import { SourceText } from "../source-text.js";
import type { ViewInput } from "../views.js";
import {
  answerExamples,
  answerType,
  type ExampleNames,
  exampleNames,
  requestExamples,
} from "./example-names.js";
import { sampleOf } from "./readme-sample.js";
import type { RenderSubpath } from "./subpath.js";

const { ours, literal } = SourceText;

/** `…/examples`: the contract's examples as typed values, for tests. */
export const examplesSubpath: RenderSubpath = (input) => {
  const names = exampleNames(input);
  const operations = input.contract.operations.flatMap((operation) => {
    const name = names.operations.get(operation.id);
    return name === undefined ? [] : [operationView(input, operation, name)];
  });
  const webhooks = input.contract.webhooks.flatMap((webhook) => {
    const name = names.webhooks.get(webhook.pointer);
    return name === undefined ? [] : [webhookView(input, webhook, name)];
  });
  if (operations.length + webhooks.length === 0) return null;
  const all = [...operations, ...webhooks];
  const types = all.flatMap(({ types: own }) => own);
  const uses = [
    ...(webhooks.length > 0 ? ["examplesOf"] : []),
    ...(operations.length > 0 ? ["operationExamples"] : []),
    ...(types.some((type) => type.startsWith("TypeAt<")) ? ["type TypeAt"] : []),
  ];
  const text = layOut("examples", {
    operations: operations.map(({ view }) => view),
    webhooks: webhooks.map(({ view }) => view),
    uses: uses.map((name) => ({ name: ours(name) })),
    hasFiles: operations.some(({ view }) => view.hasFiles),
    hasSchema: types.some((type) => type.includes("schema.")),
  });
  return {
    name: "examples",
    entry: "src/examples.ts",
    files: new Map([["src/examples.ts", text]]),
    runtime: ["examples"],
    peers: {},
    readme: readmeOf(input, names),
  };
};

interface ExamplesView {
  readonly view: View & { readonly hasFiles: boolean };
  /** Types that it names. */
  readonly types: readonly string[];
}

function operationView(input: ViewInput, operation: Operation, name: string): ExamplesView {
  const types: string[] = [];
  const use = (type: string): string => {
    types.push(type);
    return type;
  };
  const { body: bodyName = "", constant = "" } = input.names.operations.get(operation.id) ?? {};
  const body = input.shapes.get(operation.id)?.body ?? null;
  const requests = requestExamples(input, operation);
  const responses = operation.responses.flatMap((response) => {
    const examples = answerExamples(response);
    const type = responseType(input, operation, response);
    return examples.length === 0 ? [] : [{ status: response.status, type, examples }];
  });
  const value = {
    requests: byName(requests),
    responses: Object.fromEntries(responses.map(({ status, examples }) => [status, byName(examples)])),
  };
  const hasFiles =
    requests.length > 0 &&
    (body?.encoding === "multipart" || (body?.encoding === "raw" && body.schema?.kind === "file"));
  const bodyType = `schema.${input.typeOf.get(bodyName) ?? bodyName}`;
  const method = `\`${[...operation.group, operation.name].join(".")}\``;
  const view = {
    doc: docComment([
      `Examples of ${method}, \`${operation.method.toUpperCase()} ${operation.path}\`. Each read makes a new one.`,
    ]),
    name: ours(name),
    constant: ours(constant),
    requests: requests.map((example) => memberView(example, use(bodyType), "    ")),
    responses: responses.map(({ status, type, examples }) => ({
      key: literal(status),
      examples: examples.map((example) => memberView(example, use(type), "      ")),
    })),
    value: written(value),
    hasRequests: requests.length > 0,
    hasResponses: responses.length > 0,
    hasFiles,
  };
  return { view, types };
}

function webhookView(input: ViewInput, webhook: Webhook, name: string): ExamplesView {
  const { payload, method } = webhook;
  const type =
    namedType(input, payload) ??
    (payload
      ? typeAt("webhooks", [webhook.name, method, "requestBody", "content", "application/json"])
      : "unknown");
  const view = {
    doc: docComment([
      `Examples of what the webhook \`${webhook.name}\` is sent with. Each read makes a new one.`,
    ]),
    name: ours(name),
    examples: webhook.examples.map((example) => memberView(example, type, "  ")),
    value: written(byName(webhook.examples)),
    hasFiles: false,
  };
  return { view, types: [type] };
}

function memberView({ name, summary }: Example, type: string, indent: string): View {
  return {
    doc: docComment([summary || `The example ${name}.`], indent),
    key: literal(name),
    type: ours(type),
  };
}

function responseType(input: ViewInput, { operationId }: Operation, response: Response): string {
  const media = answerType(response);
  if (!media?.schema) return "unknown";
  if (!isJson(media.mediaType)) {
    return media.examples.every(({ value }) => typeof value === "string") ? "string" : "unknown";
  }
  const path = [operationId, "responses", response.status, "content", media.mediaType];
  return namedType(input, media.schema) ?? typeAt("operations", path);
}

/** A type without a name of its own, by where it stands. */
function typeAt(root: "operations" | "webhooks", path: readonly string[]): string {
  return `TypeAt<schema.${root}, [${path.map((key) => literal(key)).join(", ")}]>`;
}

/** The type of a schema that has a name of its own. */
function namedType({ names, typeOf }: ViewInput, schema: Schema | null): string | null {
  const name = schema?.kind === "ref" && !schema.nullable ? names.schemas.get(schema.name) : undefined;
  return name === undefined ? null : `schema.${typeOf.get(name) ?? name}`;
}

function byName(examples: readonly Example[]): Record<string, unknown> {
  return Object.fromEntries(examples.map(({ name, value }) => [name, value]));
}

/** A literal, unless JavaScript would read it otherwise than JSON. */
function written(value: unknown): SourceText {
  const text = JSON.stringify(value);
  return text.includes('"__proto__":') ? ours(`JSON.parse(${literal(text)})`) : literal(value);
}

function readmeOf(input: ViewInput, names: ExampleNames): SourceText {
  const sample = sampleOf(input);
  const { request = "", answer = "", constant = [...names.webhooks.values()][0] ?? "" } = sample ?? {};
  return ours(
    layOut("examples-readme", {
      packageLiteral: literal(`${input.contract.client.packageName}/examples`),
      constant: ours(constant),
      request: ours(request),
      hasRequest: request !== "",
      answer: ours(answer),
      hasAnswer: answer !== "",
    }).trimEnd(),
  );
}
