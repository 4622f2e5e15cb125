import { afterAll, afterEach, beforeEach } from "vitest";
import type { Observation } from "./observation.js";
import { beginTest, endTest, writeRecording } from "./recording.js";

/**
 * vitest's setup file of the contract tests: keeps what each test saw over the wire, for `specwright coverage`. What a
 * test saw that then failed shows nothing, and is not kept.
 */
const kept: Observation[] = [];
let testFile = "";

beforeEach(({ task }) => {
  testFile = task.file.filepath;
  beginTest();
});

afterEach(({ task }) => {
  const seen = endTest();
  if (task.result?.state === "fail") return;
  const titles = [task.file.name, ...titlesOf(task)];
  for (const one of seen)
    kept.push({ ...one, test: [...titles, ...(one.test === "" ? [] : [one.test])].join(" › ") });
});

afterAll(() => {
  if (testFile !== "") writeRecording(testFile, kept);
});

interface Titled {
  readonly name: string;
  readonly suite?: Titled | undefined;
}

/** Titles from the outside in, without the file's. */
function titlesOf({ name, suite }: Titled): string[] {
  return suite === undefined ? [name] : [...titlesOf(suite), name];
}
