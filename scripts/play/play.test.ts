import { describe, expect, test } from "vitest";

const { evaluate, fill } = await load("evaluate");
const { isTriggered } = await load("triggers");

/** Scripts have no types. */
function load(name: string): Promise<Record<string, (...args: unknown[]) => unknown>> {
  return import(new URL(`./${name}.mjs`, import.meta.url).href);
}

describe("expressions", () => {
  const contexts = {
    github: { event_name: "push", event: { pull_request: null } },
    inputs: { "fail-on": "error", empty: "" },
    status: "success",
  };
  test.each([
    { given: "github.event_name == 'PUSH'", want: true },
    { given: "github.event_name != 'push' || inputs.fail-on", want: "error" },
    { given: "github.event.pull_request.head.sha", want: null },
    { given: "inputs.empty != '' && always()", want: false },
    { given: "!(failure()) && success()", want: true },
    { given: "inputs.empty || 'it''s'", want: "it's" },
  ])("$given", ({ given, want }) => {
    expect(evaluate?.(given, contexts)).toEqual(want);
  });

  test.each(["vars.x", "contains(github.event_name)", "github.event_name ==", "1 + 1"])(
    "%s is no guess",
    (given) => {
      expect(() => evaluate?.(given, contexts)).toThrow();
    },
  );

  test("in text", () => {
    expect(fill?.("a ${{ github.event_name }} b ${{ github.event.pull_request }}", contexts)).toBe(
      "a push b ",
    );
    expect(fill?.("${{ 1 == 1 }}", contexts)).toBe(true);
  });
});

test.each([
  {
    on: "push: { branches: [main], paths: ['a/**'] }",
    event: { branch: "main", paths: ["a/b/c"] },
    want: true,
  },
  {
    on: "push: { branches: [main], paths: ['a/**'] }",
    event: { branch: "main", paths: ["b/a/c"] },
    want: false,
  },
  {
    on: "push: { branches: [main], paths: ['a/*'] }",
    event: { branch: "main", paths: ["a/b/c"] },
    want: false,
  },
  { on: "push: { branches: [main] }", event: { branch: "other", paths: [] }, want: false },
  { on: "push: { tags: ['v*'] }", event: { branch: "main", paths: [] }, want: false },
  { on: "push: { tags: ['v*'] }", event: { tag: "v1.0", paths: [] }, want: true },
  { on: "push: { branches: [main] }", event: { tag: "v1.0", paths: [] }, want: false },
  { on: "pull_request: {}", event: { branch: "main", paths: [] }, want: false },
])("on $on: $event → $want", ({ on, event, want }) => {
  expect(isTriggered?.(`on: { ${on} }`, "push", event)).toBe(want);
});
