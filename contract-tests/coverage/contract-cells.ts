import { uniqueByKeyword } from "../arbitraries/schema-judge.js";
import { boundsOf } from "../limits/bounds.js";
import { object } from "../support/contract.js";
import { pointerOf } from "../support/pointer.js";
import type { Cell } from "./cell.js";
import type { CoveredAnswer, CoveredContract, CoveredOperation, Subject } from "./covered-contract.js";
import { extensionCells } from "./extension-cells.js";
import { decidingKeywords } from "./keywords.js";
import type { SchemaNode } from "./schema-tree.js";

/** Everything a contract says that a test can show, in the spec's order; no two have the same id. */
export function contractCells(contract: CoveredContract): Cell[] {
  const cells = [
    ...contract.operations.flatMap((one) => [
      ...operationCells(one),
      ...one.subjects.flatMap((subject) => schemaCells(one, subject)),
    ]),
    ...contract.webhooks.flatMap(webhookCells),
    ...answerCells(contract),
    ...extensionCells(contract),
  ];
  return [...new Map(cells.map((cell) => [cell.id, cell])).values()];
}

/** A line that names an operation. */
export function lineOf({ operation: { method, path } }: CoveredOperation): string {
  return `${method} ${path}`;
}

function operationCells(one: CoveredOperation): Cell[] {
  const { operation, answers, requestMediaTypes } = one;
  const { id, body, parameters } = operation;
  const line = lineOf(one);
  const pointer = pointerOf(operation.at);
  const cell = (
    dimension: Cell["dimension"],
    name: string,
    subject: string,
    side: string,
    missing: string,
    cannot: string | null = null,
  ): Cell => ({
    id: `${name} ${side}`,
    dimension,
    operation: id,
    subject,
    rule: "",
    side,
    pointer,
    missing: `${line}${missing}`,
    cannot,
  });
  return [
    cell(
      "operations",
      `operation ${id}`,
      line,
      "answered",
      ": call it as the contract allows, and see it succeed.",
    ),
    ...answers.flatMap((answer) => [
      cell(
        "statuses",
        `status ${id} ${answer.status}`,
        answer.status,
        "answered",
        ` → ${answer.status} ${answer.content[0]?.mediaType ?? "without a body"}: ${howToGet(answer)}`,
      ),
      ...answer.content.map(({ mediaType }) =>
        cell(
          "mediaTypes",
          `answer type ${id} ${answer.status} ${mediaType}`,
          `${answer.status} ${mediaType}`,
          "answered",
          ` → ${answer.status} ${mediaType}: ${howToGet(answer)}`,
        ),
      ),
      ...answer.headers.map(({ name }) =>
        cell(
          "parameters",
          `header ${id} ${answer.status} ${name}`,
          `header ${name} of ${answer.status}`,
          "present",
          ` → ${answer.status} with the header ${name}: ${howToGet(answer)}`,
        ),
      ),
    ]),
    ...requestMediaTypes.map((mediaType) =>
      cell(
        "mediaTypes",
        `request type ${id} ${mediaType}`,
        `request ${mediaType}`,
        "accepted",
        `: send a valid body as ${mediaType}.`,
      ),
    ),
    ...(requestMediaTypes.length > 0 && answers.some(({ status }) => status === "415")
      ? [
          cell(
            "mediaTypes",
            `request type ${id} other`,
            "request of another type",
            "refused",
            " → 415: send a body of a media type that the contract does not name.",
          ),
        ]
      : []),
    ...(body
      ? [
          cell(
            "parameters",
            `parameter ${id} body`,
            "body",
            body.required ? "refused when absent" : "absent",
            body.required ? ": send no body, and see it refused." : ": send no body.",
          ),
        ]
      : []),
    ...parameters.flatMap((parameter) => {
      const label = `${parameter.in} ${parameter.name}`;
      const name = `parameter ${id} ${label}`;
      const subject = one.subjects.find((other) => other.parameter === parameter);
      return [
        cell("parameters", name, label, "present", `: send a valid ${label}.`),
        ...(parameter.in === "path"
          ? []
          : parameter.required
            ? [
                cell(
                  "parameters",
                  name,
                  label,
                  "refused when absent",
                  `: leave out ${label}, and see it refused.`,
                ),
              ]
            : [cell("parameters", name, label, "absent", `: leave out ${label}.`)]),
        ...(subject && canBeWrong(one, subject)
          ? [
              cell(
                "parameters",
                name,
                label,
                "refused",
                `: send a ${label} that its schema forbids, and see it refused.`,
              ),
            ]
          : []),
      ];
    }),
  ];
}

function canBeWrong(one: CoveredOperation, subject: Subject): boolean {
  return schemaCells(one, subject).some(
    ({ dimension, side, cannot }) => dimension === "keywords" && side === "violated" && cannot === null,
  );
}

/** What a server must meet with to answer so. */
function howToGet({ status, rules }: CoveredAnswer): string {
  const by = rules.length > 0 ? ` The spec's examples of it are for ${[...new Set(rules)].join(", ")}.` : "";
  return `${ways[status] ?? ways[`${status[0]}XX`] ?? "make the server answer so."}${by}`;
}

const ways: Readonly<Record<string, string>> = {
  "2XX": "send what the contract allows.",
  "400": "send a request with a fault in it.",
  "401": "send no key, or one that nobody knows.",
  "402": "send the key of a plan that does not cover it.",
  "403": "send a key that may not do this.",
  "404": "ask for what is not there.",
  "405": "use a method that the path does not have.",
  "409": "send a used Idempotency-Key with another body, or what is in conflict otherwise.",
  "413": "send a file of one byte more than x-max-bytes allows.",
  "415": "send a body of a media type that the contract does not name.",
  "422": "send a well-formed body whose content can't be used.",
  "429": "send one request more than x-rate-limits allow, or begin one job more than the plan has room for.",
  "5XX": "make the server fail: with Prefer: code=…, or by chance.",
};

/** Keywords and bounds of a request: each must be seen to be satisfied, and to be what a request was refused for. */
function schemaCells(one: CoveredOperation, subject: Subject): Cell[] {
  const line = lineOf(one);
  return subject.tree.all().flatMap((node) => {
    if (isFile(subject, node)) return [];
    const where = placeOf(subject, node);
    const of = (
      dimension: Cell["dimension"],
      id: string,
      rule: string,
      keyword: string,
      side: string,
      missing: string,
      cannot: string | null,
    ): Cell => ({
      id,
      dimension,
      operation: one.operation.id,
      subject: where,
      rule,
      side,
      pointer: `${node.pointer}/${isLines(subject, node) ? "x-item-schema/" : ""}${writtenName(keyword)}`,
      missing: `${line}, ${where}: ${missing}`,
      cannot,
    });
    const keywords = keywordsOf(subject, node).flatMap((keyword) => {
      const rule = ruleOf(node, keyword);
      const id = `keyword ${node.pointer}/${keyword}`;
      const { missing, cannot } = violation(subject, node, keyword);
      return [
        of(
          "keywords",
          `${id} satisfied`,
          rule,
          keyword,
          "satisfied",
          `send a valid request in which ${rule} has a say.`,
          null,
        ),
        of("keywords", `${id} violated`, rule, keyword, "violated", missing, cannot),
      ];
    });
    const limits = boundsOf(node.schema).flatMap((bound) => {
      const { keyword, side, n, dimension } = bound;
      const id = `limit ${node.pointer}/${keyword} ${side}`;
      const rule = `${keyword} ${n}`;
      const beyond = `${side === "min" ? "below" : "above"} it`;
      const cannot =
        dimension !== "number" && side === "min" && n === 0
          ? "Nothing counts less than 0."
          : n <= 1 && side === "min" && dimension !== "number" && isWholeText(subject, node)
            ? emptyText(subject)
            : null;
      return [
        of("limits", `${id} at`, rule, keyword, "at", `send a valid request just at ${rule}.`, null),
        of(
          "limits",
          `${id} beyond`,
          rule,
          keyword,
          "beyond",
          `send a request just ${beyond} (${rule}), and see it refused.`,
          cannot,
        ),
      ];
    });
    const unique = keywordsOf(subject, node).includes(uniqueByKeyword)
      ? ["at", "beyond"].map((side) =>
          of(
            "limits",
            `limit ${node.pointer}/${uniqueByKeyword} unique ${side}`,
            ruleOf(node, uniqueByKeyword),
            uniqueByKeyword,
            side,
            side === "at" ? "send several that all differ." : "send two alike, and see them refused.",
            null,
          ),
        )
      : [];
    return [...keywords, ...limits, ...unique];
  });
}

function violation(
  subject: Subject,
  node: SchemaNode,
  keyword: string,
): { readonly missing: string; readonly cannot: string | null } {
  const missing = `send a request that breaks ${ruleOf(node, keyword)} alone, and see it refused.`;
  const rule = node.schema[keyword];
  const types = [node.schema["type"]].flat();
  if (keyword === "type" && subject.isText(node) && types.includes("string"))
    return { missing, cannot: "What is sent here is text whatever it is." };
  if (keyword === "type" && isWholeText(subject, node) && types.includes("array"))
    return { missing, cannot: "What is sent here is a list whatever it is." };
  if (keyword === "type" && subject.form && subject.tree.root === node)
    return { missing, cannot: "A form is an object whatever is in it." };
  if (["minContains", "minItems", "minLength", "minProperties"].includes(keyword)) {
    if (rule === 0) return { missing, cannot: "Nothing counts less than 0." };
    if (rule === 1 && isWholeText(subject, node)) {
      const cannot = emptyText(subject);
      return { missing, cannot };
    }
  }
  return { missing, cannot: null };
}

/** Whether a schema speaks of the whole text of a parameter. */
function isWholeText({ parameter, tree }: Subject, node: SchemaNode): boolean {
  return parameter !== null && tree.root !== null && node.pointer === tree.root.pointer;
}

function emptyText({ parameter }: Subject): string | null {
  if (parameter?.in === "path") return "An empty piece of a path is another path.";
  if (parameter?.in === "query" && [object(parameter.schema)["type"]].flat().includes("array"))
    return "No style of a query can write an empty list.";
  return null;
}

/** The schema that stands for a file's bytes in the view of a form says nothing that the spec says. */
function isFile({ form }: Subject, node: SchemaNode): boolean {
  const part = isPart(node) && form?.parts.find(({ name }) => name === node.step[1]);
  return part ? part.kind === "file" && part.lines === null : false;
}

/** A file of lines is an array in the view of a form only. */
function keywordsOf(subject: Subject, node: SchemaNode): string[] {
  return decidingKeywords(node.schema).filter((keyword) => !(keyword === "type" && isLines(subject, node)));
}

function isLines({ form }: Subject, node: SchemaNode): boolean {
  return isPart(node) && (form?.parts.some(({ name, lines }) => lines && name === node.step[1]) ?? false);
}

/** Whether it is the schema of a whole part of a form, if it is one. */
function isPart({ above, step }: SchemaNode): boolean {
  return above !== null && above.above === null && step[0] === "properties";
}

function writtenName(keyword: string): string {
  return keyword === uniqueByKeyword ? "uniqueBy" : keyword;
}

/** A keyword with its value, as far as it is short. */
function ruleOf({ schema }: SchemaNode, keyword: string): string {
  const rule = schema[keyword];
  const isSchema = ["not", "anyOf", "oneOf", "contains", "propertyNames"].includes(keyword);
  if (isSchema) return keyword;
  const text = JSON.stringify(rule);
  return `${writtenName(keyword)} ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}

function placeOf({ label, pointer }: Subject, node: SchemaNode): string {
  const inside = node.pointer.slice(pointer.length);
  return inside === "" ? label : `${label} ${inside}`;
}

/** Keywords and bounds of answers and webhooks, each once wherever it is used: a server must keep them. */
function answerCells({ operations, webhooks }: CoveredContract): Cell[] {
  const trees = [
    ...operations.flatMap(({ answers }) =>
      answers.flatMap(({ content, headers }) => [...content, ...headers].map(({ tree }) => tree)),
    ),
    ...webhooks.map(({ tree }) => tree),
  ];
  return trees.flatMap((tree) =>
    tree.all().flatMap((node) => {
      const of = (dimension: Cell["dimension"], id: string, rule: string, keyword: string): Cell => ({
        id,
        dimension,
        operation: null,
        subject: `answer ${node.written.slice(1)}`,
        rule,
        side: "kept",
        pointer: `${node.written}/${keyword}`,
        missing: `${node.written}: see an answer in which ${rule} has a say.`,
        cannot: null,
      });
      return [
        ...decidingKeywords(node.schema).map((keyword) =>
          of("keywords", `keyword ${node.written}/${keyword} kept`, ruleOf(node, keyword), keyword),
        ),
        ...boundsOf(node.schema).map(({ keyword, side, n }) =>
          of("limits", `limit ${node.written}/${keyword} ${side} kept`, `${keyword} ${n}`, keyword),
        ),
      ];
    }),
  );
}

function webhookCells({ id, name, method, pointer, headers }: CoveredContract["webhooks"][number]): Cell[] {
  const line = `webhook ${name}`;
  const cell = (dimension: Cell["dimension"], key: string, subject: string, missing: string): Cell => ({
    id: key,
    dimension,
    operation: id,
    subject,
    rule: "",
    side: "sent",
    pointer,
    missing: `${line} (${method}): ${missing}`,
    cannot: null,
  });
  return [
    cell("operations", `webhook ${name}`, line, "see it delivered, as its schema says."),
    ...headers.map((header) =>
      cell(
        "parameters",
        `webhook ${name} header ${header.name}`,
        `header ${header.name}`,
        `see it delivered with the header ${header.name}.`,
      ),
    ),
  ];
}
