import type { Contract, Operation, Part, Schema } from "../contract/contract.js";
import { camelCase } from "../contract/names.js";
import { docComment, firstSentence } from "./doc-comment.js";
import { Scope } from "./identifiers.js";
import { type Companion, type FollowedJob, lookCompanions, startCompanion } from "./job-view.js";
import type { View } from "./lay-out.js";
import {
  type CallShape,
  fieldDescriptor,
  headerScheme,
  isSuccess,
  operationDescriptor,
  parameterDescriptor,
  serverUrl,
} from "./operation-view.js";
import { SourceText } from "./source-text.js";
import type { Subpath } from "./subpaths/subpath.js";
import type { OperationNames, TypeNames } from "./type-names.js";
import type { ValidatorPlan } from "./validators/plan-validators.js";

/** All that the views are made of. */
export interface ViewInput {
  readonly contract: Contract;
  readonly names: TypeNames;
  readonly shapes: ReadonlyMap<string, CallShape>;
  /** Name that was planned for a type → the type that was written. */
  readonly typeOf: ReadonlyMap<string, string>;
  /** The jobs that can be followed, by the id of the operation that looks at them. */
  readonly jobs: ReadonlyMap<string, FollowedJob>;
  /** The validators of its schemas; `null` where the package has none. */
  readonly validators: ValidatorPlan | null;
}

const ours = SourceText.ours;
const literal = SourceText.literal;

export function apiView({ contract, validators }: ViewInput): View {
  const auth = firstHeaderScheme(contract);
  const { error, plans } = contract;
  const api = {
    baseUrl: serverUrl(contract),
    apiKeyEnv: contract.client.apiKeyEnv,
    auth,
    error: {
      message: error?.messageProperty ?? "message",
      code: error?.codeProperty ?? null,
      requestId: error?.requestIdProperty ?? null,
      concurrencyCodes: plans?.errorCodes ?? [],
    },
    rateLimits: Object.fromEntries(
      contract.operations.flatMap(({ rateLimits }) =>
        rateLimits.map(({ name, limit, periodSeconds }) => [
          name,
          { limit, periodMs: periodSeconds * 1_000 },
        ]),
      ),
    ),
    plans: Object.fromEntries(plans?.plans.map(({ name, concurrency }) => [name, concurrency]) ?? []),
    ...(validators && { validators: `${contract.client.packageName}/validate` }),
  };
  return { api: literal(api) };
}

export function operationsView({ contract, names, shapes }: ViewInput): View {
  const writers = new Set<string>();
  const descriptors = contract.operations.map((operation) => {
    const shape = shapeOf(shapes, operation);
    const rules = [
      ...[...shape.pathParameters, ...shape.parameters].map((one) => parameterDescriptor(contract, one)),
      ...(shape.body?.fields ?? []).map(fieldDescriptor),
    ];
    const parameters = rules.map(({ rule, write }) => {
      if (write) writers.add(write);
      return { rule: fieldViews(rule), write: ours(write ?? ""), hasWrite: write !== null };
    });
    return {
      doc: docComment([`\`${operation.method.toUpperCase()} ${operation.path}\``]),
      name: ours(operationNames(names, operation).constant),
      fields: fieldViews(operationDescriptor(contract, operation, shape)),
      parameters,
    };
  });
  return {
    descriptors,
    any: descriptors.length > 0,
    writers: [...writers].sort().map((name) => ({ name: ours(name) })),
    hasWriters: writers.size > 0,
  };
}

/** The fields of a descriptor; their names are the runtime's. */
function fieldViews(descriptor: object): View[] {
  return Object.entries(descriptor).map(([name, value]) => ({ name: ours(name), value: literal(value) }));
}

export function enumsView({ contract, names }: ViewInput): View {
  const enums = contract.schemas.flatMap(({ name, schema }) => {
    const constant = names.enums.get(name);
    if (constant === undefined || schema.kind !== "enum") return [];
    const type = names.schemas.get(name) ?? name;
    const doc = docComment([`Every value of {@link ${type}}, in the spec's order.`]);
    return [
      {
        doc,
        name: ours(constant),
        type: ours(type),
        values: schema.values.map((value) => ({ value: literal(value) })),
      },
    ];
  });
  return { enums };
}

/** Error types of each operation, by its declared statuses, and what the contract knows of an error's body. */
export function operationErrorsView({ contract, names }: ViewInput): View {
  const { error } = contract;
  const body = error && names.schemas.get(error.schema);
  const operations = contract.operations.map((operation) => ({
    doc: docComment([`What \`${dotted(operation)}\` throws.`]),
    name: ours(operationNames(names, operation).error),
    members: [...new Set(errorClasses(contract, operation).map(([className]) => className))].map(
      (className) => ({
        name: ours(className),
      }),
    ),
  }));
  const used = new Set(operations.flatMap(({ members }) => members.map(({ name }) => name.toString())));
  return {
    body: ours(body ?? ""),
    hasBody: Boolean(body),
    code: literal(error?.codeProperty ?? ""),
    hasCode: Boolean(error?.codeProperty),
    hasPlans: contract.plans !== null,
    plans: contract.plans?.plans.map(({ name }) => ({ name: literal(name) })) ?? [],
    hasTypes: Boolean(body) || contract.plans !== null,
    operations,
    withRefusal: !used.has("RefusalError"),
    used: [...used].sort().map((name) => ({ name: ours(name) })),
  };
}

/** Class and status, in the order of the statuses. */
export function errorClasses(
  contract: Contract,
  { responses, startsJob }: Operation,
): [className: string, status: string][] {
  return responses
    .filter((response) => !isSuccess(response))
    .flatMap(({ status }): [string, string][] => {
      const found =
        classByStatus[status] ?? (status.startsWith("5") ? "InternalServerError" : "RefusalError");
      const concurrency: [string, string][] =
        status === "429" && startsJob && contract.plans?.errorCodes.length
          ? [["ConcurrencyLimitError", status]]
          : [];
      return [[found, status], ...concurrency];
    });
}

const classByStatus: Readonly<Record<string, string>> = {
  "400": "BadRequestError",
  "401": "AuthenticationError",
  "402": "PaymentRequiredError",
  "403": "PermissionDeniedError",
  "404": "NotFoundError",
  "409": "ConflictError",
  "413": "PayloadTooLargeError",
  "415": "UnsupportedMediaTypeError",
  "422": "UnprocessableContentError",
  "429": "RateLimitError",
  "503": "ServiceUnavailableError",
};

export interface Resource {
  readonly group: readonly string[];
  readonly operations: readonly Operation[];
  readonly children: readonly Resource[];
}

/** The operations as the tree that their ids make; the root holds what has no group. */
export function resourceTree(operations: readonly Operation[], group: readonly string[] = []): Resource {
  const below = operations.filter((operation) =>
    group.every((part, index) => operation.group[index] === part),
  );
  const own = below.filter((operation) => operation.group.length === group.length);
  const next = new Set(below.flatMap((operation) => operation.group[group.length] ?? []));
  return { group, operations: own, children: [...next].map((part) => resourceTree(below, [...group, part])) };
}

export function allResources(root: Resource): Resource[] {
  return root.children.flatMap((child) => [child, ...allResources(child)]);
}

/** `users.apiKeys` → `users-api-keys`: a file's name from names that are letters and digits only. */
export function fileNameOf({ group }: Resource): string {
  return group.map((part) => part.replace(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/gu, "-").toLowerCase()).join("-");
}

export function resourceView(input: ViewInput, resource: Resource): View {
  const { contract, names } = input;
  const tag = contract.tags.find(({ name }) => camelCase(name) === resource.group.at(-1));
  return {
    doc: docComment([tag?.description ?? `The operations \`${resource.group.join(".")}.*\`.`]),
    className: ours(names.resources.get(resource.group.join(".")) ?? "Resource"),
    ...memberViews(input, resource, ""),
  };
}

export function clientView(input: ViewInput, root: Resource): View {
  const { contract } = input;
  const { className, apiKeyEnv } = contract.client;
  const intro = [
    contract.title === "" ? "" : `Client of the ${contract.title}.`,
    contract.summary || firstSentence(contract.description),
  ];
  return {
    doc: docComment(intro),
    constructorDoc: docComment(
      [
        firstHeaderScheme(contract)
          ? `@param options the key is read from the environment variable \`${apiKeyEnv}\` unless given here; the address is the contract's`
          : "@param options the address is the contract's unless given here; the API takes no key that the client could send",
        "@throws {TypeError} for a key that no header can hold, and for a `baseUrl` or `timeoutMs` that is none",
      ],
      "  ",
    ),
    className: ours(className),
    hasFollowed: input.jobs.size > 0,
    hasOperations: contract.operations.length > 0,
    ...memberViews(input, root, "./resources/"),
  };
}

/** Methods, child resources and the imports they need: what a resource's class and the client's have in common. */
function memberViews(
  input: ViewInput,
  resource: Resource,
  folder: string,
): View & { methods: readonly View[] } {
  const { names } = input;
  const members = new Scope(names.made, resource.group.length === 0 ? ["http"] : []);
  const children = resource.children.map((child) => {
    const property = members.member(child.group.at(-1) ?? "");
    return {
      property: ours(property),
      className: ours(names.resources.get(child.group.join(".")) ?? "Resource"),
      file: ours(`${folder || "./"}${fileNameOf(child)}.js`),
    };
  });
  const methods = resource.operations.map((operation) =>
    methodView(input, operation, members.member(operation.name)),
  );
  const companions = methods.flatMap((method) => method.companions);
  const types = new Set(methods.flatMap(({ types: used }) => used));
  const uses = new Set(companions.flatMap(({ uses: used }) => used));
  return {
    children,
    methods: [
      ...methods.map(({ view }) => view),
      ...companions.map((companion) => companionView(companion, members.member(companion.name))),
    ],
    hasMethods: methods.length > 0,
    hasKeys: methods.some(({ isKeyed }) => isKeyed),
    hasLists: methods.some(({ isList }) => isList),
    jobUses: [...uses].sort().map((name) => ({ name: ours(name) })),
    hasJobs: companions.length > 0,
    types: [...types].sort().map((name) => ({ name: ours(name) })),
    hasTypes: types.size > 0,
  };
}

function companionView({ doc, signature, returns, expression }: Companion, name: string): View {
  return {
    doc: docComment(doc, "  "),
    name: ours(name),
    signature: ours(signature),
    returns: ours(returns),
    expression: ours(expression),
  };
}

interface MethodView {
  readonly view: View;
  /** Types of the schema that it names. */
  readonly types: readonly string[];
  /** Its result shows the idempotency key. */
  readonly isKeyed: boolean;
  /** Its result is a list that can be gone through. */
  readonly isList: boolean;
  /** Methods that go with it. */
  readonly companions: readonly Companion[];
}

function methodView(input: ViewInput, operation: Operation, method: string): MethodView {
  const { names, typeOf } = input;
  const shape = shapeOf(input.shapes, operation);
  const { constant, arguments: argumentsType, body, result } = operationNames(names, operation);
  const written = (name: string): string => typeOf.get(name) ?? name;
  const types: string[] = [];
  const use = (name: string): string => {
    types.push(written(name));
    return written(name);
  };

  const locals = new Scope(names.made, [shape.label, "options"]);
  const path = shape.pathParameters.map(({ name, schema }) => {
    return { name, local: locals.variable(name), type: plainType(input.contract, schema) };
  });
  const question = shape.optional ? "?" : "";
  const args =
    shape.arguments === "none"
      ? []
      : [`${shape.label}${question}: ${use(shape.arguments === "body" ? body : argumentsType)}`];
  const item = listItem(input, operation, shape);
  const itemType = item && (typeof item === "string" ? use(item) : `${use(result)}[number]`);
  const plain = {
    json: () => (itemType === null ? use(result) : `${itemType}[]`),
    text: () => "string",
    blob: () => "Blob",
    none: () => "void",
  }[shape.result]();
  const isList = itemType !== null;
  const isKeyed = operation.idempotencyHeader !== null && shape.resultShape === "object";
  const returns = isKeyed ? `Keyed<${plain}>` : plain;
  const parameters = [...path.map(({ local, type }) => `${local}: ${type}`), ...args].join(", ");
  const signature = [parameters, "options?: RequestOptions"].filter((part) => part !== "").join(", ");
  const pathObject = path
    .map(({ name, local }) => (name === local ? local : `${literal(name)}: ${local}`))
    .join(", ");
  const values = [
    `operations.${constant}`,
    `{${pathObject}}`,
    args.length > 0 ? shape.label : "undefined",
  ].join(", ");
  const looked = input.jobs.get(operation.id);
  const started = operation.startsJob ? input.jobs.get(operation.jobLink?.operationId ?? "") : undefined;
  return {
    types,
    isKeyed,
    isList,
    companions: [
      ...(looked ? lookCompanions(looked, returns, names) : []),
      ...(started ? [startCompanion(started, { method, result: plain, parameters, values }, names)] : []),
    ],
    view: {
      doc: docComment(methodDoc(input.contract, operation, shape, path, isList), "  "),
      name: ours(method),
      signature: ours(signature),
      returns: ours(isList ? `ListPromise<${itemType}>` : `Promise<${returns}>`),
      expression: ours(
        isList
          ? `listOf<${itemType}>(this.#send<${returns}>(${values}, options))`
          : `this.#send<${returns}>(${values}, options)`,
      ),
    },
  };
}

/** What an operation lists: a type's name, `true` for one that has none, `null` where its result is not always a list. */
function listItem(
  { contract, names }: ViewInput,
  { responses }: Operation,
  { resultShape, successes, emptyStatuses }: CallShape,
): string | true | null {
  const [success, ...others] = successes;
  if (resultShape !== "array" || emptyStatuses.length > 0 || !success || others.length > 0) return null;
  const { mediaTypes = [] } = responses.find(({ status }) => status === success.status) ?? {};
  let schema = mediaTypes.find(({ mediaType }) => mediaType === success.mediaType)?.schema;
  for (let hops = 0; schema?.kind === "ref" && hops < maxPlainDepth; hops++) {
    const { name } = schema;
    schema = contract.schemas.find((candidate) => candidate.name === name)?.schema;
  }
  if (schema?.kind !== "array") return null;
  const { items } = schema;
  return (items.kind === "ref" && !items.nullable && names.schemas.get(items.name)) || true;
}

/** The type of a value that has a text form, with nothing to name; what has none is given as text. */
function plainType(contract: Contract, schema: Schema, depth = 0): string {
  const again = (part: Schema): string => plainType(contract, part, depth + 1);
  if (depth > maxPlainDepth) return "string";
  switch (schema.kind) {
    case "number":
    case "boolean":
      return schema.kind;
    case "enum":
      return schema.values.map((value) => literal(value)).join(" | ");
    case "array":
      return `readonly (${again(schema.items)})[]`;
    case "union":
      return [...new Set(schema.variants.map(again))].join(" | ");
    case "ref": {
      const target = contract.schemas.find(({ name }) => name === schema.name);
      return target ? again(target.schema) : "string";
    }
    default:
      return "string";
  }
}

const maxPlainDepth = 8;

function methodDoc(
  contract: Contract,
  operation: Operation,
  shape: CallShape,
  path: readonly { name: string; local: string }[],
  isList: boolean,
): string[] {
  const parameterDocs = path.flatMap(({ name, local }) => {
    const description =
      operation.parameters.find((parameter) => parameter.in === "path" && parameter.name === name)
        ?.description ?? "";
    return description === "" ? [] : [`@param ${local} ${firstSentence(description)}`];
  });
  const throws = errorClasses(contract, operation).map(([className, status]) => {
    const description = operation.responses.find((response) => response.status === status)?.description ?? "";
    return `@throws {${className}} ${status}: ${firstSentence(description)}`;
  });
  return [
    operation.summary,
    operation.description,
    ...shape.otherHeaders.map((name) => `The header \`${name}\` is given by \`options.headers\`.`),
    ...bodyDoc(contract, operation, shape),
    ...(isList ? ["`await` it for all of them, or go through them by `for await`."] : []),
    `\`${operation.method.toUpperCase()} ${operation.path}\`, in the spec at \`${operation.pointer}\`.`,
    ...(operation.deprecated ? ["@deprecated"] : []),
    ...parameterDocs,
    ...throws,
  ];
}

/** Where an operation has several methods, which of them sends what. */
function bodyDoc({ operations }: Contract, { id, operationId }: Operation, { body }: CallShape): string[] {
  const all = operations.filter((one) => one.operationId === operationId);
  if (all.length < 2 || !body) return [];
  const others = all.filter((one) => one.id !== id);
  const says = (one: Operation): string =>
    `\`${one.name}\` sends ${(one.requestBody?.mediaTypes ?? []).map(({ mediaType }) => `\`${mediaType}\``).join(" or ")}`;
  return [`Sends \`${body.mediaType}\`; ${others.map(says).join(", ")}.`];
}

/** The operations that send files: parts of a form, or a body that is one. */
export function fileOperations({ contract, shapes }: ViewInput): Operation[] {
  return contract.operations.filter((operation) => {
    const { body } = shapeOf(shapes, operation);
    return body?.encoding === "raw" || body?.parts.some(({ kind }) => kind === "file");
  });
}

function listOperations(input: ViewInput): Operation[] {
  const { contract, shapes } = input;
  return contract.operations.filter(
    (operation) => listItem(input, operation, shapeOf(shapes, operation)) !== null,
  );
}

export function indexView(input: ViewInput, resources: readonly Resource[]): View {
  const { contract, names, typeOf, jobs } = input;
  const types = new Set(typeOf.values());
  return {
    className: ours(contract.client.className),
    types: [...types].sort().map((name) => ({ name: ours(name) })),
    hasTypes: types.size > 0,
    enums: [...names.enums.values()].sort().map((name) => ({ name: ours(name) })),
    hasEnums: names.enums.size > 0,
    errors: contract.operations.map((operation) => ({ name: ours(operationNames(names, operation).error) })),
    hasErrors: contract.operations.length > 0,
    hasJobs: jobs.size > 0,
    hasFiles: fileOperations(input).length > 0,
    hasLists: listOperations(input).length > 0,
    resources: resources.map((resource) => ({
      className: ours(names.resources.get(resource.group.join(".")) ?? "Resource"),
      file: ours(`./resources/${fileNameOf(resource)}.js`),
    })),
  };
}

export function readmeView(input: ViewInput, subpaths: readonly Subpath[]): View {
  const { contract, shapes } = input;
  const { className, packageName, apiKeyEnv } = contract.client;
  const variable = camelCase(className.replace(/(?<=.)Client$/, ""));
  const sample = sampleCall(contract.operations, shapes);
  const startsOf = (look: string): Operation[] =>
    contract.operations.filter(({ startsJob, jobLink }) => startsJob && jobLink?.operationId === look);
  const jobSample = sampleCall([...input.jobs.keys()].flatMap(startsOf), shapes);
  const lists = listOperations(input);
  const auth = firstHeaderScheme(contract);
  const credentials = otherCredentials(contract);
  const keyed = contract.operations.filter(({ idempotencyHeader }) => idempotencyHeader !== null);
  return {
    title: SourceText.markdown(contract.title || packageName),
    summary: SourceText.prose(contract.summary || firstSentence(contract.description)),
    packageName: ours(packageName),
    packageLiteral: literal(packageName),
    className: ours(className),
    variable: ours(variable),
    apiKeyEnv: ours(apiKeyEnv),
    hasAuth: auth !== null,
    hasMoreAuth: credentials.more,
    withoutAuth: credentials.without.map((method) => ({
      method: SourceText.code(`${variable}.${method}()`),
    })),
    hasWithoutAuth: credentials.without.length > 0,
    hasJobs: input.jobs.size > 0,
    hasJobSample: jobSample !== null,
    jobMethod: ours(jobSample ? dotted(jobSample.operation) : ""),
    jobBody: SourceText.literalLines(jobSample?.value ?? {}),
    jobMethods: [...input.jobs.values()].flatMap(({ look }) => [
      ...startsOf(look.id).map((operation) => ({
        method: SourceText.code(`${variable}.${dotted(operation)}AndWait()`),
        does: ours(`As ${SourceText.code(operation.name)}, then waits, and returns the job that succeeded.`),
      })),
      {
        method: SourceText.code(`${variable}.${[...look.group, "waitFor"].join(".")}(id)`),
        does: ours("Waits for a job that exists, perhaps created by another process."),
      },
      {
        method: SourceText.code(
          `for await (const job of ${variable}.${[...look.group, "watch"].join(".")}(ids))`,
        ),
        does: ours("Yields each of many jobs as it ends, failed ones too."),
      },
    ]),
    hasFiles: fileOperations(input).length > 0,
    listMethod: SourceText.code(
      `for await (const item of ${variable}.${lists[0] ? dotted(lists[0]) : ""}())`,
    ),
    hasLists: lists.length > 0,
    hasPlans: (contract.plans?.plans.length ?? 0) > 0,
    plans: ours(
      contract.plans?.plans.map(({ name }) => SourceText.code(JSON.stringify(name))).join(", ") ?? "",
    ),
    hasKeys: keyed.length > 0,
    keyed: ours(keyed.map((operation) => SourceText.code(`${variable}.${dotted(operation)}()`)).join(", ")),
    baseUrl: SourceText.code(serverUrl(contract)),
    hasSample: sample !== null,
    sampleMethod: ours(sample ? dotted(sample.operation) : ""),
    sampleBody: SourceText.literalLines(sample?.value ?? {}),
    operations: contract.operations.map((operation) => ({
      method: SourceText.code(`${variable}.${dotted(operation)}()`),
      request: SourceText.code(`${operation.method.toUpperCase()} ${operation.path}`),
      summary: SourceText.markdown(summaryOf(operation)),
    })),
    limits: limits(contract).map(({ what, value }) => ({
      what: SourceText.markdown(what),
      value: SourceText.markdown(value),
    })),
    hasLimits: limits(contract).length > 0,
    subpaths: subpaths.map(({ readme }) => ({ section: readme })),
  };
}

/** An operation in a few words; of a further method also what it sends. */
function summaryOf({ id, operationId, summary, description, requestBody }: Operation): string {
  const words = summary || firstSentence(description);
  const [media] = requestBody?.mediaTypes ?? [];
  return id === operationId || !media ? words : `${words} (${media.mediaType})`.trim();
}

/** The shortest JSON request that the spec gives as an example, of an operation that needs nothing else. */
function sampleCall(
  operations: readonly Operation[],
  shapes: ReadonlyMap<string, CallShape>,
): { operation: Operation; value: unknown } | null {
  for (const operation of operations) {
    const { body, pathParameters } = shapeOf(shapes, operation);
    if (body?.encoding !== "json" || pathParameters.length > 0 || operation.method !== "post") continue;
    const length = (value: unknown): number => JSON.stringify(value).length;
    const [example] = body.examples.toSorted((a, b) => length(a.value) - length(b.value));
    if (example) return { operation, value: example.value };
  }
  return null;
}

function limits(contract: Contract): { what: string; value: string }[] {
  const rates = new Map<string, string[]>();
  for (const operation of contract.operations) {
    for (const { limit, periodSeconds } of operation.rateLimits) {
      const rate = `${limit} requests in ${periodSeconds} s`;
      rates.set(rate, [...(rates.get(rate) ?? []), dotted(operation)]);
    }
  }
  const plans =
    contract.plans?.plans.map(({ title, concurrency }) => `${title} ${concurrency ?? "by agreement"}`) ?? [];
  const parts = contract.operations.flatMap((operation) =>
    (operation.requestBody?.mediaTypes ?? []).flatMap(({ parts: list }) =>
      list.flatMap((part) => partLimits(operation, part)),
    ),
  );
  return [
    ...[...rates].map(([value, methods]) => ({ what: methods.join(", "), value })),
    ...(plans.length > 0 ? [{ what: "Jobs at once, by plan", value: plans.join(", ") }] : []),
    ...parts,
  ];
}

function partLimits(
  operation: Operation,
  { name, maxBytes, lines }: Part,
): { what: string; value: string }[] {
  const bounds = [
    ...(maxBytes === null ? [] : [`at most ${maxBytes} bytes`]),
    ...(lines ? [`${lines.minItems ?? 0} to ${lines.maxItems ?? "any number of"} lines`] : []),
    ...(lines?.uniqueBy ? [`${lines.uniqueBy} unique`] : []),
  ];
  return bounds.length === 0 ? [] : [{ what: `${name} of ${dotted(operation)}`, value: bounds.join(", ") }];
}

function dotted({ group, name }: Operation): string {
  return [...group, name].join(".");
}

function operationNames(names: TypeNames, { id }: Operation): OperationNames {
  const found = names.operations.get(id);
  if (!found) throw new Error(`No names were made for the operation ${id}.`);
  return found;
}

function shapeOf(shapes: ReadonlyMap<string, CallShape>, { id }: Operation): CallShape {
  const found = shapes.get(id);
  if (!found) throw new Error(`No call shape was made for the operation ${id}.`);
  return found;
}

/** How the first operation that takes a key takes it. */
function firstHeaderScheme({ operations }: Contract): { header: string; prefix: string } | null {
  return operations.map(headerScheme).find((scheme) => scheme !== null) ?? null;
}

/** Methods that want credentials which the client can't send, and whether others know more than the one key. */
function otherCredentials({ operations }: Contract): { without: string[]; more: boolean } {
  const needy = operations.filter((operation) => !operation.anonymous && headerScheme(operation) === null);
  return {
    without: needy.map(dotted),
    more: operations.some((operation) => headerScheme(operation) && operation.security.length > 1),
  };
}
