import type { RequestEntry } from "./request-log.js";

/** What happens in the sandbox, for whoever watches. */
export type SandboxEvent =
  | { readonly type: "request"; readonly request: RequestEntry }
  | { readonly type: "job"; readonly job: JobView }
  | { readonly type: "limit"; readonly limit: LimitView }
  | { readonly type: "finding"; readonly finding: Finding }
  | { readonly type: "reset" };

/** A job, as far as an onlooker may see it. */
export interface JobView {
  readonly id: string;
  readonly operationId: string;
  /** Name of the key's plan; never the key. */
  readonly plan: string;
  readonly status: string;
  readonly ended: boolean;
  readonly createdMs: number;
  readonly endsMs: number;
  readonly errorCode: string | null;
}

/** How much of a limit a key has used. */
export interface LimitView {
  readonly plan: string;
  /** Name of a rate policy, or `concurrency` and `batches` for jobs at a time. */
  readonly name: string;
  readonly used: number;
  /** `null`: no limit. */
  readonly limit: number | null;
  /** Until the oldest request no longer counts; `null` where time alone frees nothing. */
  readonly resetMs: number | null;
}

/** Something that needs a person's look: two judges disagree, or a client did not wait as told. */
export interface Finding {
  readonly kind: "judges-disagree" | "early-retry" | "own-answer";
  readonly operationId: string | null;
  readonly message: string;
  readonly atMs: number;
}

export type SandboxListener = (event: SandboxEvent) => void;

/** Tells events to those who listen, and costs nothing while nobody does. */
export class Events {
  readonly #listeners = new Map<SandboxListener, readonly SandboxEvent["type"][] | null>();
  readonly #onChange: () => void;
  #heard: ReadonlySet<SandboxEvent["type"]> = new Set();

  /** @param onChange told when others listen than before */
  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange;
  }

  /**
   * @param types what it wants to hear of; all, unless given
   * @returns what ends the listening
   */
  readonly onEvent = (listener: SandboxListener, types?: readonly SandboxEvent["type"][]): (() => void) => {
    this.#listeners.set(listener, types ?? null);
    this.#changed();
    return () => {
      this.#listeners.delete(listener);
      this.#changed();
    };
  };

  hears(type: SandboxEvent["type"]): boolean {
    return this.#heard.has(type);
  }

  emit(event: SandboxEvent): void {
    if (!this.hears(event.type)) return;
    for (const [listener, types] of this.#listeners)
      if (types === null || types.includes(event.type)) listener(event);
  }

  #changed(): void {
    this.#heard = new Set([...this.#listeners.values()].flatMap((types) => types ?? allTypes));
    this.#onChange();
  }
}

const allTypes = ["request", "job", "limit", "finding", "reset"] as const;
