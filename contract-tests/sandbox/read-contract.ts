import { overlaidSpec } from "../support/overlay.js";
import { bundleSpec } from "../support/spec-files.js";
import { readLongestMedia } from "./longest-media.js";
import { modernize } from "./modernize.js";
import type { RatePolicy } from "./rate-limits.js";
import { readForm } from "./read-form.js";
import { readJobKind } from "./read-job-kind.js";
import type {
  BatchRules,
  BodyKind,
  ErrorExample,
  ExampleRule,
  KeyPlace,
  OperationParameter,
  ResponseKind,
  SandboxContract,
  SandboxOperation,
  Webhook,
} from "./sandbox-contract.js";
import { SpecNode } from "./spec-node.js";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** @throws Error if the document is not OpenAPI 3, or cannot be read */
/** @param overlays paths of OpenAPI Overlays that change the spec first, in this order */
export async function readContract(
  specPath: string,
  overlays: readonly string[] = [],
): Promise<SandboxContract> {
  const read = overlays.length === 0 ? bundleSpec(specPath) : overlaidSpec(specPath, overlays);
  return contractOf(modernize(await read));
}

function contractOf(document: object): SandboxContract {
  const root = new SpecNode(document);
  const unread: string[] = [];
  const policies = new Map(
    root
      .at("x-rate-limits")
      .entries()
      .map(([name, { object }]) => [
        name,
        {
          name,
          limit: Number(object["limit"]),
          periodSeconds: Number(object["periodSeconds"]),
          errorCode: (object["errorCode"] as string | undefined) ?? null,
        },
      ]),
  );
  const operations = root
    .at("paths")
    .entries()
    .flatMap(([path, item]) =>
      item
        .entries()
        .filter(([method]) => methods.includes(method))
        .map(([method, node]) => readOperation(root, policies, path, method, item, node, unread)),
    );
  operations.push(...operations.flatMap((one) => followOf(one, operations)));
  const plans = root.at("x-plans");
  return {
    title: root.at("info", "title").text ?? "an API",
    document,
    operations,
    policies: [...policies.values()],
    plans: plans
      .at("plans")
      .items()
      .map((plan) => ({
        name: plan.at("name").text ?? "",
        title: plan.at("title").text ?? plan.at("name").text ?? "",
        concurrency: (plan.at("concurrency").value as number | null | undefined) ?? null,
        maxSeconds: (plan.at("maxSeconds").value as number | undefined) ?? null,
        jobsPerMonth: (plan.at("jobsPerMonth").value as number | undefined) ?? null,
        features: plan.at("features").texts(),
      })),
    concurrencyCodes: plans.at("errorCode").texts(),
    errorCodes: errorCodesOf(operations),
    webhooks: readWebhooks(root),
    errorExample: commonError(operations),
    unread,
  };
}

function readOperation(
  root: SpecNode,
  policies: ReadonlyMap<string, RatePolicy>,
  path: string,
  method: string,
  item: SpecNode,
  node: SpecNode,
  unread: string[],
): SandboxOperation {
  const id = node.at("operationId").text ?? `${method} ${path}`;
  const own = node.at("parameters").items().map(readParameter);
  const shared = item.at("parameters").items().map(readParameter);
  const responses = new Map(
    node
      .at("responses")
      .entries()
      .map(([status, response]) => [status, readResponse(status, response)]),
  );
  const success = [...responses].find(([status]) => /^2/.test(status))?.[1] ?? null;
  const schema = success?.schema ?? root.at("none");
  const listed = schema.at("items");
  const batch = node.at("x-batch");
  const limits = node.at("x-rate-limit");
  const body = node.at("requestBody");
  return {
    id,
    implied: false,
    method: method.toUpperCase(),
    path,
    pattern: patternOf(path),
    parameters: [
      ...shared.filter((one) => !own.some(({ name, in: place }) => name === one.name && place === one.in)),
      ...own,
    ],
    bodies: body
      .at("content")
      .entries()
      .map(([mediaType, content]) => readBody(mediaType, content)),
    bodyRequired: body.at("required").value === true,
    responses,
    security: readSecurity(root, node, id, unread),
    policies: (limits.exists ? limits : root.at("x-rate-limit"))
      .texts()
      .flatMap((name) => policies.get(name) ?? []),
    feature: node.at("x-requires-feature").text,
    idempotencyHeader: node.at("x-idempotency", "header").text,
    job: readJobKind(listed.exists ? listed : schema),
    listsJobs: listed.exists && readJobKind(listed) !== null,
    batch: batch.exists ? readBatchRules(batch) : null,
    estimate: [schema, listed].map((one) => one.at("x-estimate")).find((one) => one.exists) ?? null,
    longestMedia: body
      .at("content")
      .entries()
      .flatMap(([, content]) => readLongestMedia(content.at("schema"))),
    success,
  };
}

/** The operation by which a batch is followed: no more than a path in the contract, so its answers are those of others. */
function followOf(batch: SandboxOperation, operations: readonly SandboxOperation[]): SandboxOperation[] {
  const path = batch.batch?.followPath ?? null;
  const job = batch.job;
  const get = operations.find((one) => one.job !== null && one.method === "GET" && one.path.includes("{"));
  if (path === null || job === null || !batch.success || operations.some((one) => one.path === path))
    return [];
  const success = { ...batch.success, status: 200, schema: job.schema, examples: [], links: [] };
  const errors = [...(get ?? batch).responses].filter(([status]) =>
    ["401", "404", "429", "500"].includes(status),
  );
  const [name = "id"] = /(?<=\{)[^{}]+/.exec(path) ?? [];
  return [
    {
      ...batch,
      id: `${batch.id} (followed)`,
      implied: true,
      method: "GET",
      path,
      pattern: patternOf(path),
      parameters: [
        {
          name,
          in: "path",
          required: true,
          style: "simple",
          explode: false,
          schema: job.schema.at("properties", batch.batch?.idProperty ?? "id"),
        },
      ],
      bodies: [],
      bodyRequired: false,
      responses: new Map([["200", success], ...errors]),
      policies: get?.policies ?? batch.policies,
      feature: null,
      idempotencyHeader: null,
      batch: null,
      estimate: null,
      longestMedia: [],
      success,
    },
  ];
}

/** `/a/{id}.json` as an expression whose groups are the parameters, in order. */
function patternOf(path: string): RegExp {
  const text = path
    .split(/(\{[^{}]+\})/)
    .map((piece) => (/^\{.+\}$/.test(piece) ? "([^/]+)" : piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${text}$`);
}

function readParameter(node: SpecNode): OperationParameter {
  const place = (node.at("in").text ?? "query") as OperationParameter["in"];
  const style = node.at("style").text ?? (place === "query" || place === "cookie" ? "form" : "simple");
  const [content] = node.at("content").entries();
  return {
    name: node.at("name").text ?? "",
    in: place,
    required: node.at("required").value === true || place === "path",
    style: content ? "content" : style,
    explode: (node.at("explode").value as boolean | undefined) ?? style === "form",
    schema: content ? content[1].at("schema") : node.at("schema"),
  };
}

function readBody(mediaType: string, content: SpecNode): BodyKind {
  const schema = content.at("schema");
  const type = mediaType.toLowerCase();
  return {
    mediaType: type,
    schema,
    parts:
      type === "multipart/form-data" || type === "application/x-www-form-urlencoded"
        ? readForm(schema, content.at("encoding"))
        : null,
    webhookProperties: schema
      .at("properties")
      .entries()
      .flatMap(([property, one]) => {
        const webhook = one.at("x-webhook").text;
        return webhook === null ? [] : [{ property, webhook }];
      }),
  };
}

function readResponse(status: string, node: SpecNode): ResponseKind {
  const [[mediaType, content] = [null, node.at("none")]] = node.at("content").entries();
  const example = content.at("example");
  return {
    status: Number(status.replace(/XX$/i, "00")) || 200,
    mediaType,
    schema: content.at("schema"),
    examples: example.exists
      ? [{ name: "example", when: null, value: example.value }]
      : content
          .at("examples")
          .entries()
          .map(([name, one]) => ({
            name,
            when: readExampleRule(one.at("x-when").text),
            value: one.at("value").value,
          })),
    headers: node
      .at("headers")
      .entries()
      .map(([name, header]) => ({
        name,
        required: header.at("required").value === true,
        schema: header.at("schema"),
        example: header.at("example").value ?? header.at("schema", "example").value,
        holds: header.at("schema", "x-holds").text,
      })),
    links: node
      .at("links")
      .entries()
      .flatMap(([, link]) =>
        link
          .at("parameters")
          .entries()
          .map(([parameter, expression]) => ({
            operationId: link.at("operationId").text ?? "",
            parameter,
            expression: expression.text ?? "",
          })),
      ),
  };
}

/** Of `minItems /input`. */
function readExampleRule(text: string | null): ExampleRule | null {
  if (text === null) return null;
  const [rule = "", place] = text.split(" ");
  return { rule, place: place?.split("/") ?? null };
}

function readSecurity(root: SpecNode, node: SpecNode, id: string, unread: string[]): KeyPlace[][] {
  const own = node.at("security");
  const requirements = (own.exists ? own : root.at("security")).items();
  if (requirements.some((one) => Object.keys(one.object).length === 0)) return [];
  return requirements.map((requirement) =>
    Object.keys(requirement.object).flatMap((name): KeyPlace[] => {
      const scheme = root.at("components", "securitySchemes", name);
      const type = scheme.at("type").text;
      if (type === "apiKey")
        return [{ in: scheme.at("in").text as KeyPlace["in"], name: scheme.at("name").text ?? "" }];
      if (type === "http" && scheme.at("scheme").text?.toLowerCase() === "basic")
        return [{ in: "basic", name: "authorization" }];
      if (type === "http" || type === "oauth2" || type === "openIdConnect")
        return [{ in: "bearer", name: "authorization" }]; // any token that is a key of ours
      unread.push(`${id}: the security scheme ${name} (${type ?? "unknown"}) is not checked.`);
      return [];
    }),
  );
}

function readBatchRules(node: SpecNode): BatchRules {
  const text = (name: string): string | null => node.at(name).text;
  return {
    dryRunProperty: text("dryRunProperty"),
    idProperty: text("idProperty") ?? "id",
    resultProperty: text("resultProperty"),
    resultIdProperty: text("resultIdProperty") ?? "id",
    resultBodyProperty: text("resultBodyProperty") ?? "response",
    followPath: text("followPath"),
    counts: node.at("counts").object as Record<string, string>,
  };
}

function readWebhooks(root: SpecNode): Map<string, Webhook> {
  return new Map(
    root
      .at("webhooks")
      .entries()
      .map(([name, item]) => {
        const operation = item.at("post");
        const [content] = operation.at("requestBody", "content").entries();
        const signature = operation.at("x-webhook-signature");
        return [
          name,
          {
            name,
            schema: content?.[1].at("schema") ?? root.at("none"),
            signature: signature.exists ? (signature.object as Record<string, string>) : null,
          },
        ];
      }),
  );
}

function errorCodesOf(operations: readonly SandboxOperation[]): string[] {
  const schemas = new Map(
    operations.flatMap(({ responses }) =>
      [...responses.values()].map(({ schema }) => [schema.pointer, schema]),
    ),
  );
  const codes = [...schemas.values()].flatMap((schema) => {
    const property = schema.at("x-error", "codeProperty").text;
    return property === null ? [] : enumsIn(schema.at("properties", property));
  });
  return [...new Set(codes)];
}

function enumsIn(schema: SpecNode): string[] {
  const alternatives = ["anyOf", "oneOf"].flatMap((keyword) => schema.at(keyword).items());
  return [...schema.at("enum").texts(), ...alternatives.flatMap(enumsIn)];
}

/** An error that most operations share, to answer with where none is declared: 404 of no path, 405. */
function commonError(operations: readonly SandboxOperation[]): ErrorExample | null {
  const errors = operations.flatMap(({ responses }) =>
    [...responses.values()].filter(({ status, schema }) => status >= 400 && schema.exists),
  );
  const uses = new Map<string, number>();
  for (const { schema } of errors) uses.set(schema.pointer, (uses.get(schema.pointer) ?? 0) + 1);
  const [most] = [...errors].sort(
    (a, b) =>
      (uses.get(b.schema.pointer) ?? 0) - (uses.get(a.schema.pointer) ?? 0) ||
      Number(b.examples.length > 0) - Number(a.examples.length > 0),
  );
  return most ? { status: most.status, value: most.examples[0]?.value, schema: most.schema } : null;
}
