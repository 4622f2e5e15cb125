import { expect } from "vitest";
import { allows } from "../limits/bounds.js";
import { type Place, placesOf } from "../limits/places.js";
import { findAny, findForbiddenOnlyHere, findValid, type Probe } from "../limits/search.js";
import { type Subject, subjectsOf } from "../limits/subjects.js";
import { toCall } from "../support/call.js";
import type { Operation } from "../support/contract.js";
import { pointerOf } from "../support/pointer.js";
import { violationsOf } from "../support/prism.js";
import type { Exchange } from "../support/recorder.js";
import type { CasesOf, ContractCase, Target } from "./case.js";
import { callThrough, expectAccepted, expectRefused, only } from "./exchange.js";

/** Every bound of a request's schemas, tried just below, at and just above. The mock server enforces these. */
export const schemaLimitCases: CasesOf = (contract, operation) =>
  subjectsOf(contract, operation).flatMap((subject) =>
    placesOf(subject.schema, subject.skip).flatMap((place) =>
      ([-1, 0, 1] as const).flatMap((offset): ContractCase[] => {
        const { bound, schemaPath } = place;
        const n = bound.n + offset;
        if (n < 0 && bound.dimension !== "number") return []; // there is no list of −1 items
        const verdict = verdictOf(operation, subject, place, n);
        return [
          {
            title: [
              operation.id,
              `limit ${[subject.label, ...schemaPath].join("/")} ${bound.keyword} ${bound.n}`,
              `n${offset === 0 ? "" : offset < 0 ? "−1" : "+1"} = ${n} ${verdict}`,
            ],
            limits: [pointerOf([...subject.at, ...schemaPath, bound.keyword])],
            run: (target) => expectVerdict(target, operation, subject, place, n, verdict),
          },
        ];
      }),
    ),
  );

type Verdict = "accepted" | "refused" | "refused by another limit" | "refused by the client" | "is none";

function verdictOf({ idempotencyHeader }: Operation, subject: Subject, place: Place, n: number): Verdict {
  const { bound, schemaPath } = place;
  if (allows(bound, n)) {
    // Within its bound, a count can still be beyond another: of 2 to 2 items, 3 is above the least.
    return n === bound.n || findValid(subject, place, n) ? "accepted" : "refused by another limit";
  }
  const isEmptyParameter =
    n === 0 && bound.dimension !== "number" && subject.in !== "body" && schemaPath.length === 0;
  if (!isEmptyParameter) return "refused";
  // No server sees an empty piece of a path, and an empty parameter is to the mock server as one that is not there.
  return subject.in === "path" || subject.name === idempotencyHeader ? "refused by the client" : "is none";
}

async function expectVerdict(
  target: Target,
  operation: Operation,
  subject: Subject,
  place: Place,
  n: number,
  verdict: Verdict,
): Promise<void> {
  const find = { accepted: findValid, "refused by another limit": findAny }[verdict as string];
  const probe = (find ?? findForbiddenOnlyHere)(subject, place, n);
  if (!probe) expect.fail(`No example of ${operation.id} reaches this limit; add one to the spec.`);
  const called = await callThrough(target, operation, toCall(operation, subject.put(probe.value)));
  switch (verdict) {
    case "accepted":
      expectAccepted(operation, called);
      return;
    case "is none":
      expectAccepted(operation, called);
      if (Array.isArray(probe.value))
        // no style of a query can write an empty list
        expect(only(called.exchanges).request.target).not.toMatch(new RegExp(`[?&]${subject.name}=`));
      return;
    case "refused by another limit":
      expectRefused(target, operation, called);
      return;
    case "refused":
      expectRefused(target, operation, called);
      expectObjection(subject, probe, only(called.exchanges));
      return;
    case "refused by the client":
      expect("error" in called.outcome && called.outcome.error).toBeInstanceOf(
        target.client["InvalidArgumentError"],
      );
      expect(called.exchanges, "requests").toEqual([]);
  }
}

/** The mock server objects to the very place, or to what holds it. */
function expectObjection(subject: Subject, { location }: Probe, { response }: Exchange): void {
  const named = subject.in === "body" ? [] : [subject.name];
  const here = ["request", subject.in, ...named, ...location].map(lower);
  const objected = violationsOf(response.headers).map((violation) => violation.location.map(lower));
  const fitting = objected.filter((there) => isPrefix(there, here) || isPrefix(here, there));
  expect(fitting, `objections at ${here.join("/")}, not only ${JSON.stringify(objected)}`).not.toEqual([]);
}

function isPrefix(a: readonly string[], b: readonly string[]): boolean {
  return a.every((token, index) => token === b[index]);
}

function lower(token: string | number): string {
  return String(token).toLowerCase();
}
