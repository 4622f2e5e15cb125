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
  const test = [task.file.name, ...titlesOf(task)].join(" › ");
  for (const one of seen) kept.push({ ...one, test });
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
