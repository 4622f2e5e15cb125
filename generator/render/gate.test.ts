import { describe, expect, it } from "vitest";
import { checkFiles } from "./gate.js";

const check = (text: string, path = "src/schema.ts", names: string[] = []) =>
  checkFiles({ files: new Map([[path, text]]), names });

describe("text of a spec in code is found", () => {
  // The ways in which peers' templates were made to run a spec's text; `evil` is the spec's.
  it.each([
    ["an end of a comment", "/** words */ evil(); /* more */\nexport type T = string;"],
    ["an end of a comment that imports", '/** words */ import("data:text/javascript,1"); /** */'],
    ["a quote in a path", "export const a = { path: '/x'; evil(); '' } as const;"],
    ["a quote that keeps the syntax", 'export const a = { path: "/x" + evil + "" };'],
    ["a template literal", "export const a = `${evil}`;"],
    ["an enum's value", 'export const a = ["a", evil, "b"] as const;'],
    ["a default that is no number", "export const a = { limit: process.exit(1) } as const;"],
    ["a computed key", 'export const a = { [evil]: "b" };'],
    ["a type that is none of ours", "export type T = Evil;"],
    ["a module of the spec's choice", 'export * from "evil";'],
    ["a module outside", 'import { api } from "../../../evil/x.js";'],
    ["a decorator", "@evil class A {}"],
    ["a method's name that is computed", "export class A { [evil()]() {} }"],
    ["code of nothing but known words", 'export class A { send() { return this.http.request(""); } }'],
    ["an object of a known name", "export const a = (() => api)();"],
    ["a tagged template", "export const a = api`x`;"],
    ["a static block", "export class A { static { api } }"],
    ["a getter", "export class A { get api() { return api; } }"],
    ["a line that does not parse", "export const a = { 'b': };"],
  ])("%s", (_, text) => {
    expect(check(text, "src/operations.ts")).not.toEqual([]);
  });

  it("in JSON", () => {
    expect(check('{"name": "a"", evil": 1}', "package.json")).toEqual(["package.json: not JSON"]);
  });
});

describe("what the templates make passes", () => {
  it.each([
    [
      "text in comments and literals",
      '/** evil() `${evil}` */\nexport const api = { path: "evil()", "evil-key": 1 } as const;',
    ],
    ["properties of any name", "export type Thing = { evil: string; readonly $evil?: number };", ["Thing"]],
    ["names that identifiers.ts made", "export type Evil = Other[];", ["Evil", "Other"]],
  ])("%s", (_, text, names: string[] = []) => {
    expect(check(text, "src/schema.ts", names)).toEqual([]);
  });
});

it("says file, line and word", () => {
  expect(check("export type T = string;\nexport type U = Evil;", "src/schema.ts", ["U", "T"])).toEqual([
    'src/schema.ts:2: the word "Evil" is nobody\'s',
  ]);
});
