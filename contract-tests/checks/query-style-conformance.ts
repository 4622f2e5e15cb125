import { array, object, type Parameter, type Schema } from "../support/contract.js";
import type { VerifyCase } from "../verify/case.js";
import type { CaseMaker } from "../verify/make-cases.js";
import type { Check } from "./check.js";

export const queryStyleConformance: Check = {
  name: "query_style_conformance",
  severity: "error",
  promise: "A list in the query is read by its style: each item counts, the second as the first.",
  cases: (maker, { judge }) =>
    maker.operation.parameters
      .filter(
        (parameter) =>
          parameter.in === "query" && [object(parameter.schema)["type"]].flat().includes("array"),
      )
      .flatMap((parameter) => casesOf(maker, parameter, (value) => judge.isValid(parameter.schema, value))),
  judge: ({ case: { source, intent, what }, response: { status } }) => {
    if (source !== "query_style_conformance" || [401, 402, 403, 429].includes(status) || status >= 500)
      return undefined;
    const isRefused = status >= 400;
    if (intent === "positive") return isRefused ? `${what} is answered with ${status}.` : null;
    return isRefused ? null : `${what} is answered with ${status}: only the first item was read.`;
  },
};

function casesOf(maker: CaseMaker, parameter: Parameter, isValid: (value: unknown) => boolean): VerifyCase[] {
  const { name, examples } = parameter;
  const lists = [...examples.map(({ value }) => value), ...maker.valuesOf(parameter)].filter(Array.isArray);
  const items = [...new Map(lists.flat().map((item) => [JSON.stringify(item), item])).values()];
  const two = items.slice(0, 2);
  if (two.length < 2 || !isValid(two)) return [];
  const wrong = wrongItem((object(parameter.schema)["items"] ?? true) as Schema);
  const least = maker.least();
  const of = (value: unknown, what: string, isWrong: boolean): VerifyCase =>
    maker.case(
      { ...least, query: { ...least.query, [name]: value } },
      {
        intent: isWrong ? "negative" : "positive",
        source: "query_style_conformance",
        what: `${name} ${what}`,
        wrong: isWrong ? { where: `query ${name}`, keyword: "items", pointer: "/1", variant: what } : null,
      },
    );
  const wrongSecond = [two[0], wrong];
  return [
    of(two, "with two items", false),
    ...(isValid(wrongSecond) ? [] : [of(wrongSecond, "whose second item is wrong", true)]),
  ];
}

/** An item that most schemas will not have. */
function wrongItem(schema: Schema): string {
  return array(object(schema)["enum"]).includes("not-in-the-contract") ? "nor-this" : "not-in-the-contract";
}
