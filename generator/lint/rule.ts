import type { Subject } from "./subject.js";

/** One thing a rule objects to; `at` is a JSON pointer of the bundled document. */
export interface Finding {
  readonly at: string;
  readonly message: string;
  readonly remedy: string;
}

export interface Rule {
  readonly id: string;
  /**
   * `correctness`: wrong in any spec. `mock-safety`: right by OpenAPI, but a mock server, a validator or a test suite
   * made from the spec would check less than it says; an error only in a spec that was written for us.
   */
  readonly kind: "correctness" | "mock-safety";
  readonly find: (subject: Subject) => Iterable<Finding>;
}
