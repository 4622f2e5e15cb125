import type { RequestPlace } from "./errors.js";
import type { CallContext } from "./fetch.js";

/** An attempt of a call: what of it may be told, and no key. */
export interface AttemptEvent extends RequestPlace {
  /** The operation's id; `null` for a request that the contract does not know. */
  readonly operation: string | null;
  /** From 1. */
  readonly attempt: number;
  readonly idempotencyKey: string | null;
}

export interface ResponseEvent extends AttemptEvent {
  readonly status: number;
  /** From the sending until the answer's body was read. */
  readonly durationMs: number;
}

export interface RetryEvent extends AttemptEvent {
  /** Until the next attempt. */
  readonly waitMs: number;
  /** Status of the answer that is not good enough; `null` if none came. */
  readonly status: number | null;
}

export interface WaitEvent extends AttemptEvent {
  /** What there is to wait for: a place under a rate limit of the contract, or a job's end. */
  readonly reason: "rate-limit" | "concurrency";
  /** Until it is worth asking again. */
  readonly waitMs: number;
}

/** Told what the client does; what they throw is ignored, for it must not cost the answer. */
export interface Hooks {
  readonly onRequest?: ((event: AttemptEvent) => void) | undefined;
  readonly onResponse?: ((event: ResponseEvent) => void) | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  readonly onWait?: ((event: WaitEvent) => void) | undefined;
  /** Writes a line for each of these, with the key struck out: to the console, or to a function. */
  readonly debug?: boolean | ((line: string) => void) | undefined;
}

type Moment = Exclude<keyof Hooks, "debug">;
type EventOf<Name extends Moment> = Parameters<NonNullable<Hooks[Name]>>[0];

/** Tells whoever listens of a moment in a call. */
export type Tell = <Name extends Moment>(
  name: Name,
  call: CallContext,
  more: Omit<EventOf<Name>, keyof AttemptEvent>,
) => void;

/** `null` where nobody listens, so that nothing is prepared for it. */
export function telling(hooks: Hooks): Tell | null {
  const { onRequest, onResponse, onRetry, onWait, debug } = hooks;
  if (!(onRequest || onResponse || onRetry || onWait || debug)) return null;
  const log = typeof debug === "function" ? debug : debug ? (line: string) => console.debug(line) : null;
  return (name, { operation, place, attempt, idempotencyKey, redact }, more) => {
    const event = { operation: operation?.id ?? null, ...place, attempt, idempotencyKey, ...more };
    try {
      log?.(redact.text(`${name} ${JSON.stringify(event)}`));
      const told: unknown = (hooks[name] as ((event: unknown) => unknown) | undefined)?.(event);
      if (told instanceof Promise) told.catch(() => undefined);
    } catch {
      // see Hooks
    }
  };
}
