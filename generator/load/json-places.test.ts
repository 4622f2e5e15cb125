import { expect, test } from "vitest";
import { jsonPlaces } from "./json-places.js";
import { parseSpecText } from "./spec-file.js";

const text = `{
  "a": 1,
  "b/c": { "d~e": [true, null, -1.5e3, "x\\"y", {"f": {}}], "g": "{[,:" },
  "\\u00e4\\\\": [],
  "last": [[], [1, 2,3]]
}
`;

const pointers: readonly string[] = [
  "#",
  "#/a",
  "#/b~1c",
  "#/b~1c/d~0e",
  "#/b~1c/d~0e/0",
  "#/b~1c/d~0e/2",
  "#/b~1c/d~0e/3",
  "#/b~1c/d~0e/4/f",
  "#/b~1c/g",
  "#/ä\\",
  "#/last/1/2",
  "#/last/0",
  "#/nothing/here",
  "#/b~1c/none",
  "#/a/deeper",
];

test.each(pointers)("%s stands where YAML's parser finds it", (pointer) => {
  const want = parseSpecText("a.yaml", text).placeOf(pointer);
  expect(parseSpecText("a.json", text).placeOf(pointer)).toEqual(want);
});

test("a text of 1 MB is looked at once a container, not once a pointer", () => {
  const big = JSON.stringify(
    Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, { v: n, w: ["a"] }])),
  );
  const place = jsonPlaces(big);
  expect(
    Array.from({ length: 20_000 }, (_, n) => big.slice(place(`#/k${n}/v`), place(`#/k${n}/v`) + 3)),
  ).toEqual(Array.from({ length: 20_000 }, () => '"v"'));
});
