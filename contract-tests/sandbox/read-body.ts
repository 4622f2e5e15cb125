import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Fault } from "./fault.js";

/** A body that is not what it must be: too long, cut off, or not in its own format. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly rule: string;
  readonly fault: Fault;

  constructor(rule: string, fault: Fault) {
    super(fault.message);
    this.rule = rule;
    this.fault = fault;
  }
}

/** The most bytes of a body that the contract sets no limit for. */
export const defaultMaxBytes = 10 * 1024 * 1024;

/** @throws BodyError if it is longer than allowed, or its sender went away */
export function readBytes(request: IncomingMessage, maxBytes = defaultMaxBytes): Promise<Buffer> {
  if (Number(request.headers["content-length"]) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let ended = false;
    // All three stay: to take a listener away costs more than to call one that does nothing.
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes)
        fail(tooLarge(maxBytes)); // what is left is read and dropped, so that the answer can be read
      else chunks.push(chunk);
    });
    request.on("end", () => {
      ended = true;
      done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    request.on("close", () => {
      if (!ended) fail(cutOff()); // an error costs as much as all else here
    });
  });
}

/** @throws BodyError if it is no JSON */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new BodyError("json", { pointer: "", rule: "json", message: "is not in UTF-8" });
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch (error) {
    const said = error instanceof SyntaxError ? error.message.replace(/\s+/g, " ") : "too deep";
    throw new BodyError("json", { pointer: "", rule: "json", message: `is not JSON: ${said}` });
  }
}

function tooLarge(maxBytes: number): BodyError {
  return new BodyError("maxBytes", {
    pointer: "",
    rule: "maxBytes",
    message: `is larger than ${maxBytes} bytes`,
  });
}

function cutOff(): BodyError {
  return new BodyError("cutOff", { pointer: "", rule: "cutOff", message: "ended too early" });
}
