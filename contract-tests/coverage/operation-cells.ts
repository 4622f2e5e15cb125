import { pointerOf } from "../support/pointer.js";
import type { Cell } from "./cell.js";
import type { CoveredAnswer, CoveredOperation, Subject } from "./covered-contract.js";
import { requestCells } from "./request-cells.js";

/** An operation, its statuses, media types and parameters. */
export function operationCells(one: CoveredOperation): Cell[] {
  const { operation, answers, requestMediaTypes } = one;
  const { id, body, parameters } = operation;
  const line = `${operation.method} ${operation.path}`;
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
  return requestCells(one, subject).some(
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
