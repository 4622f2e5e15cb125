import type { Finding } from "../rule.js";
import type { SameShape } from "../schema/same-shape.js";
import type { Policy } from "../schema/schema-rule.js";
import type { ContractReading } from "./contract-reading.js";
import type { OperationPair, Pairing } from "./pair-operations.js";
import type { SchemaPlace } from "./subject.js";

/** All that a rule about documents may look at. */
export interface Context extends Pairing {
  readonly base: ContractReading;
  readonly revision: ContractReading;
  /** Operations, and what the API itself calls: webhooks and callbacks. */
  readonly all: readonly OperationPair[];
  readonly policy: Policy;
  readonly same: SameShape;
  readonly schemas: (place: SchemaPlace) => Iterable<Finding>;
}
