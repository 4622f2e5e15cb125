/** Webhooks that are signed in one way. */
export interface SignedWebhooks {
  readonly signature: SignatureScheme;
  readonly webhooks: readonly WebhookDescriptor[];
}

export interface SignatureScheme {
  /** Header of the signature: `<timestampField>=<time>,<signatureField>=<signature>`. */
  readonly header: string;
  readonly algorithm: "HMAC-SHA256";
  readonly encoding: "hex" | "base64";
  readonly timestampField: string;
  readonly signatureField: string;
  /** What is signed: text in which `{timestamp}` and `{body}` stand once each. */
  readonly signedPayload: string;
}

export interface WebhookDescriptor {
  readonly name: string;
  /** What its payloads look like; one shape is enough. */
  readonly shapes: readonly PayloadShape[];
}

/** As much of a payload's schema as tells it from the payloads of other webhooks. */
export interface PayloadShape {
  readonly kind: "object" | "array" | "any";
  /** Properties that an object has. */
  readonly required: readonly string[];
  /** The only values that a property may have, where it is there. */
  readonly tags: readonly PayloadTag[];
}

export interface PayloadTag {
  readonly property: string;
  readonly values: readonly (string | number | boolean | null)[];
}
