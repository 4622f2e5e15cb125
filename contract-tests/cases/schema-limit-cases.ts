import { expect } from "vitest";
import { allows } from "../limits/bounds.js";
import { type Place, placesOf } from "../limits/places.js";
import { findAny, findForbiddenOnlyHere, findValid, type Probe } from "../limits/search.js";
import { type Subject, subjectsOf } from "../limits/subjects.js";
import { toCall } from "../support/call.js";
import type { Operation } from "../support/contract.js";
import { pointerOf } from "../support/pointer.js";
import { violationsOf } from "../support/prism.js";
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
        // Within its bound, a count can still be beyond another: of 2 to 2 items, 3 is above the least.
        const verdict = !allows(bound, n) ? "refused" : offset === 0 ? "accepted" : "within";
        return [
          {
            title: [
              operation.id,
              `limit ${[subject.label, ...schemaPath].join("/")} ${bound.keyword} ${bound.n}`,
              `n${offset === 0 ? "" : offset < 0 ? "−1" : "+1"} = ${n} ${verdict}`,
            ],
            limits: [pointerOf([...subject.at, ...schemaPath, bound.keyword])],
            run: (target) =>
              verdict === "refused"
                ? expectBeyond(target, operation, subject, place, n)
                : expectWithin(target, operation, subject, place, n, verdict === "accepted"),
          },
        ];
      }),
    ),
  );

async function expectWithin(
  target: Target,
  operation: Operation,
  subject: Subject,
  place: Place,
  n: number,
  surely: boolean,
): Promise<void> {
  const valid = findValid(subject, place, n);
  if (valid) {
    expectAccepted(operation, await callWith(target, operation, subject, valid));
    return;
  }
  const probe = surely ? null : findAny(subject, place, n);
  if (!probe) expect.fail(`No example of ${operation.id} reaches this; add one to the spec.`);
  expectRefused(target, operation, await callWith(target, operation, subject, probe));
}

async function expectBeyond(
  target: Target,
  operation: Operation,
  subject: Subject,
  place: Place,
  n: number,
): Promise<void> {
  const probe = findForbiddenOnlyHere(subject, place, n);
  if (!probe) expect.fail(`No example of ${operation.id} reaches this; add one to the spec.`);
  const called = await callWith(target, operation, subject, probe);
  if (n === 0 && subject.in !== "body" && probe.location.length === 0) {
    expectNothingOf(target, operation, subject, called);
    return;
  }
  expectRefused(target, operation, called);
  const named = subject.in === "body" ? [] : [subject.name];
  const here = ["request", subject.in, ...named, ...probe.location].map(lower);
  const objected = violationsOf(only(called.exchanges).response.headers).map(({ location }) =>
    location.map(lower),
  );
  expect(
    objected.filter((location) => isPrefix(location, here) || isPrefix(here, location)),
    `objections at ${here.join("/")}, not only at ${JSON.stringify(objected)}`,
  ).not.toEqual([]);
}

/** A parameter without any content reaches nobody who could refuse it, so it is the client that must see to it. */
function expectNothingOf(
  { client }: Target,
  operation: Operation,
  { in: place, name }: Subject,
  called: Awaited<ReturnType<typeof callThrough>>,
): void {
  if (place === "query") {
    expectAccepted(operation, called); // left out, as there is no way to write an empty list
    expect(only(called.exchanges).request.target).not.toContain(`${name}=`);
    return;
  }
  const error = "error" in called.outcome ? called.outcome.error : undefined;
  expect(error).toBeInstanceOf(client["InvalidArgumentError"]);
  expect(called.exchanges).toEqual([]);
}

function callWith(target: Target, operation: Operation, subject: Subject, { value }: Probe) {
  return callThrough(target, operation, toCall(operation, subject.put(value)));
}

function isPrefix(a: readonly string[], b: readonly string[]): boolean {
  return a.every((token, index) => token === b[index]);
}

function lower(token: string | number): string {
  return String(token).toLowerCase();
}
