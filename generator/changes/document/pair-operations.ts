import type { ContractReading, OperationReading, PathReading } from "./contract-reading.js";

export interface OperationPair {
  readonly base: OperationReading;
  readonly revision: OperationReading;
}

export interface Pairing {
  readonly pairs: readonly OperationPair[];
  /** Operations that are gone, and whether their whole path is. */
  readonly removed: readonly { readonly operation: OperationReading; readonly withPath: boolean }[];
  readonly added: readonly OperationReading[];
}

/** `/things/{id}` → `/things/{}`: the name of a parameter is no part of the address. */
export const withoutNames = (path: string): string => path.replace(/\{[^}]*\}/g, "{}");

/** Which operation of the base is which of the revision: the same method at the same address. */
export function pairOperations(base: ContractReading, revision: ContractReading): Pairing {
  const paths = pairPaths(base.paths, revision.paths);
  const pairs: OperationPair[] = [];
  const removed: { operation: OperationReading; withPath: boolean }[] = [];
  const added: OperationReading[] = [];
  const taken = new Set<PathReading>();
  for (const from of base.paths) {
    const to = paths.get(from);
    if (to) taken.add(to);
    for (const operation of from.operations) {
      const other = to?.operations.find(({ method }) => method === operation.method);
      if (other) pairs.push({ base: operation, revision: other });
      else removed.push({ operation, withPath: !to || to.operations.length === 0 });
    }
    const known = new Set(from.operations.map(({ method }) => method));
    added.push(...(to?.operations.filter(({ method }) => !known.has(method)) ?? []));
  }
  for (const path of revision.paths) if (!taken.has(path)) added.push(...path.operations);
  return { pairs, removed, added };
}

function pairPaths(
  base: readonly PathReading[],
  revision: readonly PathReading[],
): Map<PathReading, PathReading> {
  const result = new Map<PathReading, PathReading>();
  const exact = new Map(revision.map((path) => [path.path, path]));
  const left = new Set(revision);
  for (const path of base) {
    const same = exact.get(path.path);
    if (!same) continue;
    result.set(path, same);
    left.delete(same);
  }
  for (const path of base) {
    if (result.has(path)) continue;
    const same = [...left].find((other) => withoutNames(other.path) === withoutNames(path.path));
    if (!same) continue;
    result.set(path, same);
    left.delete(same);
  }
  return result;
}
