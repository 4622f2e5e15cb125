import { expect, it } from "vitest";
import { ApiError } from "../errors.js";
import { WebhookBodyError, WebhookVerificationError } from "./webhook-errors.js";

it.each([
  ["missing-signature", "The webhook has no signature."],
  ["malformed-signature", "The webhook's signature header is not in the form that the contract says."],
  ["malformed-payload", "The webhook's signature is right, but its body is not JSON."],
] as const)("%s", (reason, message) => {
  const error = new WebhookVerificationError(reason);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ name: "WebhookVerificationError", reason, message });
});

it.each([
  ["body-too-large", 413, "The webhook's body is larger than `maxBytes`."],
  ["body-too-slow", 408, "The webhook's body did not come within `timeoutMs`."],
  ["body-cut-off", 400, "The connection broke before the webhook's body had come."],
  ["body-already-read", 500, expect.stringContaining("in Express mount it before `express.json()`")],
] as const)("%s", (reason, status, message) => {
  const error = new WebhookBodyError(reason);
  expect(error).toMatchObject({ name: "WebhookBodyError", reason, status, message });
  expect("cause" in error).toBe(false);
  const cause = new Error("c");
  expect(new WebhookBodyError(reason, cause).cause).toBe(cause);
});
