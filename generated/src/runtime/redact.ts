/** Strikes a secret out of whatever may end up in an error or a log. */
export interface Redact {
  text(text: string): string;
  headers(headers: Headers): Headers;
  /** A JSON value with the secret struck out of every string and key. */
  json(value: unknown): unknown;
  error(error: unknown): unknown;
}

const struckOut = "[redacted]";

export function redacting(secret: string | null): Redact {
  const text = (value: string): string => (secret === null ? value : value.replaceAll(secret, struckOut));
  const json = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(json);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [text(key), json(part)]));
  };
  const error = (value: unknown): unknown => {
    if (!(value instanceof Error) || secret === null) return value;
    const copy = new Error(
      text(value.message),
      value.cause === undefined ? {} : { cause: error(value.cause) },
    );
    copy.name = value.name;
    if (value.stack !== undefined) copy.stack = text(value.stack);
    if ("code" in value) Object.assign(copy, { code: value.code });
    return copy;
  };
  return {
    text,
    headers: (headers) =>
      new Headers([...headers].map(([name, value]): [string, string] => [name, text(value)])),
    json: (value) => (secret === null ? value : json(value)),
    error,
  };
}

/** The beginning of a text on one line, with nothing a terminal would obey. */
export function sampleOf(text: string, length = 200): string {
  const plain = text
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ")
    .trim();
  return plain.length > length ? `${plain.slice(0, length)}…` : plain;
}
