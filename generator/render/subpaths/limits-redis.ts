import { layOut } from "../lay-out.js";
import { SourceText } from "../source-text.js";
import { callWords } from "./readme-sample.js";
import type { RenderSubpath } from "./subpath.js";

const folder = "limits-redis";

/** Limits that processes share through Redis, for a contract that has limits. */
export const limitsRedis: RenderSubpath = (input) => {
  const { client, operations, plans } = input.contract;
  const hasRates = operations.some(({ rateLimits }) => rateLimits.length > 0);
  if (!hasRates && plans === null) return null;
  const view = {
    ...callWords(input),
    subpathLiteral: SourceText.literal(`${client.packageName}/limits/redis`),
    hasPlans: plans !== null,
  };
  return {
    name: "limits/redis",
    entry: `src/runtime/${folder}/redis-limits.ts`,
    files: new Map(),
    runtime: [folder],
    peers: { ioredis: "^5.0.0 || ^6.0.0", redis: "^4.0.0 || ^5.0.0 || ^6.0.0" },
    readme: SourceText.ours(layOut("limits-redis-readme", view).trimEnd()),
  };
};
