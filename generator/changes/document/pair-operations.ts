import type { ContractReading, OperationReading, PathReading } from "./contract-reading.js";

export interface OperationPair {
  readonly base: OperationReading;
  readonly revision: OperationReading;
}

/** An operation of one side only. */
export interface Unpaired {
  readonly operation: OperationReading;
  /** Whether the other side has nothing at its whole path. */
  readonly withPath: boolean;
  /** Pointer of the path on the other side; `null` where it has no such path. */
  readonly otherPath: string | null;
}

export interface Pairing {
  readonly pairs: readonly OperationPair[];
  readonly removed: readonly Unpaired[];
  readonly added: readonly Unpaired[];
}

/** `/things/{id}` → `/things/{}`: the name of a parameter is no part of the address. */
export const withoutNames = (path: string): string => path.replace(/\{[^}]*\}/g, "{}");

/** Which operation of the base is which of the revision: the same method at the same address. */
export function pairOperations(base: ContractReading, revision: ContractReading): Pairing {
  const paths = pairPaths(base.paths, revision.paths);
  const pairs: OperationPair[] = [];
  const removed: Unpaired[] = [];
  const added: Unpaired[] = [];
  const takenFrom = new Map<PathReading, PathReading>();
  for (const from of base.paths) {
    const to = paths.get(from);
    if (to) takenFrom.set(to, from);
    for (const operation of from.operations) {
      const other = to?.operations.find(({ method }) => method === operation.method);
      if (other) pairs.push({ base: operation, revision: other });
      else removed.push(unpaired(operation, to));
    }
  }
  for (const to of revision.paths) {
    const from = takenFrom.get(to);
    const known = new Set(from?.operations.map(({ method }) => method));
    for (const operation of to.operations)
      if (!known.has(operation.method)) added.push(unpaired(operation, from));
  }
  return { pairs, removed, added };
}

const unpaired = (operation: OperationReading, other: PathReading | undefined): Unpaired => ({
  operation,
  withPath: !other || other.operations.length === 0,
  otherPath: other?.node.pointer ?? null,
});

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
