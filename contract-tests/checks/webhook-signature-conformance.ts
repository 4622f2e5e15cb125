import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { object } from "../support/contract.js";
import { headerOf } from "../verify/case.js";
import type { VerifiedOperation, Webhook } from "../verify/verified-contract.js";
import type { Check, Means } from "./check.js";
import { isSuccess } from "./links.js";
import { faultOfSignature } from "./webhook-signature.js";

/** How long a notification is waited for. */
const patienceMs = 5000;

export const webhookSignatureConformance: Check = {
  name: "webhook_signature_conformance",
  severity: "error",
  promise: "A notification is valid by its schema, and signed as the contract says.",
  scenarios: ({ operations, webhooks }) => {
    const signed = webhooks.filter(({ signature }) => signature !== null);
    if (signed.length === 0) return [];
    return operations
      .filter((operation) => operation.job && !operation.form && operation.callbackProperty !== null)
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
      maker.case(
        { ...least, body },
        { intent: "positive", source: "webhook_signature_conformance", what: "with a webhook" },
      ),
    );
    if (!created || !isSuccess(created)) return;
    const notification = await Promise.race([received.first, means.sleep(patienceMs).then(() => null)]);
    if (!notification) return;
    const { judge } = means.contract;
    const value: unknown = parsed(notification.body);
    const webhook = webhooks.find(({ schema }) => judge.isValid(schema, value)) ?? webhooks[0];
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
    means.tell(unsigned ?? (faults.length > 0 ? `The notification ${faults[0]}.` : null), [created]);
  } finally {
    received.stop();
  }
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
