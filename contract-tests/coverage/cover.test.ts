import { beforeAll, describe, expect, test } from "vitest";
import { coverageOf } from "./cover.js";
import { type CoveredContract, loadCoveredContract } from "./covered-contract.js";
import type { CoverageReport } from "./report.js";
import { type Given, parcelExchange, parcels } from "./testing/parcel-exchange.js";

let contract: CoveredContract;
beforeAll(async () => {
  contract = await loadCoveredContract(parcels);
});

const reportOn = (given: readonly Given[]): CoverageReport => coverageOf(contract, given.map(parcelExchange));

/** Covered cells as `subject rule side`, those of some sides. */
function covered(given: readonly Given[], sides: readonly string[]): string[] {
  return reportOn(given)
    .cells.filter((cell) => cell.covered && sides.includes(cell.side))
    .map(({ subject, rule, side }) => [subject, rule, side].filter(Boolean).join(" "));
}

const home = { to: { street: "Main Street 1" }, grams: 500 };
const inBody = (path: string, rule: string, side: string): string =>
  `body ${path}${path && " "}${rule} ${side}`;

describe("what a request that was accepted covers", () => {
  test("each keyword that has a say, and of a choice the branch that holds", () => {
    expect(new Set(covered([{}], ["satisfied"]))).toEqual(
      new Set([
        inBody("", 'type "object"', "satisfied"),
        inBody("", "additionalProperties false", "satisfied"),
        inBody("", 'required ["to","grams"]', "satisfied"),
        inBody("/properties/to", "oneOf", "satisfied"),
        inBody("/properties/to/oneOf/0", 'type "object"', "satisfied"),
        inBody("/properties/to/oneOf/0", "additionalProperties false", "satisfied"),
        inBody("/properties/to/oneOf/0", 'required ["street"]', "satisfied"),
        inBody("/properties/to/oneOf/0/properties/street", 'type "string"', "satisfied"),
        inBody("/properties/to/oneOf/0/properties/street", "minLength 1", "satisfied"),
        inBody("/properties/grams", 'type "integer"', "satisfied"),
        inBody("/properties/grams", "minimum 1", "satisfied"),
        inBody("/properties/grams", "maximum 1000", "satisfied"),
      ]),
    );
  });

  test.each<[what: string, given: Given, want: string[]]>([
    ["a bound, at it", { body: { ...home, grams: 1000 } }, ["body /properties/grams maximum 1000 at"]],
    ["a bound, just below it", { body: { ...home, grams: 999 } }, []],
    ["a length", { body: { ...home, note: "12345" } }, ["body /properties/note maxLength 5 at"]],
    ["nothing, if the contract forbids it", { body: { ...home, grams: 1000, more: 1 } }, []],
    ["nothing, if the answer is not as declared", { body: { ...home, grams: 1000 }, answer: { id: 5 } }, []],
    ["nothing, if its status is not declared", { body: { ...home, grams: 1000 }, status: 202 }, []],
  ])("%s", (_, given, want) => {
    expect(covered([given], ["at"])).toEqual(want);
  });
});

describe("what a request that was refused covers", () => {
  test.each<[what: string, given: Given, want: string[]]>([
    [
      "the keyword that it breaks",
      { body: { ...home, grams: 0 } },
      ["body /properties/grams minimum 1 violated", "body /properties/grams minimum 1 beyond"],
    ],
    [
      "no limit far beyond it",
      { body: { ...home, grams: 5000 } },
      ["body /properties/grams maximum 1000 violated"],
    ],
    ["all that is wrong at one place", { body: [] }, ['body type "object" violated']],
    [
      "the keyword of a schema that asks for itself",
      { body: { ...home, inside: { ...home, grams: 0 } } },
      ["body /properties/grams minimum 1 violated", "body /properties/grams minimum 1 beyond"],
    ],
    ["nothing, if it is wrong at two", { body: { ...home, grams: 0, note: "123456" } }, []],
    [
      "of a choice what decides",
      { body: { ...home, to: { street: "" } } },
      [
        "body /properties/to oneOf violated",
        "body /properties/to/oneOf/0/properties/street minLength 1 violated",
        "body /properties/to/oneOf/0/properties/street minLength 1 beyond",
      ],
    ],
    ["nothing, if it is not to blame", { body: { ...home, grams: 0 }, status: 401 }, []],
    [
      "nothing, if the server was told to refuse",
      { body: { ...home, grams: 0 }, headers: { Prefer: "code=400" } },
      [],
    ],
    ["nothing, if it is valid", {}, []],
  ])("%s", (_, given, want) => {
    expect(covered([{ status: 400, ...given }], ["violated", "beyond"]).sort()).toEqual([...want].sort());
  });

  test("a parameter", () => {
    const given = [
      { get: "/parcels/x", status: 404 },
      { get: "/parcels/p1?fields=to,x", status: 404 },
    ];
    expect(covered(given, ["refused", "violated"])).toEqual([
      "path id refused",
      'path id pattern "^p[0-9]+$" violated',
    ]);
  });
});

test("a status counts as asked for where only Prefer has shown it", () => {
  const asked = { status: 429, headers: { Prefer: "code=429" } };
  const of = (given: readonly Given[]) => {
    const found = reportOn(given).cells.find(({ id }) => id === "status parcels.create 429 answered");
    return { covered: found?.covered, asked: found?.asked };
  };
  expect(of([asked])).toEqual({ covered: true, asked: true });
  expect(of([asked, { status: 429 }])).toEqual({ covered: true, asked: false });
});

describe("rates", () => {
  const tooFast: Given = { status: 429, answer: { code: "too_fast" } };
  const rate = [
    "rate standard limit 3 at",
    "rate standard limit 3 beyond",
    "rate standard x-rate-limit standard applied",
  ];
  test.each<[what: string, given: Given[], want: string[]]>([
    ["the fourth is refused", [{}, {}, {}, tooFast], rate],
    ["the third is refused", [{}, {}, tooFast], []],
    ["the fourth is not refused", [{}, {}, {}, {}], []],
    ["another test begins anew", [{}, { test: "u" }, {}, tooFast], []],
    ["another key is counted apart", [{}, { key: "l" }, {}, tooFast], []],
    ["it was told to", [{}, {}, {}, { ...tooFast, headers: { Prefer: "code=429" } }], []],
  ])("%s", (_, given, want) => {
    expect(covered(given, ["at", "beyond", "applied"])).toEqual(want);
  });
});

test("an answer that is not declared is told, with the test that saw it", () => {
  expect(reportOn([{ status: 418 }]).undeclared).toEqual([{ what: "POST /parcels → 418", test: "t" }]);
});

test("what nothing can cover is not counted, and says why", () => {
  const cannot = reportOn([]).cells.filter((cell) => cell.cannot !== null);
  expect(cannot.map(({ subject, rule, side, cannot: why }) => `${subject} ${rule} ${side}: ${why}`)).toEqual([
    'path id type "string" violated: What is sent here is text whatever it is.',
    'query fields type "array" violated: What is sent here is a list whatever it is.',
    "query fields minItems 1 violated: No style of a query can write an empty list.",
    "query fields minItems 1 beyond: No style of a query can write an empty list.",
  ]);
});

test("a missing case is told in words", () => {
  const missing = reportOn([])
    .cells.filter(({ covered: is }) => !is)
    .map((cell) => cell.missing);
  expect(missing).toEqual(
    expect.arrayContaining([
      "POST /parcels → 401 application/json: send no key, or one that nobody knows.",
      "POST /parcels, body /properties/grams: send a request that breaks maximum 1000 alone, and see it refused.",
      "POST /parcels, body /properties/note: send a request just above it (maxLength 5), and see it refused.",
      "rate standard: send 4 requests with one key within its period; the last is refused with 429.",
    ]),
  );
});
