import type { SignatureScheme } from "./webhook-descriptors.js";

const digestBytes = 32;
/** Longer than any signature, even after a rotation of several secrets; what is longer is made to waste our time. */
const maxHeaderLength = 4096;

/** What a signature header says: the time as it stands there, and the signatures that could be one. */
interface SignatureHeader {
  readonly timestamp: string;
  readonly signatures: readonly Uint8Array[];
}

/** @returns `null` for what is not of the scheme's form */
export function parseSignature(value: string, scheme: SignatureScheme): SignatureHeader | null {
  if (value.length > maxHeaderLength) return null;
  const fields = value.split(",").map((part) => {
    const [name = "", ...text] = part.split("=");
    return { name: name.trim(), text: text.join("=").trim() };
  });
  const all = (field: string): string[] =>
    fields.filter(({ name }) => name === field).map(({ text }) => text);
  // A proxy may send the header twice; two times would leave open which of them was signed.
  const [timestamp, ...others] = new Set(all(scheme.timestampField));
  const signatures = all(scheme.signatureField).flatMap((text) => decode(text, scheme.encoding) ?? []);
  if (others.length > 0 || signatures.length === 0) return null;
  return timestamp !== undefined && /^\d{1,15}$/.test(timestamp) ? { timestamp, signatures } : null;
}

/** The signature header of a body. */
export async function writeSignature(
  body: Uint8Array,
  secret: string,
  timestamp: string,
  scheme: SignatureScheme,
): Promise<string> {
  const signature = encode(await digest(body, secret, timestamp, scheme), scheme.encoding);
  return `${scheme.timestampField}=${timestamp},${scheme.signatureField}=${signature}`;
}

/** Whether one of the signatures is that of the body by one of the secrets. How long it takes says nothing about which. */
export async function isSigned(
  body: Uint8Array,
  secrets: readonly string[],
  { timestamp, signatures }: SignatureHeader,
  scheme: SignatureScheme,
): Promise<boolean> {
  let found = false;
  for (const secret of secrets) {
    const expected = await digest(body, secret, timestamp, scheme);
    for (const signature of signatures) found = isEqual(signature, expected) || found;
  }
  return found;
}

/** The time in ms. A time in seconds has ten digits until the year 2286, one in milliseconds has had twelve since 1973. */
export function toMs(timestamp: string): number {
  const time = Number(timestamp);
  return time < 1e11 ? time * 1000 : time;
}

const encoder = new TextEncoder();

async function digest(
  body: Uint8Array,
  secret: string,
  timestamp: string,
  { signedPayload }: SignatureScheme,
): Promise<Uint8Array> {
  const [before = "", after = ""] = signedPayload
    .split("{body}")
    .map((text) => text.split("{timestamp}").join(timestamp));
  const [start, end] = [encoder.encode(before), encoder.encode(after)];
  const signed = new Uint8Array(start.length + body.length + end.length);
  signed.set(start);
  signed.set(body, start.length);
  signed.set(end, start.length + body.length);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, signed));
}

/** Looks at every byte, whatever the first ones say. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < b.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

function encode(bytes: Uint8Array, encoding: SignatureScheme["encoding"]): string {
  if (encoding === "base64") return btoa(String.fromCharCode(...bytes));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `null` for what can't be a digest. */
function decode(text: string, encoding: SignatureScheme["encoding"]): Uint8Array | null {
  if (encoding === "base64") {
    if (!/^[\w+/-]{43}=?$/.test(text)) return null;
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  }
  if (text.length !== digestBytes * 2 || !/^[\da-f]+$/i.test(text)) return null;
  return Uint8Array.from({ length: digestBytes }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}
