import type { IncomingMessage } from "node:http";
import { RateLimits } from "./rate-limits.js";
import type { KeyPlace, Plan, SandboxContract, SandboxOperation } from "./sandbox-contract.js";

/** A key that is given to the sandbox, over its options or in a file. */
export interface KeyOptions {
  readonly key: string;
  /** Name of a plan of the contract; the default plan unless given. */
  readonly plan?: string;
  /** Keys of one organization see the same jobs, and share its number of them at a time; else each is alone. */
  readonly organization?: string;
  readonly revoked?: boolean;
  /** Jobs at a time, instead of the plan's number; `null`: as many as come. */
  readonly concurrency?: number | null;
  /** Batches at a time, instead of the plan's number of jobs. */
  readonly batchConcurrency?: number | null;
}

/** A key and all that is counted for it. */
export interface Key {
  readonly key: string;
  readonly plan: Plan;
  readonly organization: string;
  revoked: boolean;
  readonly concurrency: number | null;
  readonly batchConcurrency: number | null;
  readonly rates: RateLimits;
  /** Until when a policy told it to wait, in milliseconds since 1970. */
  readonly waitUntilMs: Map<string, number>;
}

/** A plan for contracts that declare none. */
const anyPlan: Plan = {
  name: "any",
  title: "Any",
  concurrency: null,
  maxSeconds: null,
  jobsPerMonth: null,
  features: [],
};

/** The keys that are known. Each is counted apart. */
export class Keys {
  readonly #contract: SandboxContract;
  readonly #defaultPlan: Plan;
  readonly #keys = new Map<string, Key>();
  readonly #given: readonly KeyOptions[];
  /** Counts for operations that need no key. */
  anonymous!: Key;

  /** @throws Error if a plan is not one of the contract's */
  constructor(
    contract: SandboxContract,
    options: { readonly plan?: string; readonly keys?: readonly KeyOptions[] },
  ) {
    this.#contract = contract;
    this.#defaultPlan =
      options.plan === undefined ? (contract.plans.at(-1) ?? anyPlan) : this.#planNamed(options.plan);
    this.#given = options.keys ?? [];
    this.reset();
  }

  /** One key for each plan, one revoked, and those given. */
  reset(): void {
    this.#keys.clear();
    this.anonymous = keyWith({ key: "" }, anyPlan);
    for (const { name } of this.#contract.plans) this.add({ key: `sk-${name}`, plan: name });
    if (this.#contract.plans.length === 0) this.add({ key: "sk-test" });
    this.add({ key: "sk-revoked", revoked: true });
    for (const key of this.#given) this.add(key);
  }

  add(options: KeyOptions): Key {
    const plan = options.plan === undefined ? this.#defaultPlan : this.#planNamed(options.plan);
    const key = keyWith(options, plan);
    this.#keys.set(options.key, key);
    return key;
  }

  get(key: string): Key | undefined {
    return this.#keys.get(key);
  }

  all(): Key[] {
    return [...this.#keys.values()];
  }

  #planNamed(name: string): Plan {
    const { plans } = this.#contract;
    const plan = plans.find((one) => one.name === name);
    if (plan) return plan;
    const known = plans.map((one) => one.name).join(", ") || "none";
    throw new Error(`The contract has no plan ${JSON.stringify(name)}; it has ${known}.`);
  }
}

function keyWith(options: KeyOptions, plan: Plan): Key {
  return {
    key: options.key,
    plan,
    organization: options.organization ?? options.key,
    revoked: options.revoked ?? false,
    concurrency: options.concurrency === undefined ? plan.concurrency : options.concurrency,
    batchConcurrency: options.batchConcurrency === undefined ? plan.concurrency : options.batchConcurrency,
    rates: new RateLimits(),
    waitUntilMs: new Map(),
  };
}

/** What a request shows of who sends it. */
export type Shown =
  | { readonly kind: "none-needed" }
  | { readonly kind: "missing"; readonly place: KeyPlace }
  | { readonly kind: "unknown"; readonly place: KeyPlace }
  | { readonly kind: "known"; readonly key: Key };

export function keyOf(
  operation: SandboxOperation,
  keys: Keys,
  request: IncomingMessage,
  query: string,
): Shown {
  let refused: Shown = { kind: "none-needed" };
  for (const alternative of operation.security) {
    const [place] = alternative;
    if (!place) continue;
    const text = textAt(place, request, query);
    if (!text || alternative.some((one) => one !== place && !textAt(one, request, query))) {
      if (refused.kind === "none-needed") refused = { kind: "missing", place };
      continue;
    }
    const key = keys.get(text);
    if (key && !key.revoked) return { kind: "known", key };
    refused = { kind: "unknown", place };
  }
  return refused;
}

function textAt({ in: place, name }: KeyPlace, { headers }: IncomingMessage, query: string): string | null {
  if (place === "query") return new URLSearchParams(query).get(name);
  if (place === "header") {
    const sent = headers[name.toLowerCase()];
    return (Array.isArray(sent) ? sent[0] : sent) ?? null;
  }
  if (place === "cookie") {
    const cookie = (headers.cookie ?? "").split(/;\s*/).find((one) => one.startsWith(`${name}=`));
    return cookie?.slice(name.length + 1) ?? null;
  }
  const [, scheme = "", token = ""] = /^(\S+)\s+(.*)$/.exec(headers.authorization ?? "") ?? [];
  if (scheme.toLowerCase() !== place) return null;
  // Basic: the password is the key, or the name if there is no password.
  if (place === "bearer") return token.trim();
  const [user = "", password = ""] = Buffer.from(token, "base64").toString("utf8").split(/:(.*)/s);
  return password || user;
}
