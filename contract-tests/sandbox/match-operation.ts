import type { SandboxOperation } from "./sandbox-contract.js";

/** Which operation a request means. */
export type Match =
  | { readonly kind: "operation"; readonly operation: SandboxOperation; readonly inPath: readonly string[] }
  | { readonly kind: "other-method"; readonly allowed: readonly string[] }
  | { readonly kind: "none" };

/** Finds operations by method and path; a path written out goes before one with parameters, if it has the method. */
export class OperationMatcher {
  /** By method, and then by path. */
  readonly #fixed = new Map<string, Map<string, SandboxOperation>>();
  readonly #templated: readonly SandboxOperation[];
  readonly #operations: readonly SandboxOperation[];

  constructor(operations: readonly SandboxOperation[]) {
    this.#operations = operations;
    for (const one of operations) {
      if (one.path.includes("{")) continue;
      const paths = this.#fixed.get(one.method) ?? new Map<string, SandboxOperation>();
      this.#fixed.set(one.method, paths.set(one.path, one));
    }
    const parameters = (path: string): number => path.split("{").length;
    this.#templated = operations
      .filter(({ path }) => path.includes("{"))
      .sort((a, b) => parameters(a.path) - parameters(b.path));
  }

  match(method: string, path: string): Match {
    // Whoever may ask may ask without the body.
    const wanted = method === "HEAD" ? "GET" : method;
    const found = this.#find(method, path) ?? (wanted === method ? null : this.#find(wanted, path));
    if (found) return found;
    const allowed = this.#operations
      .filter((one) => one.path === path || one.pattern.test(path))
      .map((one) => one.method);
    if (allowed.length === 0) return { kind: "none" };
    const all = new Set([...allowed, ...(allowed.includes("GET") ? ["HEAD"] : []), "OPTIONS"]);
    return { kind: "other-method", allowed: [...all] };
  }

  #find(method: string, path: string): Match | null {
    const fixed = this.#fixed.get(method)?.get(path);
    if (fixed) return { kind: "operation", operation: fixed, inPath: [] };
    for (const operation of this.#templated) {
      if (operation.method !== method) continue;
      const match = operation.pattern.exec(path);
      if (match) return { kind: "operation", operation, inPath: match.slice(1) };
    }
    return null;
  }
}
