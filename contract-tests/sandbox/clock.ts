import { Heap } from "./heap.js";

/** A time that tests can move: the real one and what it was advanced by, or one that only moves when told. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Moves the time on, by `"61s"`, `"5m"`, `"250ms"` or so many milliseconds; what was due meanwhile happens in order. */
  advance(by: string | number): Promise<void>;
  /** Does something when its time has come. */
  at(timeMs: number, what: () => void | Promise<void>): Scheduled;
}

export interface Scheduled {
  cancel(): void;
}

interface Task {
  readonly timeMs: number;
  readonly order: number;
  readonly what: () => void | Promise<void>;
  cancelled: boolean;
}

export class SandboxClock implements Clock {
  readonly #frozen: boolean;
  #offsetMs: number;
  #order = 0;
  readonly #tasks = new Heap<Task>(earlier);
  #cancelled = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param frozen whether the time stands still until it is advanced */
  constructor(options: { readonly frozen?: boolean; readonly startMs?: number } = {}) {
    this.#frozen = options.frozen ?? false;
    const real = Date.now();
    this.#offsetMs = this.#frozen ? (options.startMs ?? real) : (options.startMs ?? real) - real;
  }

  readonly now = (): number => (this.#frozen ? this.#offsetMs : Date.now() + this.#offsetMs);

  async advance(by: string | number): Promise<void> {
    const untilMs = this.now() + toMilliseconds(by);
    for (let task = this.#next(); task && task.timeMs <= untilMs; task = this.#next()) {
      this.#offsetMs += Math.max(0, task.timeMs - this.now());
      this.#pop();
      await task.what();
    }
    this.#offsetMs += Math.max(0, untilMs - this.now());
    this.#arm();
  }

  at(timeMs: number, what: () => void | Promise<void>): Scheduled {
    const task: Task = { timeMs, order: this.#order++, what, cancelled: false };
    this.#tasks.push(task);
    if (this.#tasks.top === task) this.#arm();
    return {
      cancel: () => {
        if (task.cancelled) return;
        task.cancelled = true;
        this.#cancelled += 1;
        if (this.#cancelled > 100 && this.#cancelled > this.#tasks.size / 2) this.#dropCancelled();
      },
    };
  }

  /** How many tasks are kept, cancelled ones too. */
  get size(): number {
    return this.#tasks.size;
  }

  /** Forgets all that is to come. */
  clear(): void {
    this.#tasks.clear();
    this.#cancelled = 0;
    this.#arm();
  }

  #next(): Task | undefined {
    while (this.#tasks.top?.cancelled) this.#pop();
    return this.#tasks.top;
  }

  /** What was taken out can't be cancelled any more. */
  #pop(): void {
    const task = this.#tasks.top;
    if (task?.cancelled) this.#cancelled -= 1;
    else if (task) task.cancelled = true;
    this.#tasks.pop();
  }

  /** Those that are due much later would be kept until then, and all that they hold. */
  #dropCancelled(): void {
    this.#tasks.keep(({ cancelled }) => !cancelled);
    this.#cancelled = 0;
  }

  /** One real timer, for the next task alone. */
  #arm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const next = this.#next();
    if (!next || this.#frozen) return;
    const delayMs = Math.min(Math.max(0, next.timeMs - this.now()), 2 ** 31 - 1);
    this.#timer = setTimeout(() => this.#runDue(), delayMs);
    this.#timer.unref();
  }

  #runDue(): void {
    for (let task = this.#next(); task && task.timeMs <= this.now(); task = this.#next()) {
      this.#pop();
      void task.what();
    }
    this.#arm();
  }
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws RangeError if it is neither a length of time nor at least zero */
export function toMilliseconds(length: string | number): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/.exec(String(length));
  if (!match) throw new RangeError(`"${length}" is no length of time; write 250ms, 61s, 5m, 2h or 1d.`);
  return Number(match[1]) * (units[match[2] ?? "ms"] ?? 1);
}

function earlier(a: Task, b: Task): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);
}
