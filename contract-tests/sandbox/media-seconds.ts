/** How long media are whose name says nothing. */
const defaultMediaSeconds = 10;

/**
 * How long the media of a request last. Nothing is fetched: an address says it itself, as `…/talk-12s.mp4` or
 * `…/talk.mp4?seconds=12`. The longest counts.
 */
export function mediaSeconds(addresses: readonly string[]): number {
  let longest: number | null = null;
  for (const address of addresses) {
    const seconds = secondsOf(address);
    if (seconds !== null && (longest === null || seconds > longest)) longest = seconds;
  }
  return longest ?? defaultMediaSeconds;
}

/** All web addresses in a value, wherever they stand. */
export function addressesIn(value: unknown): string[] {
  const found: string[] = [];
  const visit = (one: unknown): void => {
    if (typeof one === "string") {
      if (/^https?:\/\//i.test(one)) found.push(one);
    } else if (typeof one === "object" && one !== null) for (const part of Object.values(one)) visit(part);
  };
  visit(value);
  return found;
}

function secondsOf(address: string): number | null {
  if (!/\ds|seconds=/i.test(address) || !URL.canParse(address)) return null;
  const { pathname, searchParams } = new URL(address);
  const given = searchParams.get("seconds");
  const text = given ?? /(?:^|[^\d.a-z])(\d+(?:\.\d+)?)s(?:\.\w+)?$/i.exec(pathname)?.[1];
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
