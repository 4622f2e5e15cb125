import { sign } from "sync-api-client/webhooks";

export const webhookSecret = "whsec_examples";

/** Sends a webhook as the API does, and returns the status of the answer. */
export async function sendWebhook(
  address: string,
  payload: unknown,
  secret = webhookSecret,
): Promise<number> {
  const body = JSON.stringify(payload);
  const headers = { "content-type": "application/json", "sync-signature": await sign(body, secret) };
  const { status } = await fetch(address, { method: "POST", headers, body });
  return status;
}
