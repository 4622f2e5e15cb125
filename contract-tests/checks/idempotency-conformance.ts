import { object } from "../support/contract.js";
import { type Exchange, jsonOf, type VerifyCase } from "../verify/case.js";
import type { CaseMaker } from "../verify/make-cases.js";
import type { Check } from "./check.js";
import { isSuccess } from "./links.js";

export const idempotencyConformance: Check = {
  name: "idempotency_conformance",
  severity: "error",
  promise: "The same key with the same body is one request; with another body it is refused.",
  scenarios: (contract) =>
    contract.operations
      .filter(({ idempotencyHeader }) => idempotencyHeader !== null)
      .map((operation) => ({
        what: operation.id,
        operation,
        writes: !operation.isRead,
        run: async (means) => {
          const maker = means.maker(operation);
          const key = `specwright-${Date.now().toString(36)}`;
          const first = await means.send(withKey(maker, operation.idempotencyHeader ?? "", key, 0));
          if (!first || !isSuccess(first)) return;
          const again = await means.send(withKey(maker, operation.idempotencyHeader ?? "", key, 0));
          if (again && again.response.status !== 429) means.tell(faultOfRepeat(first, again), [first, again]);
          const other = withKey(maker, operation.idempotencyHeader ?? "", key, 1);
          if (String(other.request.body) === String(first.case.request.body)) return;
          const conflict = await means.send(other);
          if (conflict && conflict.response.status !== 429)
            means.tell(faultOfOtherBody(conflict), [first, conflict]);
        },
      })),
};

/** The same request twice: the second answer tells of the same thing. */
export function faultOfRepeat(first: Exchange, again: Exchange): string | null {
  if (!isSuccess(again)) return `The same request again is answered with ${again.response.status}.`;
  const [before, after] = [first, again].map(({ response }) => object(jsonOf(response)));
  const differs = Object.keys(before ?? {}).find(
    (name) => /^(id|.*_id|.*Id)$/.test(name) && before?.[name] !== after?.[name],
  );
  return differs === undefined ? null : `The same request again made another: ${differs} differs.`;
}

export function faultOfOtherBody(conflict: Exchange): string | null {
  const { status } = conflict.response;
  return status >= 400 && status < 500 ? null : `The same key with another body is answered with ${status}.`;
}

function withKey(maker: CaseMaker, header: string, key: string, which: number): VerifyCase {
  const examples = maker.examples();
  const args = (examples[which] ?? examples[0])?.args ?? maker.least();
  return maker.case(
    { ...args, header: { ...args.header, [header]: key } },
    {
      intent: which === 0 ? "positive" : "probe",
      source: "idempotency_conformance",
      what: `key ${which === 0 ? "and body" : "with another body"}`,
    },
  );
}
