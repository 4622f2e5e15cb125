import fc from "fast-check";
import type { ClientContract } from "../client-contract.js";
import type { HttpAnswer } from "../wire-server.js";

export const word = fc.stringMatching(/^[A-Z]{4,9}_[A-Z]{2,5}$/);
export const json: readonly [string, string] = ["content-type", "application/json"];
export const html = (title: string): Buffer =>
  Buffer.from(`<!doctype html>\n<title>${title}</title><h1>Down for\u0000 maintenance \u001b[31m</h1>`);
export const answer = (
  status: number,
  body: string | Buffer | null,
  headers: HttpAnswer["headers"] = [json],
): HttpAnswer => ({ status, headers, body: typeof body === "string" ? Buffer.from(body) : body });

/** But 421, which says that nothing was done: the platform itself asks again, by another connection. */
export const oddStatus = fc.constantFrom(
  402,
  405,
  406,
  410,
  418,
  424,
  425,
  431,
  451,
  499,
  501,
  502,
  504,
  511,
  529,
  599,
  999,
);
export const anyFailure = fc.oneof(
  oddStatus,
  fc.constantFrom(400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503),
);

/** A body in the contract's error schema, or something like it. */
export function errorBody({ error }: ClientContract): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(null, 7, true, ["a", 1, null, "b"], {}, []),
  );
  const names = Object.values(error).filter((name) => name !== null);
  return fc
    .tuple(
      fc.record(Object.fromEntries(names.map((name) => [name, text])), { requiredKeys: [] }),
      fc.object({ maxDepth: 1 }),
    )
    .map(([known, others]) => JSON.parse(JSON.stringify({ ...others, ...known })) as unknown);
}

export const retryAfters = fc.oneof(
  fc.constantFrom(
    "0",
    "1",
    "120",
    "86400",
    "-5",
    "soon",
    "soon 5",
    "1, 2",
    "99999999999999999999",
    "0x10",
    "1e3",
    "5s",
    "NaN",
    "Infinity",
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "Wed, 21 Oct 2105 07:28:00 GMT",
    "32:99:99",
    "²",
  ),
  fc.stringMatching(/^[!-~]{1,8}$/),
);

export const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
