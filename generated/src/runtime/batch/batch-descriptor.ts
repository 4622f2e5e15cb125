import type { OperationDescriptor } from "../descriptors.js";
import type { LineValidator } from "./check-line.js";

/** An operation that takes a file of many requests, a JSON value a line: plain data of the contract, and its validator. */
export interface BatchDescriptor {
  readonly operation: OperationDescriptor;
  /** Names that lead from the client to the method that creates a batch: `["parcels", "import"]`. */
  readonly create: readonly string[];
  /** The same for the method that looks at a batch by its id; `null` where the contract has none. */
  readonly look: readonly string[] | null;
  /** Name of the part that holds the file. */
  readonly part: string;
  readonly line: {
    /** Property whose text no two lines share, and by which a result finds its request. */
    readonly idProperty: string;
    readonly required: readonly string[];
    /** All properties that a line may have; `null` where it may have any. */
    readonly properties: readonly string[] | null;
    /** Properties that can have one value only: they may be left out of a row. */
    readonly constants: Readonly<Record<string, string | number | boolean>>;
  };
  /** Checks a whole line against its schema; `null` where no validator was made. */
  readonly validateLine: LineValidator | null;
  /** Property of the form that says: check the file, create nothing. */
  readonly dryRunProperty: string | null;
  /** How what was created says who it is, how far it is, and where its results are. */
  readonly job: {
    readonly idProperty: string;
    readonly statusProperty: string;
    readonly succeeded: readonly string[];
    readonly failed: readonly string[];
    /** Holds the address of a JSON Lines file. */
    readonly resultProperty: string | null;
    readonly pollSeconds: number | null;
  };
  /** Property of a line of the results that holds the id of its request. */
  readonly resultIdProperty: string;
}
