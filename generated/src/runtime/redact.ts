/** Strikes secrets out of whatever may end up in an error or a log. */
export interface Redact {
  text(text: string): string;
  headers(headers: Headers): Headers;
  /** A JSON value with the secrets struck out of every string and key. */
  json(value: unknown): unknown;
  /** What a `fetch` threw, as an error that is safe to keep as a cause: words only, nothing it may have hung on it. */
  cause(thrown: unknown): Error;
}

const struckOut = "[redacted]";
const maxCauses = 5;
/** What an error's body holds below this depth nobody looks at, and it could be nested so deeply as to fill the stack. */
const maxDepth = 200;

export function redacting(secrets: readonly string[]): Redact {
  const text = (value: string): string =>
    secrets.reduce((clean, secret) => clean.replaceAll(secret, struckOut), value);
  const json = (value: unknown, depth = 0): unknown => {
    if (typeof value === "string") return text(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth === maxDepth) return struckOut;
    if (Array.isArray(value)) return value.map((item) => json(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [text(key), json(part, depth + 1)]));
  };
  const cause = (thrown: unknown, depth = 0): Error => {
    if (!(thrown instanceof Error))
      return new Error(text(typeof thrown === "object" ? "not an Error" : String(thrown)));
    const inner =
      thrown.cause === undefined || depth === maxCauses ? {} : { cause: cause(thrown.cause, depth + 1) };
    const copy = new Error(text(thrown.message), inner);
    copy.name = text(thrown.name);
    if (thrown.stack !== undefined) copy.stack = text(thrown.stack);
    if ("code" in thrown && typeof thrown.code === "string") Object.assign(copy, { code: text(thrown.code) });
    return copy;
  };
  return {
    text,
    headers: (headers) =>
      new Headers([...headers].map(([name, value]): [string, string] => [text(name), text(value)])),
    json: (value) => (secrets.length === 0 ? value : json(value)),
    cause: (thrown) => cause(thrown),
  };
}

/** The beginning of a text on one line, with nothing a terminal would obey. Redact first: half a secret is not struck out. */
export function sampleOf(text: string, length = 200): string {
  const plain = text
    .slice(0, length * 4)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ")
    .trim();
  return plain.length > length ? `${plain.slice(0, length)}…` : plain;
}
