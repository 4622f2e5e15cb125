import type { BatchDescriptor } from "../runtime/batch/batch-descriptor.js";
import type { StateStore } from "../runtime/batch/state.js";
import { operation } from "./example-api.js";

/** A small operation that takes files of requests: `{ key, kind: "small", weight }`, a line each. */
export function batchDescriptor(
  bounds: {
    readonly minItems?: number | null;
    readonly maxItems?: number | null;
    readonly maxBytes?: number | null;
  } = {},
  more: Partial<BatchDescriptor> & { readonly idempotencyHeader?: string } = {},
): BatchDescriptor {
  const { minItems = 2, maxItems = 5, maxBytes = null } = bounds;
  const { idempotencyHeader = null, ...rest } = more;
  const part = { contentTypes: [], maxBytes: null };
  const file = { ...part, name: "parcels", kind: "file" as const, contentTypes: ["application/jsonl"] };
  return {
    operation: operation({
      id: "things.import",
      method: "POST",
      path: "/things/import",
      arguments: "body",
      idempotencyHeader,
      body: {
        mediaType: "multipart/form-data",
        encoding: "multipart",
        required: true,
        parts: [
          { ...file, maxBytes, lines: { minItems, maxItems, uniqueBy: "key" } },
          { ...part, name: "dry", kind: "text" },
        ],
      },
    }),
    create: ["things", "import"],
    look: null,
    part: "parcels",
    line: {
      idProperty: "key",
      required: ["key", "kind", "weight"],
      properties: ["key", "kind", "weight", "note"],
      constants: { kind: "small" },
    },
    validateLine: null,
    dryRunProperty: "dry",
    job: {
      idProperty: "id",
      statusProperty: "state",
      succeeded: ["DONE"],
      failed: ["BROKEN"],
      resultProperty: "url",
      pollSeconds: 0.001,
    },
    resultIdProperty: "key",
    ...rest,
  };
}

export interface Row {
  readonly key: string;
  readonly weight: number;
}

export function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({ key: `k${index + 1}`, weight: index }));
}

export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Keeps the state as text, as a file would, and outlives the runs that use it. */
export class DurableState implements StateStore {
  text = "null";
  saves = 0;
  /** Called before each save, with its number from 1, and after it. */
  crash: (save: number, when: "before" | "after") => void = () => undefined;

  async load() {
    return JSON.parse(this.text);
  }

  async save(state: unknown): Promise<void> {
    this.saves++;
    this.crash(this.saves, "before");
    this.text = JSON.stringify(state);
    this.crash(this.saves, "after");
  }
}
