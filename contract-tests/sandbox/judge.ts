import type { Fault } from "./fault.js";

/** A request as a judge of shapes sees it. */
export interface JudgedRequest {
  readonly method: string;
  /** As it stood on the request line. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON as a value; a form as the bytes of one with each file cut to a byte. */
  readonly body: unknown;
}

/** A second opinion on a request's shape. */
export interface Judge {
  readonly name: string;
  /** @returns what is wrong; empty if nothing is, `null` if it can't say */
  judge(request: JudgedRequest): Promise<readonly Fault[] | null>;
}
