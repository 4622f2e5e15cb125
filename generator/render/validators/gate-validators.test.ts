import { describe, expect, it } from "vitest";
import { checkFiles } from "../gate.js";

const check = (text: string, names: string[] = ["Thing"]) =>
  checkFiles({ files: new Map([["src/validators.js", text]]), names });

const inside = (statement: string): string =>
  `function validate0(data, instancePath = "") {\n  let vErrors = null;\n  ${statement}\n  return vErrors;\n}\nexport { validate0 as Thing };\n`;

describe("what no validator has is found", () => {
  it.each([
    ["a call", inside("evil();")],
    ["a call of the value", inside("data.evil();")],
    ["a call of what every object has", inside('data.constructor("x")();')],
    ["a call by a computed name", inside('data["evil"]();')],
    ["Function", inside('new Function("x");')],
    ["a global", inside("globalThis;")],
    ["a word that only looks like one of ours", inside("evil0;")],
    ["a member of a global", inside("Object.prototype;")],
    ["a change of the value", inside("data.a = 1;")],
    ["a change of the value by a computed name", inside('data["valid"] = 1;')],
    ["a change of a global", inside("Array = 1;")],
    ["a template", inside("`x`;")],
    ["an arrow function", inside("const valid0 = () => 1;")],
    ["a regular expression", inside("const valid0 = /evil/;")],
    ["a pattern with other flags", 'const pattern0 = new RegExp("a", "g");'],
    ["a pattern that is no literal", 'const pattern0 = new RegExp("a" + data, "u");'],
    ["an import", 'import { evil } from "evil";'],
    ["an import of ours that is not for validators", 'import { report } from "../client.js";'],
    ["an import at run time", inside('import("evil");')],
    ["a statement at the top", "report();"],
    ["an export of a name that nobody made", "function validate0() {}\nexport { validate0 as evil };"],
    ["an export of another module", 'export * from "evil";'],
    ["a getter", inside("const valid0 = { get a() { return 1; } };")],
    ["a class", inside("class A {}")],
    ["a loop that no validator has", inside("while (true) {}")],
    ["a delete", inside("delete data.a;")],
    ["a spread", inside("const valid0 = [...data];")],
    ["what does not parse", inside('const valid0 = "a" b;')],
  ])("%s", (_, text) => {
    expect(check(text)).not.toEqual([]);
  });
});

it("what a validator is made of passes", () => {
  const text = inside(
    'if (data && typeof data == "object" && data.evil !== undefined) vErrors = report(vErrors, instancePath + "/evil", "not");',
  );
  expect(check(text)).toEqual([]);
});
