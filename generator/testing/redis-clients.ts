import { Redis as Redis6 } from "ioredis";
import { Redis as Redis5 } from "ioredis-5";
import { createClient as createClient6 } from "redis";
import { createClient as createClient4 } from "redis-4";
import { createClient as createClient5 } from "redis-5";
import type { RedisClient } from "../runtime/limits-redis/redis-limits.js";

/** Makes a client of each library and version that an application may have, connected, and says how to end it. */
export const redisClients = {
  "ioredis 5": (path: string) => ioredis(new Redis5(path)),
  "ioredis 6": (path: string) => ioredis(new Redis6(path)),
  "redis 4": (path: string) => nodeRedis(createClient4({ socket: { path, tls: false } })),
  "redis 5": (path: string) => nodeRedis(createClient5({ socket: { path, tls: false } })),
  "redis 6": (path: string) => nodeRedis(createClient6({ socket: { path, tls: false } })),
} satisfies Record<string, (path: string) => Promise<ConnectedClient>>;

export type ClientName = keyof typeof redisClients;

export interface ConnectedClient {
  readonly client: RedisClient;
  /** At once, whatever is under way. */
  end(): void;
}

async function ioredis(client: Redis5 | Redis6): Promise<ConnectedClient> {
  client.on("error", () => undefined); // a server that is gone is part of the tests
  return { client, end: () => client.disconnect() };
}

type AnyNodeRedis =
  | ReturnType<typeof createClient4>
  | ReturnType<typeof createClient5>
  | ReturnType<typeof createClient6>;

async function nodeRedis(client: AnyNodeRedis): Promise<ConnectedClient> {
  client.on("error", () => undefined);
  await client.connect();
  return { client, end: () => void ("destroy" in client ? client.destroy() : client.disconnect()) };
}
