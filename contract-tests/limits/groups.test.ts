import { describe, expect, test } from "vitest";
import { contractCases } from "../contract-suite.js";
import { loadContract } from "../support/contract.js";
import { groupLimits } from "./groups.js";
import { notEnforced } from "./not-enforced.js";
import { withValue } from "./values-at.js";

const contract = await loadContract("spec/openapi.yaml");
const cases = contractCases(contract);
const groups = groupLimits(contract.document, cases);

const create = "#/paths/~1v2~1generate/post/requestBody/content/application~1json/schema/properties";
const upload =
  "#/paths/~1v2~1generate~1upload/post/requestBody/content/multipart~1form-data/schema/properties";
const batch = "#/paths/~1v2~1generate~1batch/post/requestBody/content/multipart~1form-data/schema/properties";

describe("tested limits", () => {
  test.each([
    `${create}/input/minItems`,
    `${create}/input/maxContains`,
    `${create}/input/items/oneOf/2/properties/provider/properties/script/maxLength`,
    `${create}/options/properties/temperature/maximum`,
    `${create}/outputFileName/pattern`,
    "#/paths/~1v2~1generate/post/parameters/0/schema/maxLength",
    "#/paths/~1v2~1generate/get/parameters/0/schema/minItems",
    `${upload}/video/x-max-bytes`,
    `${upload}/audio/x-max-bytes`,
    `${upload}/outputFileName/maxLength`,
    `${batch}/input/x-max-bytes`,
    `${batch}/input/x-item-schema/minItems`,
    `${batch}/input/x-item-schema/maxItems`,
    `${batch}/input/x-item-schema/uniqueBy`,
  ])("%s", (limit) => {
    expect(groups.tested).toContain(limit);
  });
});

describe("limits that nobody enforces yet", () => {
  test.each(notEnforced)("$what", ({ what }) => {
    const limits = groups.notEnforced.filter((one) => one.what === what);
    expect(limits, "limits of this kind; if there is none, take the entry away").not.toEqual([]);
  });

  test.each([
    ["#/x-rate-limits/create/limit", "how many requests in how much time"],
    ["#/paths/~1v2~1generate/post/x-rate-limit", "how many requests in how much time"],
    ["#/x-plans/plans/0/concurrency", "how many jobs at a time"],
    [
      `${upload}/options/contentSchema/properties/temperature/maximum`,
      "what is inside a JSON part of a form",
    ],
    [`${create}/model/x-max-seconds`, "how long media may last"],
  ])("%s: %s", (limit, what) => {
    expect(groups.notEnforced).toContainEqual({ limit, what });
  });
});

test("no limit is forgotten, and none is in two groups", () => {
  expect(groups.forgotten).toEqual([]);
  expect(groups.contradictory).toEqual([]);
});

describe("a limit that is new to the suite is noticed", () => {
  const operation = ["paths", "/v2/generate", "post"];
  const schema = [...operation, "requestBody", "content", "application/json", "schema"];
  test.each([
    { at: ["x-quota"], value: { perDay: 5 }, want: "#/x-quota" },
    { at: [...operation, "x-max-cost"], value: 3, want: "#/paths/~1v2~1generate/post/x-max-cost" },
    {
      at: [...schema, "maxProperties"],
      value: 9,
      want: `${create.slice(0, -"/properties".length)}/maxProperties`,
    },
    {
      at: [...schema, "properties", "input", "uniqueItems"],
      value: true,
      want: `${create}/input/uniqueItems`,
    },
    {
      at: [...schema, "propertyNames"],
      value: { maxLength: 9 },
      want: `${create.slice(0, -"/properties".length)}/propertyNames/maxLength`,
    },
  ])("$want", ({ at, value, want }) => {
    const changed = withValue(contract.document, at, value) as typeof contract.document;
    expect(groupLimits(changed, cases).forgotten).toEqual([want]);
  });
});
