import { ApiError } from "../errors.js";

/** The shared limits could not be read or written, so that nothing may be sent: Redis is gone, slow, or refuses. */
export class LimitStoreError extends ApiError {
  override readonly name = "LimitStoreError";
  override readonly isRetryable = true;
  /** What was to be done, such as `take a place`. */
  readonly step: string;

  constructor(step: string, reason: string) {
    super(`The limits in Redis can't be used: to ${step} failed (${reason}).`);
    this.step = step;
  }
}

/**
 * What went wrong, in words only. The thrown error itself is not kept as a cause: clients hang the command that failed on
 * it, and that of a refused login holds the password.
 */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "unknown reason";
  const code = (thrown as { code?: unknown }).code;
  const text = thrown.message || (typeof code === "string" ? code : thrown.name);
  // An address, as in `redis://user:password@host`, keeps its host alone.
  return text.replace(/\/\/[^\s/]*@/g, "//").slice(0, 200);
}
