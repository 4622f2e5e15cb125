import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { object } from "../support/contract.js";
import { type Exchange, headerOf } from "../verify/case.js";
import type { VerifiedOperation, Webhook } from "../verify/verified-contract.js";
import type { Check, Means } from "./check.js";
import { jobFollowingsOf, lookAt, statusIn } from "./follow-jobs.js";
import { isSuccess } from "./links.js";
import { faultOfSignature } from "./webhook-signature.js";

/** How long a notification is waited for. */
const patienceMs = 5000;
const stepMs = 500;
/** How long it may take after the job's end was seen, and that to be seen after it came. */
const mostGraceMs = 2000;

const name = "webhook_signature_conformance";

export const webhookSignatureConformance: Check = {
  name,
  severity: "error",
  promise: "When a job has ended a notification comes, valid by its schema and signed as the contract says.",
  scenarios: (contract) => {
    const { operations, webhooks } = contract;
    const signed = webhooks.filter(({ signature }) => signature !== null);
    if (signed.length === 0) return [];
    // One operation for each sort of job, and each that names its webhook; those without a form where there are such, for they are shorter.
    const sorts = new Map<string, VerifiedOperation>();
    for (const operation of operations.toSorted(
      (a, b) => Number(a.form !== null) - Number(b.form !== null),
    )) {
      const job = operation.callbackProperty === null ? null : (operation.job ?? operation.batch?.job);
      const sort = JSON.stringify(job);
      if (job && !sorts.has(sort)) sorts.set(sort, operation);
    }
    return operations
      .filter(
        (operation) => operation.webhookProperties.length > 0 || [...sorts.values()].includes(operation),
      )
      .map((operation) => ({
        what: operation.id,
        operation,
        writes: true,
        run: (means) => listen(means, operation, signed),
      }));
  },
};

async function listen(
  means: Means,
  operation: VerifiedOperation,
  webhooks: readonly Webhook[],
): Promise<void> {
  const { isLocal, webhookSecret } = means.options;
  if (!isLocal || webhookSecret === null) return; // it could not reach us, or nothing could be told from it
  const received = await startReceiver();
  try {
    const maker = means.maker(operation);
    const least = maker.least();
    const body = { ...object(least.body), [operation.callbackProperty ?? ""]: received.url };
    const created = await means.send(
      maker.case({ ...least, body }, { intent: "positive", source: name, what: "with a webhook" }),
    );
    if (!created || !isSuccess(created)) return;
    let notification: Notification | null = null;
    let graceMs = mostGraceMs;
    for (let waitedMs = 0; waitedMs < patienceMs && !notification; waitedMs += stepMs) {
      notification = await Promise.race([received.first, means.sleep(stepMs).then(() => null)]);
      if (notification || !(await hasEnded(means, operation, created))) continue;
      graceMs -= stepMs;
      if (graceMs < 0) {
        means.tell("The job has ended, and no notification came.", [created]);
        return;
      }
    }
    if (!notification) return; // the job takes longer than we wait
    const { judge } = means.contract;
    const value: unknown = parsed(notification.body);
    const named = operation.webhookProperties.find(({ property }) => property === operation.callbackProperty);
    const webhook =
      webhooks.find(({ key }) => key === named?.webhook) ??
      webhooks.find(({ schema }) => judge.isValid(schema, value)) ??
      webhooks[0];
    if (!webhook?.signature) return;
    const faults = judge
      .faults(webhook.schema, value)
      .map(({ instancePath, message }) => `${instancePath} ${message}`);
    const unsigned = faultOfSignature(
      webhook.signature,
      headerOf(notification.headers, String(webhook.signature["header"])),
      notification.body,
      webhookSecret,
    );
    const unlike = (await isStillAtWork(means, operation, created))
      ? "A notification came, and the job itself is said to be at work still."
      : null;
    means.tell(unsigned ?? (faults.length > 0 ? `The notification ${faults[0]}.` : unlike), [created]);
  } finally {
    received.stop();
  }
}

/** Whether the job is seen to have ended, where there is an operation that shows it. */
async function hasEnded(means: Means, operation: VerifiedOperation, created: Exchange): Promise<boolean> {
  return (await statusOf(means, operation, created)) === "ended";
}

/** Whether it is seen at work long after a notification of its end. */
async function isStillAtWork(
  means: Means,
  operation: VerifiedOperation,
  created: Exchange,
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs <= mostGraceMs; waitedMs += stepMs) {
    if ((await statusOf(means, operation, created)) !== "at work") return false;
    await means.sleep(stepMs);
  }
  return true;
}

/** `unknown`: no operation shows it. */
async function statusOf(
  means: Means,
  operation: VerifiedOperation,
  created: Exchange,
): Promise<"ended" | "at work" | "unknown"> {
  const following = jobFollowingsOf(means.contract).find(({ from }) => from.id === operation.id);
  const seen = following && (await lookAt(means, following, created, name));
  const job = following?.to.job;
  if (!seen || !job || !isSuccess(seen)) return "unknown";
  const status = statusIn(job.statusProperty, seen);
  if (job.pending.includes(status)) return "at work";
  return [...job.succeeded, ...job.failed].includes(status) ? "ended" : "unknown";
}

interface Notification {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

async function startReceiver(): Promise<{ url: string; first: Promise<Notification>; stop: () => void }> {
  let arrived: (notification: Notification) => void = () => undefined;
  const first = new Promise<Notification>((done) => {
    arrived = done;
  });
  const server = createServer((incoming: IncomingMessage, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      outgoing.writeHead(200).end();
      const headers = Object.entries(incoming.headersDistinct).map(([name, values]): [string, string] => [
        name,
        (values ?? []).join(", "),
      ]);
      arrived({ headers, body: Buffer.concat(chunks) });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    first,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
