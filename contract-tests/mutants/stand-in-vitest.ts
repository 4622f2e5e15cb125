import { expect as vitestsExpect } from "vitest";

/** One test of a file, apart from what stands before and after it. */
type Body = (...given: unknown[]) => unknown;

interface Suite {
  readonly title: string;
  readonly suites: Suite[];
  readonly tests: { readonly title: string; readonly run: () => unknown }[];
  readonly hooks: Readonly<Record<"beforeAll" | "beforeEach" | "afterEach" | "afterAll", (() => unknown)[]>>;
}

/** A test that failed, and what it said. */
export interface Failure {
  readonly test: string;
  readonly said: string;
}

const suiteOf = (title: string): Suite => ({
  title,
  suites: [],
  tests: [],
  hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] },
});

/** Where tests are put that are being told of. */
let current = suiteOf("");

const addSuite = (title: string, tell: () => void): void => {
  const outer = current;
  current = suiteOf(title);
  outer.suites.push(current);
  tell();
  current = outer;
};
const addTest = (title: string, run: () => unknown): void => void current.tests.push({ title, run });

/** As vitest does: a row that is a list is given as several arguments. */
const each =
  (add: (title: string, run: () => unknown) => void) =>
  (rows: readonly unknown[]) =>
  (title: string, body: Body): void =>
    rows.forEach((row, index) => {
      add(`${title} (${index + 1})`, () => (Array.isArray(row) ? body(...row) : body(row)));
    });

// What a test file imports from vitest: the few things of it that tests of a server need.
export const describe = Object.assign(addSuite, { each: each(addSuite) });
export const test = Object.assign(addTest, { each: each(addTest) });
export const beforeAll = (hook: () => unknown): void => void current.hooks.beforeAll.push(hook);
export const beforeEach = (hook: () => unknown): void => void current.hooks.beforeEach.push(hook);
export const afterEach = (hook: () => unknown): void => void current.hooks.afterEach.push(hook);
export const afterAll = (hook: () => unknown): void => void current.hooks.afterAll.push(hook);
export const expect = new Proxy(vitestsExpect, {
  get: (whole, name) => (name === "poll" ? poll : Reflect.get(whole, name)),
});

const mostPolls = 200;
const pauseMs = 10;

/** Vitest's own only polls in a test that it runs. */
function poll(ask: () => unknown): Readonly<Record<string, (...wanted: unknown[]) => Promise<void>>> {
  const matching = (matcher: string, wanted: readonly unknown[]) => async (): Promise<void> => {
    const matchers = vitestsExpect(await ask()) as unknown as Record<string, (...given: unknown[]) => void>;
    matchers[matcher]?.(...wanted);
  };
  const upTo = async (left: number, attempt: () => Promise<void>): Promise<void> => {
    try {
      await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((done) => setTimeout(done, pauseMs));
      await upTo(left - 1, attempt);
    }
  };
  return new Proxy(
    {},
    { get: (_, matcher) => (...wanted: unknown[]) => upTo(mostPolls, matching(String(matcher), wanted)) },
  );
}

/**
 * Runs the tests of a file inside this very process, which is where a fault may be awake, until one fails.
 *
 * @param load evaluates the file, for the first time
 */
export async function firstFailure(
  load: () => Promise<unknown>,
  longestMs: number,
): Promise<Failure | null> {
  const suite = suiteOf("");
  current = suite;
  await load();
  return failureIn(suite, [], longestMs);
}

async function failureIn(
  suite: Suite,
  outer: readonly Suite[],
  longestMs: number,
): Promise<Failure | null> {
  const path = [...outer, suite];
  const attempt = async (title: string, steps: readonly (() => unknown)[]): Promise<Failure | null> => {
    const test = [...path.slice(1).map((one) => one.title), title].join(" › ");
    for (const step of steps) {
      const said = await objectionOf(step, longestMs);
      if (said !== null) return { test, said };
    }
    return null;
  };
  const before = path.flatMap(({ hooks }) => hooks.beforeEach);
  const after = path.toReversed().flatMap(({ hooks }) => hooks.afterEach);
  let failure = await attempt("before all", suite.hooks.beforeAll);
  for (const { title, run } of suite.tests) {
    if (failure) break;
    failure = await attempt(title, [...before, run]);
    const afterwards = await attempt(title, after);
    failure ??= afterwards;
  }
  for (const inner of suite.suites) failure ??= await failureIn(inner, path, longestMs);
  const atEnd = await attempt("after all", suite.hooks.afterAll);
  return failure ?? atEnd;
}

/** What a step throws; a step may wait for ever, and that is an objection, too. */
async function objectionOf(step: () => unknown, longestMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`has not ended after ${longestMs} ms`)), longestMs);
  });
  try {
    await Promise.race([step(), tooLong]);
    return null;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  } finally {
    clearTimeout(timer);
  }
}
