import { describe, expect, test } from "vitest";
import {
  checkAlways,
  checkSkipped,
  equalityFlipped,
  flagFlipped,
  itemDropped,
  type Operator,
  offByOne,
  propertyDropped,
  stepLeftOut,
  wrongArithmetic,
  wrongNumber,
  wrongWord,
} from "./operators.js";
import { plant } from "./plant.js";

const state = globalThis as { mutant?: number | null; reached?: Set<number> };

/** What a source's `made` is with each of its faults awake, and with none. */
async function run(
  source: string,
  operator: Operator,
): Promise<{ sound: unknown; faulty: unknown[]; kinds: string[] }> {
  const { code, mutants } = plant("client", "sample.js", source, [operator], 1);
  const load = async (mutant: number | null): Promise<unknown> => {
    state.mutant = mutant;
    const url = `data:text/javascript,${encodeURIComponent(`${code}\n// ${operator.name} ${mutant}`)}`;
    return ((await import(/* @vite-ignore */ url)) as { made: unknown }).made;
  };
  const faulty: unknown[] = [];
  for (const { number } of mutants) faulty.push(await load(number));
  return { sound: await load(null), faulty, kinds: mutants.map(({ kind }) => kind) };
}

describe("each operator makes one thing wrong, and only when it is awake", () => {
  test.each<[operator: string, Operator, source: string, sound: unknown, faulty: unknown[]]>([
    ["check skipped", checkSkipped, "export let made = 1; if (made === 1) made = 2;", 2, [1]],
    ["check fails always", checkAlways, "export let made = 1; if (made === 3) made = 2;", 1, [2]],
    [
      "limit off by one",
      offByOne,
      "export const made = [1, 2, 3].filter((n) => n < 3);",
      [1, 2],
      [[1, 2, 3]],
    ],
    ["equality flipped", equalityFlipped, "export const made = 1 === 1;", true, [false]],
    ["wrong arithmetic", wrongArithmetic, "export const made = 6 / 2;", 3, [12]],
    ["wrong status", wrongNumber, "export const made = { status: 404 };", { status: 404 }, [{ status: 405 }]],
    [
      "word changed",
      wrongWord,
      'export const made = { "a": "b", c: "two words" };',
      { a: "b", c: "two words" },
      [{ a: "bx", c: "two words" }],
    ],
    ["flag flipped", flagFlipped, "export const made = { on: true };", { on: true }, [{ on: false }]],
    [
      "step left out",
      stepLeftOut,
      "export const made = []; if (made.length > 5) made.pop(); else made.push(1);",
      [1],
      [[1], []],
    ],
    ["item dropped", itemDropped, "export const made = [1, 2];", [1, 2], [[2], [1]]],
    [
      "property dropped",
      propertyDropped,
      "export const made = { a: 1, b: 2 };",
      { a: 1, b: 2 },
      [{ b: 2 }, { a: 1 }],
    ],
  ])("%s", async (kind, operator, source, sound, faulty) => {
    expect(await run(source, operator)).toEqual({ sound, faulty, kinds: faulty.map(() => kind) });
  });

  test("inside one another, too", async () => {
    const { sound, faulty } = await run("export const made = [[1], [2, 3]];", itemDropped);
    expect(sound).toEqual([[1], [2, 3]]);
    expect(faulty).toHaveLength(5);
    expect(faulty).toContainEqual([[1], [3]]);
  });
});

test("a mutant is called by its place, not by its line", () => {
  const { mutants } = plant("sandbox", "a.ts", "class A { b() { return [1 < 2, 1 < 2]; } }", [offByOne], 1);
  expect(mutants.map(({ at, change }) => `${at}: ${change}`)).toEqual([
    "a.ts › b: 1 < 2: <=",
    "a.ts › b: 1 < 2: <= (2)",
  ]);
});
