import { describe, expect, test } from "vitest";
import { approve, readApprovals } from "./approvals.js";
import type { Change } from "./change.js";
import { applySeverities, readConfiguration } from "./configuration.js";

const approval = {
  fingerprint: "0123456789abcdef",
  reason: "Nobody sends it.",
  author: "Ada",
  expires: "2026-12-31",
};
const change = (fingerprint: string, id = "some-rule"): Change => ({
  id,
  severity: "error",
  direction: "request",
  family: "types",
  pointers: { base: "#", revision: "#" },
  message: "Something changed.",
  remedy: "Don't.",
  operations: [],
  before: null,
  after: null,
  metBy: null,
  compile: [],
  fingerprint,
});

describe("approvals", () => {
  test.each<[what: string, value: unknown, faults: number, read: number]>([
    ["whole", { approvals: [approval] }, 0, 1],
    ["none", { approvals: [] }, 0, 0],
    ["an empty file", null, 0, 0],
    ["no list", { approvals: approval }, 1, 0],
    ["a list at the root", [approval], 1, 0],
    ["no reason", { approvals: [{ ...approval, reason: " " }] }, 1, 1],
    ["no author", { approvals: [{ ...approval, author: undefined }] }, 1, 1],
    ["no end", { approvals: [{ ...approval, expires: undefined }] }, 1, 1],
    ["an end that is no day", { approvals: [{ ...approval, expires: "2026-13-40" }] }, 1, 1],
    ["another fingerprint", { approvals: [{ ...approval, fingerprint: 123456789 }] }, 1, 1],
    ["nothing in it", { approvals: [null] }, 4, 1],
  ])("%s", (_, value, wantFaults, wantRead) => {
    const { approvals, faults } = readApprovals(value);
    expect([faults.length, approvals.length]).toEqual([wantFaults, wantRead]);
  });

  test.each([
    { today: "2026-12-31", passes: true, expired: 0 },
    { today: "2027-01-01", passes: false, expired: 1 },
  ])("on $today it passes: $passes", ({ today, passes, expired }) => {
    const result = approve([change(approval.fingerprint), change("f".repeat(16))], [approval], today);
    expect(result.changes.map((one) => one.approval !== null)).toEqual([passes, false]);
    expect(result.expired.length).toBe(expired);
    expect(result.unused).toEqual([]);
  });

  test("one of a change that is not there is told", () => {
    expect(approve([], [approval], "2026-01-01").unused).toEqual([approval]);
  });
});

describe("the configuration", () => {
  const isRule = (id: string): boolean => id === "some-rule";
  test.each<[what: string, value: unknown, faults: number]>([
    ["nothing", null, 0],
    ["another tool's part", { lint: {} }, 0],
    ["a severity", { diff: { severities: { "some-rule": "warning" } } }, 0],
    ["a rule that there is not", { diff: { severities: { "no-rule": "off" } } }, 1],
    ["a severity that there is not", { diff: { severities: { "some-rule": "fatal" } } }, 1],
    ["off, as YAML 1.1 reads it", { diff: { severities: { "some-rule": false } } }, 1],
    ["days", { diff: { deprecationDays: { beta: 30, stable: 180 } } }, 0],
    ["days that are none", { diff: { deprecationDays: { stable: "soon" } } }, 1],
    ["a setting that there is not", { diff: { severity: {} } }, 1],
    ["a list", [], 1],
    ["no maps", { diff: { severities: [] } }, 1],
  ])("%s", (_, value, want) => {
    expect(readConfiguration(value, isRule).faults.length).toBe(want);
  });

  test("gives rules other severities, errors first", () => {
    const { configuration } = readConfiguration({ diff: { severities: { "some-rule": "note" } } }, isRule);
    const changes = applySeverities([change("a"), change("b", "other")], configuration);
    expect(changes.map(({ id, severity }) => `${severity} ${id}`)).toEqual(["error other", "note some-rule"]);
    const off = readConfiguration({ diff: { severities: { "some-rule": "off" } } }, isRule).configuration;
    expect(applySeverities([change("a")], off)).toEqual([]);
  });
});
