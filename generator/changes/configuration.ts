import { isObject, type JsonObject } from "../load/document-walk.js";
import type { FileFault } from "./approvals.js";
import { type Change, type Severity, severities } from "./change.js";

/** What a project has decided about judging: `specwright.yaml`, under `diff`. */
export interface Configuration {
  /** Severities of rules by id; `off`: not reported. */
  readonly severities: Readonly<Record<string, Severity | "off">>;
  readonly deprecationDays: { readonly beta: number; readonly stable: number };
}

export const defaultConfiguration: Configuration = {
  severities: {},
  deprecationDays: { beta: 0, stable: 0 },
};

/**
 * Reads `{ diff: { severities: { <rule>: error | warning | note | off }, deprecationDays: { beta, stable } } }`.
 *
 * @param isRule whether there is a rule of that id
 */
export function readConfiguration(
  value: unknown,
  isRule: (id: string) => boolean,
): { configuration: Configuration; faults: readonly FileFault[] } {
  const faults: FileFault[] = [];
  const fault = (at: string, message: string): void => void faults.push({ at, message });
  const root = value === null ? {} : value;
  if (!isObject(root)) {
    fault("#", "The file is not a map.");
    return { configuration: defaultConfiguration, faults };
  }
  const diff = isObject(root["diff"]) ? root["diff"] : {};
  if (root["diff"] !== undefined && root["diff"] !== null && !isObject(root["diff"]))
    fault("#/diff", "`diff` is not a map.");
  for (const key of Object.keys(diff))
    if (key !== "severities" && key !== "deprecationDays")
      fault(
        `#/diff/${key}`,
        `\`diff\` has no setting ${JSON.stringify(key)}; it has severities and deprecationDays.`,
      );
  const given = mapUnder(diff, "severities", fault);
  for (const [id, severity] of Object.entries(given)) {
    if (!isRule(id))
      fault(`#/diff/severities/${id}`, `There is no rule ${JSON.stringify(id)}; docs/rules.md lists them.`);
    if (severity !== "off" && !severities.includes(severity as Severity))
      fault(`#/diff/severities/${id}`, "A severity is one of error, warning, note and off (in quotes).");
  }
  const days = mapUnder(diff, "deprecationDays", fault);
  for (const [level, number] of Object.entries(days))
    if (!["beta", "stable"].includes(level) || !Number.isInteger(number) || Number(number) < 0)
      fault(
        `#/diff/deprecationDays/${level}`,
        "`deprecationDays` has a number of days for `beta` and for `stable`.",
      );
  const { beta = 0, stable = 0 } = days as { beta?: number; stable?: number };
  return {
    configuration: { severities: given as Configuration["severities"], deprecationDays: { beta, stable } },
    faults,
  };
}

function mapUnder(holder: JsonObject, key: string, fault: (at: string, message: string) => void): JsonObject {
  const value = holder[key] ?? {};
  if (isObject(value)) return value;
  fault(`#/diff/${key}`, `\`${key}\` is not a map.`);
  return {};
}

/** The changes with the severities that a project gave them, errors first. */
export function applySeverities(
  changes: readonly Change[],
  { severities: own }: Configuration,
): readonly Change[] {
  const rank = (severity: Severity): number => -severities.indexOf(severity);
  return changes
    .flatMap((change): Change[] => {
      const severity = Object.hasOwn(own, change.id) ? own[change.id] : undefined;
      if (severity === "off") return [];
      return [severity === undefined ? change : { ...change, severity }];
    })
    .sort((a, b) => rank(a.severity) - rank(b.severity));
}
