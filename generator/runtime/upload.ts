import { InvalidArgumentError } from "./errors.js";
import type { Fetch } from "./fetch.js";

/** How much of a request's body has been handed to the network: all its parts, and what stands between them. */
export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/** Tells how far an upload has come, in the layer right above the platform's fetch, and what Node hides of its failures. */
export function withUpload(fetch: Fetch): Fetch {
  return async (request, signal) => {
    const { body, call } = request;
    if (!(body instanceof Blob)) return fetch(request, signal);
    let sentBytes = 0;
    const tell = (bytes: number): void => {
      sentBytes += bytes;
      call.onUploadProgress?.({ sentBytes, totalBytes: body.size });
    };
    try {
      const watched = call.onUploadProgress ? { ...request, body: counted(body, tell) } : request;
      const response = await fetch(watched, signal);
      if (sentBytes === 0) tell(body.size); // the platform reads bodies its own way, as browsers do
      return response;
    } catch (error) {
      // Node's fetch says what went wrong only in the cause of its error.
      const { name, message } = ((error as Partial<Error> | null)?.cause ?? {}) as Partial<Error>;
      if (message === "unexpected redirect") return hiddenRedirect();
      if (name !== "NotReadableError") throw error;
      throw new InvalidArgumentError("request", "A file was changed or removed while it was being sent.");
    }
  };
}

const chunkBytes = 65_536;

/** A body that counts what is read of it, where the platform reads a `Blob` by its `stream`: in even steps, whatever it is made of. */
function counted(body: Blob, count: (bytes: number) => void): Blob {
  const stream = (): ReadableStream => {
    let at = 0;
    const pull = async (controller: ReadableStreamDefaultController): Promise<void> => {
      if (at >= body.size) return controller.close();
      const chunk = await body.slice(at, at + chunkBytes).arrayBuffer();
      controller.enqueue(new Uint8Array(chunk));
      at += chunk.byteLength;
      count(chunk.byteLength);
    };
    return new ReadableStream({ pull }, { highWaterMark: 0 });
  };
  return Object.defineProperty(body.slice(0, body.size, body.type), "stream", { value: stream });
}

/** What a browser answers with where it must not follow a redirect, and does not show it. */
function hiddenRedirect(): Response {
  return Object.defineProperty(Response.error(), "type", { value: "opaqueredirect" });
}
