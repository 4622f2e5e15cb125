import { exec } from "jsonpath-rfc9535";
import { byCodeUnit } from "./canonical-order.js";
import type { JsonObject } from "./document-walk.js";
import { isTimeUp, withinTime } from "./time-limit.js";

/** A place of a document: the keys and, of lists, the indexes that lead to it. */
export type NodePath = readonly (string | number)[];

/** What one query may say and select; real ones come nowhere near. */
const queryLimits = { characters: 4096, nodes: 200_000 } as const;

/** A query that can't be answered, and why. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

/**
 * The places that a JSONPath query (RFC 9535) selects, each once, sorted: the order of a map's keys decides nothing.
 * A query is untrusted text: it is parsed, never run as a script, and stopped when it takes too long.
 *
 * @throws {QueryError}, or what {@link withinTime} throws when the time is up
 */
export function selectNodes(document: JsonObject, query: string, timeoutMs: number): readonly NodePath[] {
  if (query.length > queryLimits.characters) {
    throw new QueryError(`it has more than ${queryLimits.characters} characters`);
  }
  const found = new Map<string, NodePath>();
  try {
    withinTime(timeoutMs, () =>
      exec(document as never, query, (_, path) => {
        const tokens = path.map((token) => (typeof token === "string" ? unescaped(token) : token));
        found.set(JSON.stringify(tokens), tokens);
        if (found.size > queryLimits.nodes)
          throw new QueryError(`it selects more than ${queryLimits.nodes} places`);
      }),
    );
  } catch (error) {
    if (error instanceof QueryError || isTimeUp(error)) throw error;
    if (error instanceof RangeError) throw new QueryError("it is nested too deep");
    const { message, location } = error as Error & { location?: { start: { column: number } } };
    throw new QueryError(
      `${message.replace(/\.$/, "")}${location ? `, at character ${location.start.column}` : ""}`,
    );
  }
  return [...found.values()].sort(byPath);
}

/** The library gives names as a normalized path spells them: quotes, backslashes and control characters escaped. */
function unescaped(name: string): string {
  return name.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (short[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const short: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Parents before what they hold, items of a list by their index. */
function byPath(a: NodePath, b: NodePath): number {
  for (let depth = 0; depth < Math.min(a.length, b.length); depth++) {
    const [one, other] = [a[depth] as string | number, b[depth] as string | number];
    const order =
      typeof one === "number" && typeof other === "number"
        ? one - other
        : byCodeUnit(String(one), String(other));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
