import { object } from "../support/contract.js";
import type { Arguments } from "../verify/case.js";
import type { VerifiedOperation } from "../verify/verified-contract.js";

const isAddress = (value: unknown): value is string =>
  typeof value === "string" && /^https?:\/\//i.test(value);

/**
 * The same value with media that last so many seconds: their addresses say it, `…/clip.mp4?seconds=12`, which the sandbox reads.
 * A server that fetches them finds what is there, so its answers must be compared with each other before they say anything.
 */
export function lasting(value: unknown, seconds: number): unknown {
  return withAddresses(value, (address) => {
    const url = new URL(address);
    url.searchParams.set("seconds", String(seconds));
    return url.href;
  });
}

/** A host that no one can ever have (RFC 6761), and a file that is not there. */
export function unreachable(value: unknown): unknown {
  return withAddresses(value, () => "https://sandbox.invalid/inaccessible.mp4");
}

export function hasAddresses(value: unknown): boolean {
  let found = false;
  withAddresses(value, (address) => {
    found = true;
    return address;
  });
  return found;
}

/** Arguments whose media last so long; `null` where they name none. Addresses of webhooks are left alone. */
export function withMediaOf(
  operation: VerifiedOperation,
  args: Arguments,
  seconds: number,
): Arguments | null {
  return withMedia(operation, args, (value) => lasting(value, seconds));
}

export function withMedia(
  { callbackProperty }: VerifiedOperation,
  args: Arguments,
  change: (value: unknown) => unknown,
): Arguments | null {
  const { [callbackProperty ?? ""]: callback, ...media } = object(args.body);
  if (!hasAddresses(media)) return null;
  const changed = object(change(media));
  return {
    ...args,
    body: callback === undefined ? changed : { ...changed, [callbackProperty ?? ""]: callback },
  };
}

function withAddresses(value: unknown, change: (address: string) => string): unknown {
  if (isAddress(value)) return URL.canParse(value) ? change(value) : value;
  if (Array.isArray(value)) return value.map((one) => withAddresses(one, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withAddresses(one, change)]));
}
