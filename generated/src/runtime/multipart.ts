/** A part of a form: a text, or a file with its name. Its type is the file's own. */
export type FormPart = readonly [name: string, value: string | Blob, fileName?: string];

/**
 * A form as a body: a `Blob` that refers to its files without reading them, so that its size is known and it can be
 * sent again. The platform's own encoding of a `FormData` is not used: in Node 24 it ends the process when a file can't
 * be read to its end (nodejs/undici#5835), and its size is nobody's to know.
 */
export function encodeForm(parts: Iterable<FormPart>): Blob {
  const boundary = `form-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
  const pieces: (string | Blob)[] = [];
  for (const [name, value, fileName = ""] of parts) {
    pieces.push(`--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"`);
    if (typeof value !== "string") {
      const type = value.type || "application/octet-stream";
      pieces.push(`; filename="${escaped(fileName)}"\r\nContent-Type: ${type}`);
    }
    pieces.push("\r\n\r\n", value, "\r\n");
  }
  pieces.push(`--${boundary}--\r\n`);
  return new Blob(pieces, { type: `multipart/form-data; boundary=${boundary}` });
}

/** As HTML says that names in forms are written. */
function escaped(name: string): string {
  return name.replace(/["\r\n]/g, encodeURIComponent);
}
