import { expect, test } from "vitest";
import type { Problem } from "../load/problem.js";
import { withoutRepetitions } from "./same-cause.js";

/** `rule file:line #/pointer` */
function problem(text: string): Problem {
  const [rule = "", place = "", pointer = "#"] = text.split(" ");
  const [file = "", line = ""] = place.split(":");
  const found = { rule, file, line: Number(line), column: 1, pointer };
  return { ...found, severity: "error", message: "It is wrong.", remedy: "Mend it." };
}

test.each<{ given: string[]; want: number[] }>([
  { given: ["a x:1", "b x:1", "a x:2"], want: [0, 1, 2] },
  { given: ["a x:1", "a x:1"], want: [0] },
  { given: ["no-unresolved-refs x:1", "ref-dangling x:1"], want: [1] },
  { given: ["no-unresolved-refs x:1", "ref-dangling x:2", "ref-dangling y:1"], want: [0, 1, 2] },
  { given: ["schema-compiles x:1", "struct x:1"], want: [1] },
  { given: ["operation-operationId x:3", "operation-id-missing x:3"], want: [1] },
  { given: ["openapi-structure x:1 #/a", "struct x:2 #/a/b"], want: [1] },
  { given: ["openapi-structure x:1 #/a", "struct x:2 #/ab"], want: [0, 1] },
  { given: ["openapi-structure x:1 #/a", "struct y:2 #/a/b"], want: [0, 1] },
  // Of the root the structure as a whole is meant, and what is wrong deep inside is another matter.
  { given: ["openapi-structure x:1 #", "struct x:2 #/paths/a/get"], want: [0, 1] },
  { given: ["openapi-structure x:1 #", "struct x:2 #/info"], want: [1] },
])("$given → $want", ({ given, want }) => {
  const problems = given.map(problem);
  expect(withoutRepetitions(problems)).toEqual(want.map((index) => problems[index]));
});
