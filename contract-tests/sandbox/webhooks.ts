import { type BinaryToTextEncoding, createHmac } from "node:crypto";
import type { Surroundings } from "./behaviour.js";
import type { JobTeller } from "./job-operations.js";
import type { Job } from "./jobs.js";
import type { Webhook } from "./sandbox-contract.js";

/** What became of a webhook: each is sent once at most. */
export interface Delivery {
  readonly jobId: string;
  readonly webhook: string;
  readonly url: string;
  readonly atMs: number;
  /** What the receiver answered; `null` if nothing was sent, or nothing came back. */
  readonly status: number | null;
  readonly error: string | null;
}

export interface WebhookOptions {
  readonly secret: string;
  /** Whether they may go anywhere; else only to this machine. */
  readonly anywhere: boolean;
}

const timeoutMs = 10_000;
const maxDeliveries = 1000;

/** Sends signed webhooks when jobs end. */
export class Webhooks {
  readonly #surroundings: Surroundings;
  readonly #teller: JobTeller;
  readonly #options: WebhookOptions;
  readonly #sent = new WeakSet<Job>();
  #deliveries: Delivery[] = [];

  constructor(surroundings: Surroundings, teller: JobTeller, options: WebhookOptions) {
    this.#surroundings = surroundings;
    this.#teller = teller;
    this.#options = options;
  }

  get deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  clear(): void {
    this.#deliveries = [];
  }

  /** Tells whom the job names that it has ended. Never throws, and never tells twice. */
  async tell(job: Job): Promise<void> {
    if (job.webhook === null || this.#sent.has(job)) return;
    this.#sent.add(job);
    const { contract, clock } = this.#surroundings;
    const { name, url } = job.webhook;
    const webhook = contract.webhooks.get(name);
    const note = (status: number | null, error: string | null): void => {
      this.#deliveries.push({ jobId: job.id, webhook: name, url, atMs: clock.now(), status, error });
      if (this.#deliveries.length > maxDeliveries) this.#deliveries.shift();
    };
    if (!webhook) return note(null, "The contract has no webhook of this name.");
    if (!this.#options.anywhere && !isLoopback(url))
      return note(null, "Not sent: the address is not on this machine.");
    const body = JSON.stringify(this.#teller.bodyOf(job, webhook.schema));
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...signatureOf(webhook, body, clock.now(), this.#options.secret),
        },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      note(response.status, null);
    } catch (error) {
      note(null, `Not delivered: ${String((error as Error).cause ?? (error as Error).message)}`);
    }
  }
}

function signatureOf(
  { signature }: Webhook,
  body: string,
  nowMs: number,
  secret: string,
): Record<string, string> {
  if (!signature) return {};
  const {
    header = "",
    algorithm = "HMAC-SHA256",
    encoding = "hex",
    timestampField,
    signatureField,
  } = signature;
  const timestamp = String(Math.floor(nowMs / 1000));
  const signed = (signature["signedPayload"] ?? "{timestamp}.{body}").replace(
    /\{(timestamp|body)\}/g,
    (_, name) => (name === "body" ? body : timestamp),
  );
  const hash = algorithm.replace(/^HMAC-/, ""); // OpenSSL knows it without its HMAC
  const digest = createHmac(hash, secret)
    .update(signed)
    .digest(encoding as BinaryToTextEncoding);
  return { [header]: `${timestampField}=${timestamp},${signatureField}=${digest}` };
}

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
