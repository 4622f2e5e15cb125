import type { ReceivedForm } from "./read-multipart.js";

const boundary = "specwright-sandbox-boundary";

/**
 * The form anew, well formed and small: one byte stands for each file. It is for judges that can't read large or odd
 * forms; its bytes are the same for the same form.
 */
export function sanitizedForm({ texts, files }: ReceivedForm): {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
} {
  const part = (name: string, more: string, content: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${plain(name)}"${more}\r\n\r\n${content}\r\n`;
  const text = [
    ...texts.map((one) => part(one.name, "", one.text.replaceAll(`--${boundary}`, "--"))),
    ...files.map((one) => part(one.part, '; filename="file"\r\nContent-Type: application/octet-stream', "x")),
    `--${boundary}--\r\n`,
  ].join("");
  const body = Buffer.from(text);
  return {
    body,
    headers: {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": String(body.length),
    },
  };
}

const plain = (name: string): string => name.replace(/["\r\n;\\]/g, "_");
