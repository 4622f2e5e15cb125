import { type ChildProcess, fork } from "node:child_process";
import { type Family, type Judged, type Mutant, nameOf } from "./mutant.js";
import type { WorkerMessage, WorkerTask } from "./worker.js";

export interface PoolOptions {
  /** The worker's program. */
  readonly workerPath: string;
  readonly specPath: string;
  readonly families: readonly Family[];
  readonly workers: number;
  /** Chooses what is judged from all there is. */
  readonly choose: (mutants: readonly Mutant[]) => readonly Mutant[];
  readonly onJudged: (judged: Judged, done: number, all: number) => void;
  readonly signal: AbortSignal;
}

/** A faulty program may wait for ever: it is ended then, and that was noticed. */
const longestMs = 10 * 60 * 1000;
/** One that goes round and round does not even say that it is alive. */
const longestSilenceMs = 60_000;

/** Judges mutants in processes of their own. What was judged until the signal came is returned. */
export async function judgeAll(
  options: PoolOptions,
): Promise<{ judged: Judged[]; unreached: readonly Mutant[] }> {
  const { signal } = options;
  const open = new Set<ChildProcess>();
  const start = async (): Promise<Worker> => {
    const worker = new Worker(options);
    open.add(worker.child);
    await worker.ready;
    return worker;
  };
  const stop = (): void => {
    for (const child of open) child.kill("SIGKILL");
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const first = await start().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (!first) return { judged: [], unreached: [] };
    const { mutants, unreached } = await first.ready;
    const chosen = options.choose(mutants);
    const judged: Judged[] = [];
    let next = 0;
    const lane = async (given: Worker | null): Promise<void> => {
      let worker = given;
      while (!signal.aborted) {
        const mutant = chosen[next++];
        if (!mutant) break;
        try {
          worker ??= await start();
        } catch (error) {
          if (signal.aborted) return;
          throw error;
        }
        const { verdict, durationMs } = await worker.judge(mutant);
        if (signal.aborted) return;
        const one: Judged = { mutant, ...verdict, durationMs };
        judged.push(one);
        options.onJudged(one, judged.length, chosen.length);
        if (worker.hasEnded) worker = null;
      }
    };
    const lanes = Array.from({ length: Math.min(options.workers, Math.max(1, chosen.length)) }, (_, index) =>
      lane(index === 0 ? first : null),
    );
    await Promise.all(lanes);
    const order = new Map(chosen.map((mutant, index) => [mutant, index]));
    judged.sort((a, b) => (order.get(a.mutant) ?? 0) - (order.get(b.mutant) ?? 0));
    return { judged, unreached };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

type Ready = Extract<WorkerMessage, { kind: "ready" }>;
type Answer = Omit<Extract<WorkerMessage, { kind: "judged" }>, "kind">;

class Worker {
  readonly child: ChildProcess;
  readonly ready: Promise<Ready>;
  #heardMs = performance.now();
  #told: (answer: Answer) => void = () => undefined;

  constructor({ workerPath, specPath, families }: PoolOptions) {
    this.child = fork(workerPath, [specPath, families.join(",")], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.ready = new Promise((done, fail) => {
      this.child.on("message", (message: WorkerMessage) => {
        this.#heardMs = performance.now();
        if (message.kind === "alive") return;
        if (message.kind === "ready") done(message);
        else if (message.kind === "failed") fail(new Error(message.why));
        else this.#told(message);
      });
      this.child.once("error", fail);
      this.child.once("exit", (code, signal) => {
        fail(new Error(`A worker ended before it was ready (${signal ?? code}).`));
        this.#told({ verdict: { outcome: "caught", by: "the process ends" }, durationMs: 0 });
      });
    });
    this.ready.catch(() => undefined); // whoever waits for it is told
  }

  get hasEnded(): boolean {
    return this.child.killed || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async judge(mutant: Mutant): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const begunMs = performance.now();
    const answer = await new Promise<Answer>((done) => {
      this.#told = done;
      timer = setInterval(() => {
        const nowMs = performance.now();
        if (nowMs - begunMs < longestMs && nowMs - this.#heardMs < longestSilenceMs) return;
        done({ verdict: { outcome: "caught", by: "never comes to an end" }, durationMs: nowMs - begunMs });
        this.child.kill("SIGKILL");
      }, 1000);
      this.child.send({ family: mutant.family, name: nameOf(mutant) } satisfies WorkerTask);
    });
    clearInterval(timer);
    return answer;
  }
}
