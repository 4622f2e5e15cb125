import { LimitStoreError, reasonOf } from "./limit-store-error.js";

/** An `ioredis` client or cluster, by what is used of it. */
export interface Ioredis {
  eval(script: string, numberOfKeys: number, ...keysAndValues: string[]): Promise<unknown>;
  evalsha: unknown;
}

/** A client, pool or cluster of the package `redis`, by what is used of it. */
export interface NodeRedis {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha: unknown;
}

export type RedisClient = Ioredis | NodeRedis;

/** A step that Redis takes as a whole, and what it is called in errors. */
export interface Script {
  readonly step: string;
  readonly lua: string;
}

/** Runs scripts on whichever client it is, none for longer than the time-out. */
export class ScriptRunner {
  readonly #client: RedisClient;
  readonly #timeoutMs: number;

  constructor(client: RedisClient, timeoutMs: number) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws {LimitStoreError} if Redis fails, or does not answer in time; the script may have run, or yet run, all the same */
  async run({ step, lua }: Script, keys: string[], values: readonly (string | number)[]): Promise<unknown> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const timeout = new LimitStoreError(step, `no answer within ${this.#timeoutMs} ms`);
      timer = setTimeout(() => reject(timeout), this.#timeoutMs);
    });
    try {
      return await Promise.race([this.#send(lua, keys, values.map(String)), late]);
    } catch (error) {
      throw error instanceof LimitStoreError ? error : new LimitStoreError(step, reasonOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /** The script's text each time: Redis knows it by its digest, and a kilobyte more costs less than a second way to fail. */
  async #send(lua: string, keys: string[], values: string[]): Promise<unknown> {
    const client = this.#client;
    return "evalSha" in client
      ? client.eval(lua, { keys, arguments: values })
      : client.eval(lua, keys.length, ...keys, ...values);
  }
}
