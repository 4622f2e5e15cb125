import { object } from "../support/contract.js";
import type { Part } from "../support/parts.js";
import type { Exchange, VerifyCase } from "../verify/case.js";
import type { CaseMaker } from "../verify/make-cases.js";
import type { Check } from "./check.js";

export const batchLimitConformance: Check = {
  name: "batch_limit_conformance",
  severity: "error",
  promise: "A file of lines has as many as the contract allows, each valid and different.",
  cases: (maker) =>
    (maker.operation.form?.parts ?? [])
      .filter(({ lines }) => lines !== null)
      .flatMap((part) => casesOf(maker, part)),
  judge: (exchange) => (exchange.case.source === "batch_limit_conformance" ? faultOf(exchange) : undefined),
};

function faultOf({ case: { what, intent }, response: { status } }: Exchange): string | null | undefined {
  if ([401, 402, 403, 429].includes(status) || status >= 500) return undefined;
  const isRefused = status >= 400;
  if (intent === "negative") return isRefused ? null : `A file ${what} is answered with ${status}.`;
  return isRefused ? `A file ${what} is answered with ${status}.` : null;
}

function casesOf(maker: CaseMaker, part: Part): VerifyCase[] {
  const args = maker.withProperty(part.name);
  const given = [object(args.body)[part.name]].flat();
  const { minItems, maxItems, uniqueBy } = part.lines ?? { minItems: null, maxItems: null, uniqueBy: null };
  const lines = (count: number): unknown[] =>
    Array.from({ length: count }, (_, index) => {
      const line = object(given[index % given.length]);
      return uniqueBy === null ? line : { ...line, [uniqueBy]: `line-${index + 1}` };
    });
  const of = (value: unknown, what: string, keyword: string | null): VerifyCase =>
    maker.case(
      { ...args, body: { ...object(args.body), [part.name]: value } },
      {
        intent: keyword === null ? "positive" : "negative",
        source: "batch_limit_conformance",
        what,
        wrong: keyword === null ? null : { where: "body", keyword, pointer: `/${part.name}`, variant: what },
      },
    );
  const counts = [minItems, maxItems].filter((count) => count !== null);
  const valid = lines(minItems ?? 1);
  const text = (list: readonly unknown[]): string => list.map((line) => `${JSON.stringify(line)}\n`).join("");
  return [
    ...counts.map((count) => of(lines(count), `of ${count} lines`, null)),
    ...(minItems !== null && minItems > 0
      ? [of(lines(minItems - 1), `of ${minItems - 1} lines`, "minItems")]
      : []),
    ...(maxItems !== null ? [of(lines(maxItems + 1), `of ${maxItems + 1} lines`, "maxItems")] : []),
    ...(uniqueBy !== null && valid.length > 1
      ? [of([...valid.slice(1), valid[1]], `with a ${uniqueBy} twice`, "uniqueBy")]
      : []),
    of(`${text(valid.slice(1))}not JSON\n`, "with a line that is not JSON", "content"),
    of(`${text(valid.slice(1))}[]\n`, "with a line of another type", "type"),
    of(`${text(valid.slice(1))}null\n`, "with a line that is null", "type"),
  ];
}
