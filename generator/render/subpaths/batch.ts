import type { Contract, Operation, Part, Schema } from "../../contract/contract.js";
import { camelCase } from "../../contract/names.js";
import { isIdentifier, Scope } from "../identifiers.js";
import { layOut, type View } from "../lay-out.js";
import { SourceText } from "../source-text.js";
import type { ViewInput } from "../views.js";
import { resourceTree } from "../views.js";
import type { RenderSubpath } from "./subpath.js";

const { ours, literal } = SourceText;

/** `…/batch`: for the first operation of a contract that takes a file of requests, each with an id of its own. */
export const batchSubpath: RenderSubpath = (input) => {
  const found = findBatch(input);
  return found === null
    ? null
    : {
        name: "batch",
        entry: "src/batch.ts",
        files: new Map([["src/batch.ts", layOut("batch", batchView(input, found))]]),
        runtime: ["batch"],
        peers: {},
        readme: ours(layOut("batch-readme", readmeView(input, found)).trimEnd()),
      };
};

/** `…/batch/node`: the state of a run, and the notifications it waits for, in files. */
export const batchNodeSubpath: RenderSubpath = (input) =>
  findBatch(input) === null
    ? null
    : {
        name: "batch/node",
        entry: "src/runtime/batch-node/batch-node.ts",
        files: new Map(),
        runtime: ["batch-node"],
        peers: {},
        readme: ours(
          layOut("batch-node-readme", { packageName: ours(input.contract.client.packageName) }).trimEnd(),
        ),
      };

interface Found {
  readonly operation: Operation;
  readonly batch: NonNullable<Operation["batch"]>;
  readonly job: NonNullable<Operation["job"]>;
  readonly part: Part;
  readonly lines: NonNullable<Part["lines"]>;
  readonly idProperty: string;
  /** The schema of a line. */
  readonly line: Extract<Schema, { kind: "object" }>;
  readonly look: Operation | null;
}

function findBatch({ contract, shapes, jobs }: ViewInput): Found | null {
  for (const operation of contract.operations) {
    const { batch, job, jobLink } = operation;
    const { arguments: form, body } = shapes.get(operation.id) ?? {};
    const part = body?.parts.find(({ lines }) => lines?.uniqueBy != null);
    if (!batch || !job || !part?.lines || part.lines.uniqueBy === null || form !== "body") continue;
    const line = resolved(contract, part.lines.schema);
    if (line?.kind !== "object") continue;
    const look = jobs.get(jobLink?.operationId ?? "")?.look ?? null;
    return { operation, batch, job, part, lines: part.lines, idProperty: part.lines.uniqueBy, line, look };
  }
  return null;
}

/** What a chain of names leads to; `null` if it leads to nothing, or back to itself. */
function resolved({ schemas }: Contract, schema: Schema): Schema | null {
  const byName = new Map(schemas.map((named) => [named.name, named.schema]));
  let at: Schema | undefined = schema;
  while (at?.kind === "ref") {
    const next: string = at.name;
    at = byName.get(next);
    byName.delete(next);
  }
  return at ?? null;
}

/** Properties that must be there and can have one value only. */
function constantsOf(contract: Contract, { line }: Found): Record<string, string | number | boolean> {
  const constants = line.properties.flatMap(({ name, required, schema }) => {
    const target = resolved(contract, schema);
    const [value, ...others] = target?.kind === "enum" && !target.nullable ? target.values : [];
    return required && value !== undefined && others.length === 0 ? [[name, value] as const] : [];
  });
  return Object.fromEntries(constants);
}

function batchView(input: ViewInput, found: Found): View {
  const { contract, names, typeOf } = input;
  const { operation, batch, job, part, idProperty, line, lines, look } = found;
  const own = names.operations.get(operation.id);
  const constants = constantsOf(contract, found);
  const create = methodPath(contract, operation);
  const lookPath = look && methodPath(contract, look);
  const written = (name: string): string => typeOf.get(name) ?? name;
  const schemaType = (schema: Schema): string | null =>
    schema.kind === "ref" ? written(names.schemas.get(schema.name) ?? schema.name) : null;
  const lineType = schemaType(lines.schema);
  const { schema } = lines;
  const validator = schema.kind === "ref" ? input.validators?.named.get(schema.name) : undefined;
  const jobType = jobSchemaOf(contract, operation);
  const omitted = [part.name, ...(batch.dryRunProperty === null ? [] : [batch.dryRunProperty])];
  const { statusProperty, succeeded, failed, pollSeconds } = job;
  const { idProperty: jobId, resultProperty } = batch;
  const rest = {
    create,
    look: lookPath,
    part: part.name,
    line: {
      idProperty,
      required: line.properties.filter(({ required }) => required).map(({ name }) => name),
      properties: line.additional === null ? line.properties.map(({ name }) => name) : null,
      constants,
    },
    dryRunProperty: batch.dryRunProperty,
    job: { idProperty: jobId, statusProperty, succeeded, failed, resultProperty, pollSeconds },
    resultIdProperty: batch.resultIdProperty ?? idProperty,
  };
  return {
    className: ours(contract.client.className),
    constant: ours(own?.constant ?? ""),
    rest: literal(rest),
    form: ours(written(own?.body ?? "")),
    omitted: ours(unionOf(omitted)),
    job: ours(jobType === null ? written(own?.result ?? "") : (schemaType(jobType) ?? "")),
    line: ours(lineType ?? ""),
    hasLineType: lineType !== null,
    validator: ours(validator ?? ""),
    hasValidator: validator !== undefined,
    constants: ours(unionOf(Object.keys(constants))),
    hasConstants: Object.keys(constants).length > 0,
    members: ours(unionOf(["http", ...new Set([create[0] ?? "", ...(lookPath ?? []).slice(0, 1)])])),
  };
}

const unionOf = (texts: readonly string[]): string => texts.map((text) => literal(text)).join(" | ");

/** The reference to the schema of the job among what an operation answers. */
function jobSchemaOf(contract: Contract, { responses }: Operation): Schema | null {
  const isJob = (schema: Schema): boolean => {
    const target = resolved(contract, schema);
    return schema.kind === "ref" && target?.kind === "object" && target.job !== null;
  };
  const answers = responses
    .filter(({ status }) => status.startsWith("2"))
    .flatMap(({ mediaTypes }) => mediaTypes.flatMap(({ schema }) => schema ?? []));
  const branches = answers.flatMap((schema) => {
    const target = resolved(contract, schema);
    return [schema, ...(target?.kind === "union" ? target.variants : [])];
  });
  return branches.find(isJob) ?? null;
}

/** Names that lead from the client to an operation's method; made as the client's own members are. */
function methodPath({ operations }: Contract, { id, group, name }: Operation): string[] {
  const path: string[] = [];
  for (let depth = 0; depth <= group.length; depth++) {
    const { children, operations: methods } = resourceTree(operations, group.slice(0, depth));
    const members = new Scope(new Set(), depth === 0 ? ["http"] : []);
    const inner = children.map((child) => ({
      key: child.group.at(-1),
      member: members.member(child.group.at(-1) ?? ""),
    }));
    const own = methods.map((method) => ({ key: method.id, member: members.member(method.name) }));
    const next =
      depth < group.length
        ? inner.find(({ key }) => key === group[depth])
        : own.find(({ key }) => key === id);
    path.push(next?.member ?? name);
  }
  return path;
}

function readmeView({ contract }: ViewInput, found: Found): View {
  const { client } = contract;
  const { part, lines, idProperty, operation, batch } = found;
  const constants = constantsOf(contract, found);
  const sample = sampleLine(found) ?? {};
  const fields = Object.entries(sample).filter(([name]) => name !== idProperty && !(name in constants));
  return {
    packageName: ours(client.packageName),
    packageLiteral: literal(client.packageName),
    batchLiteral: literal(`${client.packageName}/batch`),
    nodeLiteral: literal(`${client.packageName}/batch/node`),
    className: ours(client.className),
    variable: ours(camelCase(client.className.replace(/(?<=.)Client$/, ""))),
    idKey: isIdentifier(idProperty) ? ours(idProperty) : literal(idProperty),
    idLiteral: literal(idProperty),
    idName: SourceText.code(idProperty),
    request: SourceText.literalLines(Object.fromEntries(fields)),
    constants: SourceText.markdown(Object.keys(constants).join(", ")),
    hasConstants: Object.keys(constants).length > 0,
    operation: SourceText.code(methodPath(contract, operation).join(".")),
    bounds: SourceText.markdown(boundsText(part, lines)),
    hasBounds: boundsText(part, lines) !== "",
    hasLook: found.look !== null,
    hasDryRun: batch.dryRunProperty !== null,
    hasResults: batch.resultProperty !== null,
    isIdempotent: operation.idempotencyHeader !== null,
  };
}

function boundsText({ maxBytes }: Part, { minItems, maxItems }: Found["lines"]): string {
  return [
    ...(minItems === null ? [] : [`at least ${minItems} lines`]),
    ...(maxItems === null ? [] : [`at most ${maxItems} lines`]),
    ...(maxBytes === null ? [] : [`at most ${maxBytes} bytes`]),
  ].join(", ");
}

/** The first line of the first example of a file that the contract gives. */
function sampleLine({ operation, part }: Found): Record<string, unknown> | null {
  const examples = (operation.requestBody?.mediaTypes ?? []).flatMap((mediaType) => mediaType.examples);
  for (const { value } of examples) {
    const file = (value as Readonly<Record<string, unknown>> | null)?.[part.name];
    if (typeof file !== "string") continue;
    try {
      const line: unknown = JSON.parse(file.split("\n", 1)[0] ?? "");
      if (typeof line === "object" && line !== null) return line as Record<string, unknown>;
    } catch {
      // an example that is no JSON is the linter's to report
    }
  }
  return null;
}
