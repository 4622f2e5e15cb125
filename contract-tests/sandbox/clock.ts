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
  #tasks: Task[] = []; // a binary heap, the next one first
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
    push(this.#tasks, task);
    if (this.#tasks[0] === task) this.#arm();
    return {
      cancel: () => {
        if (task.cancelled) return;
        task.cancelled = true;
        this.#cancelled += 1;
        if (this.#cancelled > 100 && this.#cancelled > this.#tasks.length / 2) this.#dropCancelled();
      },
    };
  }

  /** How many tasks are kept, cancelled ones too. */
  get size(): number {
    return this.#tasks.length;
  }

  /** Forgets all that is to come. */
  clear(): void {
    this.#tasks = [];
    this.#cancelled = 0;
    this.#arm();
  }

  #next(): Task | undefined {
    while (this.#tasks[0]?.cancelled) this.#pop();
    return this.#tasks[0];
  }

  /** What was taken out can't be cancelled any more. */
  #pop(): void {
    const [task] = this.#tasks;
    if (task?.cancelled) this.#cancelled -= 1;
    else if (task) task.cancelled = true;
    pop(this.#tasks);
  }

  /** Those that are due much later would be kept until then, and all that they hold. */
  #dropCancelled(): void {
    this.#tasks = this.#tasks.filter(({ cancelled }) => !cancelled).sort((a, b) => (earlier(a, b) ? -1 : 1));
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

const earlier = (a: Task, b: Task): boolean =>
  a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);

function push(heap: Task[], task: Task): void {
  let at = heap.push(task) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!earlier(heap[at] as Task, heap[parent] as Task)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function pop(heap: Task[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    const right = left + 1;
    let least = at;
    if (left < heap.length && earlier(heap[left] as Task, heap[least] as Task)) least = left;
    if (right < heap.length && earlier(heap[right] as Task, heap[least] as Task)) least = right;
    if (least === at) return;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: Task[], a: number, b: number): void {
  const kept = heap[a] as Task;
  heap[a] = heap[b] as Task;
  heap[b] = kept;
}
