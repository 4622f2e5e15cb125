import { expect as vitestsExpect } from "vitest";

type Body = (...given: unknown[]) => unknown;
type Hook = () => unknown;

interface Suite {
  readonly title: string;
  readonly outer: Suite | null;
  readonly hooks: Readonly<Record<"beforeAll" | "beforeEach" | "afterEach" | "afterAll", Hook[]>>;
}

/** A test of a file, with all that stands before and after it, so that it can be run alone. */
export interface LoneTest {
  readonly title: string;
  /** What it objects to; `null`: nothing. */
  run(longestMs: number): Promise<string | null>;
}

const suiteOf = (title: string, outer: Suite | null): Suite => ({
  title,
  outer,
  hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] },
});

/** Where tests are put that are being told of. */
let current = suiteOf("", null);
let told: LoneTest[] = [];

const addSuite = (title: string, tell: () => void): void => {
  const outer = current;
  current = suiteOf(title, outer);
  tell();
  current = outer;
};
const addTest = (title: string, body: Hook): void => {
  const suites = pathTo(current);
  const name = [...suites.slice(1).map((one) => one.title), title].join(" › ");
  told.push({ title: name, run: (longestMs) => objectionOf(suites, body, longestMs) });
};

const pathTo = (suite: Suite): Suite[] => [...(suite.outer ? pathTo(suite.outer) : []), suite];

/** As vitest does: a row that is a list is given as several arguments. */
const each =
  (add: (title: string, body: Hook) => void) =>
  (rows: readonly unknown[]) =>
  (title: string, body: Body): void =>
    rows.forEach((row, index) => {
      add(`${title} (${index + 1})`, () => (Array.isArray(row) ? body(...row) : body(row)));
    });

// What a test file imports from vitest: the few things of it that tests of a server need.
export const describe = Object.assign(addSuite, { each: each(addSuite) });
export const test = Object.assign(addTest, { each: each(addTest) });
export const beforeAll = (hook: Hook): void => void current.hooks.beforeAll.push(hook);
export const beforeEach = (hook: Hook): void => void current.hooks.beforeEach.push(hook);
export const afterEach = (hook: Hook): void => void current.hooks.afterEach.push(hook);
export const afterAll = (hook: Hook): void => void current.hooks.afterAll.push(hook);
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
    {
      get:
        (_, matcher) =>
        (...wanted: unknown[]) =>
          upTo(mostPolls, matching(String(matcher), wanted)),
    },
  );
}

/**
 * The tests of a file, to be run inside this very process, which is where a fault may be awake.
 *
 * @param load evaluates the file, for the first time
 */
export async function testsIn(load: () => Promise<unknown>): Promise<readonly LoneTest[]> {
  current = suiteOf("", null);
  told = [];
  await load();
  return told;
}

async function objectionOf(suites: readonly Suite[], body: Hook, longestMs: number): Promise<string | null> {
  const inwards = (name: "beforeAll" | "beforeEach"): Hook[] => suites.flatMap(({ hooks }) => hooks[name]);
  const outwards = (name: "afterEach" | "afterAll"): Hook[] =>
    suites.toReversed().flatMap(({ hooks }) => hooks[name]);
  const said = await thrownBy([...inwards("beforeAll"), ...inwards("beforeEach"), body], longestMs);
  const afterwards = await thrownBy([...outwards("afterEach"), ...outwards("afterAll")], longestMs);
  return said ?? afterwards;
}

/** What one of some steps throws; a step may wait for ever, and that is an objection, too. */
async function thrownBy(steps: readonly Hook[], longestMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`has not ended after ${longestMs} ms`)), longestMs);
  });
  const all = async (): Promise<void> => {
    for (const step of steps) await step();
  };
  let unhandled: unknown = null;
  const onUnhandled = (error: unknown): void => {
    unhandled ??= error;
  };
  process.on("uncaughtException", onUnhandled); // which would have ended the server
  try {
    await Promise.race([all(), tooLong]);
    if (unhandled !== null) throw unhandled;
    return null;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  } finally {
    process.off("uncaughtException", onUnhandled);
    clearTimeout(timer);
  }
}
