import type { IncomingMessage } from "node:http";
import Busboy from "@fastify/busboy";
import { BodyError } from "./read-body.js";
import type { FormPart } from "./read-form.js";

/** A file of a form, as far as it is kept: of media only how it begins. */
export interface ReceivedFile {
  readonly part: string;
  readonly fileName: string | null;
  readonly contentType: string | null;
  readonly length: number;
  /** All of it where it holds lines to read, else its first bytes. */
  readonly bytes: Buffer;
}

export interface ReceivedForm {
  /** Text parts, in the order they came; a name may come twice. */
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  readonly files: readonly ReceivedFile[];
}

/** What of a media file is kept: enough to tell its kind. */
const keptBytes = 4096;
const maxTextBytes = 1024 * 1024;
const maxParts = 100;
const maxTotalTextBytes = 4 * maxTextBytes;
/** Of a file for which the contract sets no limit. */
const defaultMaxFileBytes = 100 * 1024 * 1024;

/**
 * Reads `multipart/form-data` as a stream; no more of it is held than the limits allow.
 *
 * @throws BodyError at the first fault: no boundary, a malformed part, one without a name, too large, cut off
 */
export function readMultipart(request: IncomingMessage, parts: readonly FormPart[]): Promise<ReceivedForm> {
  const boundary = boundaryOf(request.headers["content-type"] ?? "");
  if (boundary === null) return Promise.reject(wrong("boundary", "", "has no boundary in its content type"));
  return new Promise((done, fail) => {
    const texts: { name: string; text: string }[] = [];
    const files: ReceivedFile[] = [];
    let seen = 0;
    let open = 0;
    let named = 0;
    let textBytes = 0;
    let settled = false;
    const parser = new Busboy.Dicer({ boundary });
    const refuse = (error: BodyError): void => {
      if (settled) return;
      settled = true;
      request.unpipe(parser);
      request.resume(); // what is left is read and dropped, so that the answer can be read
      fail(error);
    };
    parser.on("part", (stream) => {
      seen += 1;
      open += 1;
      stream.on("error", () => refuse(wrong("multipart", "", "ends in the middle of a part")));
      if (seen > maxParts) return refuse(wrong("multipart", "", `has more than ${maxParts} parts`));
      stream.on("end", () => {
        open -= 1;
        settle();
      });
      stream.on("header", (headers: object) => {
        named += 1;
        const head = headOf(headers as Record<string, string[]>);
        if (typeof head === "string") return refuse(wrong("multipart", "", `has a part ${seen} ${head}`));
        const part = parts.find(({ name }) => name === head.name);
        const pointer = `/${head.name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        const isFile = head.fileName !== null || part?.kind === "file";
        const maxBytes = isFile ? (part?.maxBytes ?? defaultMaxFileBytes) : maxTextBytes;
        const keepAll = !isFile || (part !== undefined && part.lines !== null);
        const chunks: Buffer[] = [];
        let length = 0;
        let kept = 0;
        stream.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (!isFile) textBytes += chunk.length;
          if (length > maxBytes || textBytes > maxTotalTextBytes)
            return refuse(wrong("maxBytes", pointer, `is larger than ${maxBytes} bytes`));
          const wanted = keepAll ? chunk : chunk.subarray(0, keptBytes - kept);
          chunks.push(Buffer.from(wanted)); // a copy: the chunk would keep its whole buffer alive
          kept += wanted.length;
        });
        stream.prependListener("end", () => {
          const bytes = Buffer.concat(chunks);
          if (isFile)
            files.push({
              part: head.name,
              fileName: head.fileName,
              contentType: head.contentType,
              length,
              bytes,
            });
          else texts.push({ name: head.name, text: bytes.toString("utf8") });
        });
      });
    });
    parser.on("error", (error) => refuse(wrong("multipart", "", `is malformed: ${error.message}`)));
    let finished = false;
    /** Dicer may say that it has finished while a part is still being read. */
    const settle = (): void => {
      if (settled || !finished || open > 0) return;
      settled = true;
      // Only then is the connection free for the next request.
      request.unpipe(parser);
      const tell = (): void =>
        seen === 0 ? fail(wrong("multipart", "", "has no part")) : done({ texts, files });
      if (request.readableEnded || request.destroyed) tell();
      else request.once("end", tell).once("close", tell).resume();
    };
    parser.on("finish", () => {
      finished = true;
      // No one reads a part without headers, so its end would never come.
      if (named < seen) refuse(wrong("multipart", "", "has a part without the end of its headers"));
      settle();
    });
    request.once("aborted", () => refuse(wrong("cutOff", "", "ended too early")));
    request.once("error", () => refuse(wrong("cutOff", "", "ended too early")));
    request.pipe(parser);
  });
}

function wrong(rule: string, pointer: string, message: string): BodyError {
  return new BodyError(rule, { pointer, rule, message });
}

function boundaryOf(contentType: string): string | null {
  const match = /;\s*boundary=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(contentType);
  const boundary = (match?.[1] ?? match?.[2] ?? "").replace(/\\(.)/g, "$1");
  return boundary === "" || boundary.length > 70 ? null : boundary; // RFC 2046: at most 70 characters
}

interface Head {
  readonly name: string;
  readonly fileName: string | null;
  readonly contentType: string | null;
}

/** @returns what is wrong, if it is not as it must be */
function headOf(headers: Record<string, string[]>): Head | string {
  const [disposition] = headers["content-disposition"] ?? [];
  if (disposition === undefined) return "without a Content-Disposition";
  if (!/^form-data\s*(;|$)/i.test(disposition)) return "whose Content-Disposition is not form-data";
  const parameters = parametersOf(utf8(disposition));
  const name = parameters.get("name");
  if (name === undefined || name === "") return "without a name";
  const extended = /^utf-8''(.*)$/i.exec(parameters.get("filename*") ?? "")?.[1];
  return {
    name,
    fileName: extended === undefined ? (parameters.get("filename") ?? null) : loose(extended),
    contentType: headers["content-type"]?.[0]?.split(";")[0]?.trim().toLowerCase() ?? null,
  };
}

/** Quoted values may hold semicolons, and quotes as `\"` or, as browsers send them, `%22`. */
function parametersOf(disposition: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", quoted, plain] of disposition.matchAll(
    /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g,
  )) {
    const value =
      quoted?.replace(/\\(["\\])/g, "$1").replace(/%(22|0D|0A)/gi, decodeURIComponent) ?? plain ?? "";
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), value);
  }
  return found;
}

const utf8 = (text: string): string => Buffer.from(text, "latin1").toString("utf8");

function loose(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
