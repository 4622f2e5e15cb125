/** How long media are whose name says nothing. */
export const defaultMediaSeconds = 10;

/**
 * How long the media of a request last. Nothing is fetched: an address says it itself, as `…/talk-12s.mp4` or
 * `…/talk.mp4?seconds=12`. The longest counts.
 */
export function mediaSeconds(body: unknown): number {
  const lengths = addressesIn(body).flatMap((url) => {
    const seconds = secondsOf(url);
    return seconds === null ? [] : [seconds];
  });
  return lengths.length === 0 ? defaultMediaSeconds : Math.max(...lengths);
}

/** All web addresses in a value, wherever they stand. */
export function addressesIn(value: unknown): string[] {
  const found: string[] = [];
  addAddresses(value, found);
  return found;
}

function addAddresses(value: unknown, found: string[]): void {
  if (typeof value === "string") {
    if (/^https?:\/\//i.test(value)) found.push(value);
  } else if (typeof value === "object" && value !== null)
    for (const part of Object.values(value)) addAddresses(part, found);
}

function secondsOf(address: string): number | null {
  if (!/seconds|\ds/i.test(address) || !URL.canParse(address)) return null;
  const { pathname, searchParams } = new URL(address);
  const given = searchParams.get("seconds");
  const text = given ?? /(?:^|[^\d.a-z])(\d+(?:\.\d+)?)s(?:\.\w+)?$/i.exec(pathname)?.[1];
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
