import { valueAt } from "../support/pointer.js";
import { type Exchange, jsonOf, type VerifyCase } from "../verify/case.js";
import type { CaseMaker } from "../verify/make-cases.js";
import type { VerifiedContract, VerifiedOperation } from "../verify/verified-contract.js";
import type { Means } from "./check.js";

/** A link from a success of one operation to another that takes a value of it. */
export interface Following {
  readonly from: VerifiedOperation;
  readonly to: VerifiedOperation;
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Every link of the contract whose values come from the body of an answer. */
export function followingsOf({ operations }: VerifiedContract): Following[] {
  return operations.flatMap((from) =>
    from.responses
      .filter(({ status }) => status.startsWith("2"))
      .flatMap(({ links }) =>
        links.flatMap(({ name, operationId, parameters }) => {
          const to = operations.find(({ id }) => id === operationId);
          const usable = Object.values(parameters).every((one) => one.startsWith("$response.body#/"));
          return to && usable ? [{ from, to, name, parameters }] : [];
        }),
      ),
  );
}

/** The request that a link leads to; `null` where the answer lacks what it takes. */
export function follow(
  maker: CaseMaker,
  { parameters, name }: Following,
  { response }: Exchange,
  source: string,
): VerifyCase | null {
  const body = jsonOf(response);
  let args = maker.least();
  for (const [parameter, expression] of Object.entries(parameters)) {
    const value = valueAt(body, expression.replace("$response.body#", ""));
    const place = maker.operation.parameters.find((one) => one.name === parameter)?.in ?? "path";
    if (value === undefined) return null;
    args = { ...args, [place]: { ...args[place], [parameter]: value } };
  }
  return maker.case(args, { intent: "probe", source, what: `link ${name}` });
}

/** A plain valid request of an operation, another one each time it is asked for. */
export async function sendValid(
  means: Means,
  operation: VerifiedOperation,
  source: string,
): Promise<Exchange | null> {
  const maker = means.maker(operation);
  return means.send(maker.case(maker.least(), { intent: "positive", source, what: "valid" }));
}

export function isSuccess({ response }: Exchange): boolean {
  return response.status >= 200 && response.status < 300;
}
