import { expect, test } from "vitest";
import type { Change, Severity } from "./change.js";
import type { Bump } from "./semver.js";
import { judge } from "./verdict.js";

const change = (severity: Severity, family = "types"): Change => ({
  id: "some-rule",
  severity,
  direction: "request",
  family,
  pointers: { base: "#", revision: "#" },
  message: "Something changed.",
  remedy: "Don't.",
  operations: [],
  before: null,
  after: null,
  metBy: null,
  compile: [],
  fingerprint: "0123456789abcdef",
});

interface Given {
  readonly severities: readonly Severity[];
  readonly before: string | null;
  readonly after: string | null;
  readonly differs?: boolean;
  readonly due: Bump;
  readonly dueVersion: string | null;
  readonly enough: boolean | null;
}

const given: readonly Given[] = [
  {
    severities: [],
    before: "1.2.3",
    after: "1.2.3",
    differs: false,
    due: "none",
    dueVersion: "1.2.3",
    enough: true,
  },
  { severities: [], before: "1.2.3", after: "1.2.3", due: "patch", dueVersion: "1.2.4", enough: false },
  { severities: [], before: "1.2.3", after: "1.2.4", due: "patch", dueVersion: "1.2.4", enough: true },
  { severities: ["note"], before: "1.2.3", after: "1.2.4", due: "minor", dueVersion: "1.3.0", enough: false },
  {
    severities: ["warning"],
    before: "1.2.3",
    after: "1.3.0",
    due: "minor",
    dueVersion: "1.3.0",
    enough: true,
  },
  {
    severities: ["error", "note"],
    before: "1.2.3",
    after: "1.3.0",
    due: "major",
    dueVersion: "2.0.0",
    enough: false,
  },
  { severities: ["error"], before: "1.2.3", after: "2.0.0", due: "major", dueVersion: "2.0.0", enough: true },
  { severities: ["error"], before: "1.2", after: "v3", due: "major", dueVersion: "2.0.0", enough: null },
  { severities: ["error"], before: "0.2.3", after: "0.3.0", due: "major", dueVersion: "0.3.0", enough: true },
  {
    severities: ["error"],
    before: "0.2.3",
    after: "0.2.4",
    due: "major",
    dueVersion: "0.3.0",
    enough: false,
  },
  { severities: ["note"], before: "0.2.3", after: "0.2.4", due: "minor", dueVersion: "0.2.4", enough: true },
  {
    severities: ["error"],
    before: "2.0.0",
    after: "1.0.0",
    due: "major",
    dueVersion: "3.0.0",
    enough: false,
  },
  {
    severities: ["note"],
    before: "2026-01-01",
    after: "2026-02-01",
    due: "minor",
    dueVersion: null,
    enough: null,
  },
  { severities: ["note"], before: null, after: "1.0.0", due: "minor", dueVersion: null, enough: null },
];

test.each(given)("$severities from $before to $after: $due, $dueVersion", (one) => {
  const { severities, before, after, differs = true, due, dueVersion, enough } = one;
  const { spec } = judge(
    severities.map((severity) => change(severity)),
    { before, after, differs },
  );
  expect({ due: spec.due, dueVersion: spec.dueVersion, enough: spec.enough }).toEqual({
    due,
    dueVersion,
    enough,
  });
});

test("what only the client's users meet asks for a version of the package, not of the spec", () => {
  const { spec, package: ofPackage } = judge([change("error", "client")], {
    before: "1.0.0",
    after: "1.0.0",
    differs: true,
  });
  expect([spec.due, ofPackage.due]).toEqual(["patch", "major"]);
});

test("an approval lets a change pass, but the version is due all the same", () => {
  const approved = { ...change("error"), approval: { reason: "agreed" } };
  const {
    outcome,
    errors,
    approved: count,
    spec,
  } = judge([approved], { before: "1.0.0", after: "1.0.0", differs: true });
  expect({ outcome, errors, count, due: spec.due }).toEqual({
    outcome: "compatible",
    errors: 0,
    count: 1,
    due: "major",
  });
});
