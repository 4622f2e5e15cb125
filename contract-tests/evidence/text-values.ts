import { readings, textOf } from "../arbitraries/form-view.js";
import type { Fault, SchemaJudge } from "../arbitraries/schema-judge.js";
import { canStand, type TextPlace } from "../arbitraries/string-arbitrary.js";
import { array, object, type Schema } from "../support/contract.js";
import type { SideParameter } from "./joined-contract.js";

/** Texts can be read in so many ways together, at most. */
const mostReadings = 64;

/** What is wrong with a value that is sent as text: nothing if there is a way to read its texts in which it is valid. */
export function faultsAsText(judge: SchemaJudge, schema: Schema, value: unknown): readonly Fault[] {
  if (readingsOf(value).some((one) => judge.isValid(schema, one))) return [];
  const faults = judge.faults(schema, value);
  return faults.length > 0 ? faults : judge.faults(schema, readingsOf(value)[0]);
}

function readingsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return combined(value.map(readingsOf)).map((items) => items as unknown);
  if (typeof value === "object" && value !== null) {
    const names = Object.keys(value);
    return combined(Object.values(value).map(readingsOf)).map((parts) =>
      Object.fromEntries(names.map((name, index) => [name, parts[index]])),
    );
  }
  return readings(textOf(value));
}

function combined(columns: readonly (readonly unknown[])[]): unknown[][] {
  return columns.reduce<unknown[][]>(
    (before, choices) =>
      before.flatMap((list) => choices.map((choice) => [...list, choice])).slice(0, mostReadings),
    [[]],
  );
}

export const placeOfText = ({ in: place }: SideParameter): TextPlace =>
  (place as string) === "cookie" ? "header" : place;

/** Whether a parameter can be written with this value so that it is read as that. */
export function canBeWritten(judge: SchemaJudge, parameter: SideParameter, value: unknown): boolean {
  if (parameter.mediaType !== null) return value !== undefined;
  // A style writes lists and objects, too, but only who knows that there are some reads them.
  if (typeof value === "object" && value !== null && !speaksOf(judge, parameter.schema, value)) return false;
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => isPlainText(parameter, item));
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value);
    return parts.length > 0 && parts.flat().every((part) => isPlainText(parameter, part));
  }
  return value !== undefined && canStand(textOf(value), placeOfText(parameter));
}

function speaksOf(judge: SchemaJudge, schema: Schema, value: object): boolean {
  const { $ref, type } = object(schema);
  if (typeof $ref === "string") return speaksOf(judge, judge.follow($ref), value);
  if (type !== undefined) return [type].flat().includes(Array.isArray(value) ? "array" : "object");
  return ["allOf", "anyOf", "oneOf"].some((keyword) =>
    array(object(schema)[keyword]).some((one) => speaksOf(judge, one as Schema, value)),
  );
}

function isPlainText(parameter: SideParameter, value: unknown): boolean {
  if (typeof value === "object" && value !== null) return false;
  return !/[,|;=&[\] ]/.test(textOf(value)) && canStand(textOf(value), placeOfText(parameter));
}

/**
 * What a parameter of the query is read as, by its style; `undefined`: it is not there.
 *
 * @throws Error where it is there, but not written in that style
 */
export function readQuery(parameter: SideParameter, pieces: readonly string[], isList: boolean): unknown {
  const { name, style, explode } = parameter;
  const pairs = pieces.map((piece): [string, string] => {
    const [key = "", value = ""] = piece.split(/=(.*)/s);
    return [decodeURIComponent(key), value];
  });
  if (style === "deepObject") {
    const parts = pairs.flatMap(([key, value]): [string, string][] =>
      key.startsWith(`${name}[`) && key.endsWith("]")
        ? [[key.slice(name.length + 1, -1), decodeURIComponent(value)]]
        : [],
    );
    return parts.length === 0 ? undefined : Object.fromEntries(parts);
  }
  const found = pairs.filter(([key]) => key === name).map(([, value]) => value);
  const [first] = found;
  if (first === undefined) return undefined;
  if (isList && explode) return found.map(decodeURIComponent);
  if (found.length > 1) throw new Error("must be sent once");
  const delimiter = { spaceDelimited: "%20", pipeDelimited: "%7C" }[style] ?? ",";
  return isList ? first.split(delimiter).map(decodeURIComponent) : decodeURIComponent(first);
}
