import type { IncomingMessage } from "node:http";
import type { FormChecker } from "./check-form.js";
import type { Fault } from "./fault.js";
import { isJson } from "./prefer.js";
import { parseJson, readBytes } from "./read-body.js";
import { type ReceivedFile, readMultipart } from "./read-multipart.js";
import type { BodyKind } from "./sandbox-contract.js";
import { sanitizedForm } from "./sanitized-form.js";
import type { Check } from "./validators.js";

/** How one kind of body is read. */
export interface BodyReader {
  readonly kind: BodyKind;
  readonly check: Check;
  readonly form: FormChecker | null;
}

/** A body as it was understood. */
export interface ReadBody {
  readonly value: unknown;
  readonly files: readonly ReceivedFile[];
  /** By which the same request is known again. */
  readonly bytes: Buffer;
  readonly forJudge:
    | { readonly body: unknown; readonly headers: Readonly<Record<string, string>> }
    | undefined;
  readonly faults: readonly Fault[];
}

/** Whether a request says that it has a body. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return length === undefined ? headers["transfer-encoding"] !== undefined : Number(length) > 0;
}

/**
 * Reads a body and checks it.
 *
 * @throws BodyError if it is not what its media type says
 */
export async function readAs({ kind, check, form }: BodyReader, request: IncomingMessage): Promise<ReadBody> {
  if (form && kind.mediaType === "multipart/form-data") {
    const received = await readMultipart(request, kind.parts ?? []);
    const { value, faults } = form.check(received);
    const forJudge = sanitizedForm(received);
    const told = received.files.map(({ length, bytes }) => [length, bytes.toString("base64")]);
    const bytes = Buffer.concat([forJudge.body, Buffer.from(JSON.stringify(told))]);
    return { value, files: received.files, bytes, forJudge, faults };
  }
  const bytes = await readBytes(request);
  if (form) {
    const texts = [...new URLSearchParams(bytes.toString("utf8"))].map(([name, text]) => ({ name, text }));
    const { value, faults } = form.check({ texts, files: [] });
    return { value, files: [], bytes, forJudge: { body: bytes.toString("utf8"), headers: {} }, faults };
  }
  if (!isJson(kind.mediaType)) {
    const text = bytes.toString("utf8");
    return {
      value: text,
      files: [],
      bytes,
      forJudge: { body: text, headers: {} },
      faults: kind.mediaType.startsWith("text/") ? (check(text) ?? []) : [],
    };
  }
  const value = parseJson(bytes);
  const faults = check(value) ?? noFaults;
  return { value, files: noFiles, bytes, forJudge: { body: value, headers: noHeaders }, faults };
}

const noFaults: readonly Fault[] = [];
const noFiles: readonly ReceivedFile[] = [];
const noHeaders: Readonly<Record<string, string>> = {};

/** The type and subtype, in small letters; `null` if it is none. */
export function mediaTypeOf(contentType: string | undefined): string | null {
  const [type] = (contentType ?? "").split(";");
  const text = type?.trim().toLowerCase() ?? "";
  return text === "" ? null : text;
}

/** Whether a declared media type, perhaps with a `*`, covers the one that was sent. */
export function matchesMediaType(declared: string, sent: string | null): boolean {
  const [type = ""] = declared.split(";");
  if (type === "*/*") return true;
  if (sent === null) return false;
  if (type.endsWith("/*")) return sent.startsWith(type.slice(0, -1));
  return sent === type.trim();
}
