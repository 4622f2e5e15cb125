/** A part of a form, as its bytes say. */
export interface RecordedPart {
  readonly name: string;
  readonly fileName: string | null;
  readonly contentType: string | null;
  readonly bytes: Buffer;
}

/** Reads `multipart/form-data` (RFC 7578) strictly: whatever is not as it must be is an error. */
export function parseMultipart(contentType: string, body: Buffer): RecordedPart[] {
  const boundary = /^multipart\/form-data; *boundary=("?)([^";]+)\1$/.exec(contentType)?.[2];
  if (boundary === undefined) throw new Error(`No boundary in content type "${contentType}".`);
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: RecordedPart[] = [];
  let at = 0;
  if (!startsWith(body, delimiter, at)) throw new Error("The body does not begin with its boundary.");
  for (;;) {
    at += delimiter.length;
    if (startsWith(body, Buffer.from("--"), at)) break;
    if (!startsWith(body, Buffer.from("\r\n"), at)) throw new Error("No line break behind a boundary.");
    const next = body.indexOf(Buffer.concat([Buffer.from("\r\n"), delimiter]), at);
    if (next === -1) throw new Error("The last boundary is missing.");
    parts.push(parsePart(body.subarray(at + 2, next)));
    at = next + 2;
  }
  const rest = body.subarray(at + 2).toString();
  if (rest !== "" && rest !== "\r\n") throw new Error(`Something follows the last boundary: ${rest}`);
  return parts;
}

function parsePart(part: Buffer): RecordedPart {
  const end = part.indexOf("\r\n\r\n");
  if (end === -1) throw new Error("A part has no end of its headers.");
  const headers = new Headers(
    part
      .subarray(0, end)
      .toString()
      .split("\r\n")
      .map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()].map(latin1) as [string, string];
      }),
  );
  const unknown = [...headers.keys()].filter(
    (name) => name !== "content-disposition" && name !== "content-type",
  );
  if (unknown.length > 0) throw new Error(`A part has a header ${unknown.join()}.`);
  const disposition = utf8(headers.get("content-disposition") ?? "");
  const match = /^form-data; name="([^"]*)"(?:; filename="([^"]*)")?$/.exec(disposition);
  if (!match) throw new Error(`A part has the content disposition ${disposition}.`);
  return {
    name: unescapeName(match[1] ?? ""),
    fileName: match[2] === undefined ? null : unescapeName(match[2]),
    contentType: headers.get("content-type"),
    bytes: part.subarray(end + 4),
  };
}

/** The three characters that WHATWG's form encoding escapes in names. */
function unescapeName(text: string): string {
  return text.replace(/%(22|0D|0A)/g, decodeURIComponent);
}

// `Headers` holds bytes only; names of files are UTF-8.
const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const utf8 = (text: string): string => Buffer.from(text, "latin1").toString("utf8");

function startsWith(body: Buffer, text: Buffer, at: number): boolean {
  return body.subarray(at, at + text.length).equals(text);
}
