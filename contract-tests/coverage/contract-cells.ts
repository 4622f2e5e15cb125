import { boundsOf } from "../limits/bounds.js";
import type { Cell } from "./cell.js";
import type { CoveredContract } from "./covered-contract.js";
import { extensionCells } from "./extension-cells.js";
import { decidingKeywords, ruleOf } from "./keywords.js";
import { operationCells } from "./operation-cells.js";
import { requestCells } from "./request-cells.js";

/** Everything a contract says that a test can show, in the spec's order; no two have the same id. */
export function contractCells(contract: CoveredContract): Cell[] {
  const cells = [
    ...contract.operations.flatMap((one) => [
      ...operationCells(one),
      ...one.subjects.flatMap((subject) => requestCells(one, subject)),
    ]),
    ...contract.webhooks.flatMap(webhookCells),
    ...answerCells(contract),
    ...extensionCells(contract),
  ];
  return [...new Map(cells.map((cell) => [cell.id, cell])).values()];
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
          of("keywords", `keyword ${node.written}/${keyword} kept`, ruleOf(node.schema, keyword), keyword),
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
