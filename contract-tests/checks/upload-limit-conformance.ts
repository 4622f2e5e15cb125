import { object } from "../support/contract.js";
import { beginningOf } from "../support/file-signatures.js";
import type { Part } from "../support/parts.js";
import type { Exchange, VerifyCase } from "../verify/case.js";
import type { CaseMaker } from "../verify/make-cases.js";
import type { Check } from "./check.js";

export const uploadLimitConformance: Check = {
  name: "upload_limit_conformance",
  severity: "error",
  promise: "A file of the greatest size is taken, one of a byte more is not.",
  scenarios: (contract) =>
    contract.operations.flatMap((operation) =>
      (operation.form?.parts ?? [])
        .filter(({ maxBytes }) => maxBytes !== null)
        .flatMap((part) =>
          [0, 1].map((more) => ({
            what: `${operation.id} ${part.name}, ${(part.maxBytes ?? 0) + more} bytes`,
            operation,
            writes: !operation.isRead,
            run: async (means) => {
              const one = caseWith(means.maker(operation), part, (part.maxBytes ?? 0) + more);
              const exchange = one && (await means.send(one));
              if (exchange) means.tell(faultOfSize(exchange, more > 0) ?? null, [exchange]);
            },
          })),
        ),
    ),
};

/** `undefined`: refused for another reason. */
export function faultOfSize(
  { response: { status } }: Exchange,
  isTooLarge: boolean,
): string | null | undefined {
  if ([401, 402, 403, 429].includes(status) || status >= 500) return undefined;
  const isRefused = status >= 400;
  if (isTooLarge) return isRefused ? null : `A file of one byte too many is answered with ${status}.`;
  return isRefused ? `A file of the greatest size is answered with ${status}.` : null;
}

/** A form with a file of so many bytes; files of lines end in blanks. */
function caseWith(maker: CaseMaker, part: Part, bytes: number): VerifyCase | null {
  const args = maker.withProperty(part.name);
  const text = part.lines ? linesOf(object(args.body)[part.name]) : null;
  const start = text === null ? beginningOf(part.contentTypes[0]) : Buffer.from(text.trimEnd());
  if (start.length > bytes) return null;
  const file = Buffer.concat([start, Buffer.alloc(bytes - start.length, text === null ? 0 : " ")]);
  return {
    ...maker.case(
      { ...args, body: { ...object(args.body), [part.name]: file } },
      { intent: "probe", source: "upload_limit_conformance", what: `${part.name} of ${bytes} bytes` },
    ),
    args: null, // too long to be told
  };
}

function linesOf(value: unknown): string {
  return [value]
    .flat()
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}
