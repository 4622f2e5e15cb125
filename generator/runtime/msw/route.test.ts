import { expect, test } from "vitest";
import { matching } from "./route.js";

test.each<[base: string, template: string, fits: string[], not: string[]]>([
  [
    "https://a.example/v1/",
    "/things/{id}",
    ["https://a.example/v1/things/7"],
    ["https://a.example/v1/things/7/8", "https://b.example/v1/things/7", "https://a.example/v1/things/"],
  ],
  [
    "http://a.example:8080",
    "/f/{name}.json",
    ["http://a.example:8080/f/x.json"],
    ["http://a.example:8080/f/xXjson"],
  ],
  [
    "https://a.example",
    "/jobs/{a-b}:cancel",
    ["https://a.example/jobs/1:cancel"],
    ["https://a.example/jobs/1"],
  ],
  ["https://a.example", "/(all)*/+", ["https://a.example/(all)*/+"], ["https://a.example/all"]],
  ["https://a.example", "/größe/{x y}", ["https://a.example/gr%C3%B6%C3%9Fe/1"], []],
])("%s %s", (base, template, fits, not) => {
  const pattern = matching(base, template);
  expect(fits.filter((url) => !pattern.test(url))).toEqual([]);
  expect(not.filter((url) => pattern.test(url))).toEqual([]);
});

test("without an address it says what to give", () => {
  expect(() => matching("", "/things")).toThrow(/baseUrl/);
});
