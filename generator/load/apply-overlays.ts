import { isObject, type JsonObject, setOwn } from "./document-walk.js";
import { fromPointer, toPointer } from "./json-pointer.js";
import type { Overlay, OverlayAction, OverlayFinding } from "./overlay.js";
import { Provenance, type Source, under } from "./provenance.js";
import { type NodePath, QueryError, selectNodes } from "./select-nodes.js";
import { specLimits } from "./spec-file.js";
import { isTimeUp } from "./time-limit.js";

/**
 * What the overlays of a document may cost together: values they add (a hostile one multiplies a large update by many
 * targets), and time for their queries. One query over the largest real contract takes a second or two.
 */
export const overlayLimits = { addedValues: 500_000, queriesMs: 30_000 } as const;

export interface Overlaid {
  /** The document as the overlays leave it. */
  readonly document: JsonObject;
  /** What is wrong with the overlays; an action that has a finding did nothing, or not all it says. */
  readonly findings: readonly (OverlayFinding & { readonly file: string })[];
  /** Where the value at a pointer of `document` was written. */
  readonly sourceOf: (pointer: string) => Source;
}

/** A document changed by overlays, one after the other, each action after the one before; the given one stays as it is. */
export function applyOverlays(
  given: JsonObject,
  overlays: readonly Overlay[],
  limits: { readonly [name in keyof typeof overlayLimits]: number } = overlayLimits,
): Overlaid {
  const document = structuredClone(given);
  const provenance = new Provenance();
  const findings: Overlaid["findings"][number][] = [];
  const said = new Set<string>();
  let added = 0;
  let leftMs = limits.queriesMs;

  for (const { file, actions } of overlays) {
    for (const action of actions) {
      const find = (rule: string, message: string, remedy: string, field = "target"): void => {
        const pointer = `${action.pointer}/${field}`;
        // One place of the overlay can be wrong at thousands of places of the contract.
        const key = JSON.stringify([file, pointer, rule]);
        if (said.has(key)) return;
        said.add(key);
        findings.push({ file, rule, pointer, message, remedy });
      };
      const startMs = performance.now();
      const targets = select(document, action, Math.max(1, Math.ceil(leftMs)), find);
      leftMs -= performance.now() - startMs;
      if (targets === null || leftMs <= 0) {
        const message = `The overlays' queries take more than ${limits.queriesMs / 1000} seconds.`;
        find(
          "overlay-too-slow",
          message,
          "Write plain paths; leave out `..`, patterns and queries within queries.",
        );
        return result();
      }
      if (targets.length === 0) continue;
      if (action.remove) {
        removeAll(document, targets, provenance, find);
        continue;
      }
      added += countValues(action.update) * targets.length;
      if (added > limits.addedValues) {
        const message = `The overlays add more than ${limits.addedValues} values to the contract.`;
        find("overlay-too-large", message, "Make its updates smaller, or select fewer places.", "update");
        return result();
      }
      const source: Source = { overlay: file, pointer: `${action.pointer}/update` };
      for (const { value, path } of targets) update(value, action.update, { path, source, provenance, find });
    }
  }
  return result();

  function result(): Overlaid {
    const sourceOf = (pointer: string): Source => provenance.sourceOf(document, fromPointer(pointer));
    return { document, findings, sourceOf };
  }
}

type Find = (rule: string, message: string, remedy: string, key?: string) => void;

interface Target {
  readonly value: unknown;
  /** Where it stood when it was selected. */
  readonly path: NodePath;
}

/** `null`: the time was up. Its clock is not the one that the time left is counted by, so that may not tell. */
function select(
  document: JsonObject,
  { target, remove }: OverlayAction,
  timeoutMs: number,
  find: Find,
): readonly Target[] | null {
  let paths: readonly NodePath[];
  try {
    paths = selectNodes(document, target, timeoutMs);
  } catch (error) {
    if (isTimeUp(error)) return null;
    if (!(error instanceof QueryError)) throw error;
    find(
      "overlay-target",
      `The target ${shortened(target)} can't be used: ${error.message}.`,
      "Write a JSONPath query (RFC 9535), for example `$.paths['/things'].get`; scripts are not run.",
    );
    return [];
  }
  if (paths.length === 0) {
    find(
      "overlay-target-unmatched",
      `The target ${shortened(target)} matches nothing.`,
      "Mend the query, or take the action out: the contract has no such place, or an earlier action removed it.",
    );
  }
  const targets = paths.map((path) => ({ path, value: valueAtPath(document, path) }));
  const single = targets.find(({ value }) => !isHolder(value));
  if (single && !remove) {
    find(
      "overlay-target",
      `The target ${shortened(target)} matches a single value, at ${toPointer(single.path.map(String))}.`,
      "Select the map that holds it, and update its key.",
    );
    return [];
  }
  return targets;
}

/** Removes from the inside out, the items of one list together: no removal moves what another one means. */
function removeAll(
  document: JsonObject,
  targets: readonly Target[],
  provenance: Provenance,
  find: Find,
): void {
  const byHolder = new Map<string, { path: NodePath; keys: Set<string | number> }>();
  for (const { path } of targets) {
    const [key, holderPath] = [path.at(-1), path.slice(0, -1)];
    if (key === undefined) {
      find("overlay-target", "The whole contract can't be removed.", "Select a part of it.");
      return;
    }
    const id = JSON.stringify(holderPath);
    const known = byHolder.get(id) ?? { path: holderPath, keys: new Set() };
    known.keys.add(key);
    byHolder.set(id, known);
  }
  const inward = [...byHolder.values()].sort((a, b) => b.path.length - a.path.length);
  for (const { path, keys } of inward) {
    const holder = valueAtPath(document, path);
    if (isObject(holder)) {
      for (const key of keys) {
        delete holder[key];
        provenance.forget(holder, String(key));
      }
    } else if (Array.isArray(holder)) {
      const kept = holder
        .map((value, index) => ({ value, source: provenance.sourceOf(document, [...path, index]), index }))
        .filter(({ index }) => !keys.has(index));
      holder.length = 0;
      for (const [index, { value, source }] of kept.entries()) {
        holder.push(value);
        provenance.note(holder, index, source);
      }
    }
  }
}

interface Updating {
  readonly path: NodePath;
  readonly source: Source;
  readonly provenance: Provenance;
  readonly find: Find;
}

/** Into a list an update is put as one more item; into a map it is merged. */
function update(value: unknown, change: unknown, { path, source, provenance, find }: Updating): void {
  if (path.length + depthOf(change) > specLimits.depth) {
    find(
      "spec-too-deep",
      `The update makes the contract more than ${specLimits.depth} levels deep.`,
      "Name the inner parts under `components` and refer to them by `$ref`.",
      "update",
    );
  } else if (Array.isArray(value)) {
    append(value, change, source, provenance);
  } else if (isObject(value) && isObject(change)) {
    merge(value, change, { path, source, provenance, find });
  } else {
    mismatch(value, change, { path, source, find });
  }
}

function merge(into: JsonObject, change: JsonObject, { path, source, provenance, find }: Updating): void {
  for (const [key, part] of Object.entries(change)) {
    const old = Object.hasOwn(into, key) ? into[key] : undefined;
    const inner = { path: [...path, key], source: under(source, key), provenance, find };
    if (isObject(old) && isObject(part)) {
      merge(old, part, inner);
    } else if (Array.isArray(old) && Array.isArray(part)) {
      for (const [index, item] of part.entries()) append(old, item, under(inner.source, index), provenance);
    } else if (isHolder(old) && (isHolder(part) || part === null)) {
      mismatch(old, part, inner);
    } else {
      setOwn(into, key, structuredClone(part));
      provenance.note(into, key, inner.source);
    }
  }
}

function append(list: unknown[], item: unknown, source: Source, provenance: Provenance): void {
  provenance.note(list, list.length, source);
  list.push(structuredClone(item));
}

function mismatch(old: unknown, change: unknown, { path, source, find }: Omit<Updating, "provenance">): void {
  const key = fromPointer(source.pointer).slice(2); // behind `actions/0`
  find(
    "overlay-mismatch",
    `The update has ${kindOf(change)} where the contract has ${kindOf(old)}, at ${toPointer(path.map(String))}.`,
    "Write what can be merged into it; to replace it, remove it by an action before this one.",
    toPointer(key).slice(2),
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "nothing (null)";
  return Array.isArray(value) ? "a list" : isObject(value) ? "a map" : "a single value";
}

function isHolder(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function valueAtPath(document: unknown, path: NodePath): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], document);
}

function countValues(value: unknown): number {
  return isHolder(value) ? Object.values(value).reduce<number>((sum, part) => sum + countValues(part), 1) : 1;
}

function depthOf(value: unknown): number {
  if (!isHolder(value)) return 0;
  return Object.values(value).reduce<number>((most, part) => Math.max(most, 1 + depthOf(part)), 1);
}

/** A query in a message: quoted, and no longer than a reader needs. */
function shortened(query: string): string {
  return JSON.stringify(query.length > 200 ? `${query.slice(0, 200)}…` : query);
}
