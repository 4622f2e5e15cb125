import type { Evidence, NoEvidence, RequestEvidence, ResponseEvidence } from "./evidence.js";

/** Longer bodies are told by their length. */
const longestBody = 8000;

export interface ReportedRequest extends Omit<RequestEvidence, "request" | "credentials" | "server"> {
  readonly request: Omit<RequestEvidence["request"], "body"> & {
    readonly body: string | null;
    readonly bodyBytes: number;
  };
}

export interface ReportedResponse extends Pick<ResponseEvidence, "kind" | "operation" | "refusals"> {
  readonly response: Pick<ResponseEvidence, "status" | "mediaType" | "headers"> & {
    readonly body: string | null;
  };
}

/** Evidence as plain JSON, for reports. */
export function reportedEvidence(evidence: Evidence): ReportedRequest | ReportedResponse | NoEvidence {
  if (evidence.kind === "none") return evidence;
  if (evidence.kind === "response") {
    const { kind, operation, refusals, status, mediaType, headers, body } = evidence;
    const text = body === undefined ? null : JSON.stringify(body);
    return { kind, operation, response: { status, mediaType, headers, body: text }, refusals };
  }
  const { request, credentials: _, server: __, ...shown } = evidence;
  const { body, ...rest } = request;
  const text = body?.toString("utf8") ?? "";
  const isShown = body !== null && body.length <= longestBody && Buffer.from(text, "utf8").equals(body);
  return { ...shown, request: { ...rest, body: isShown ? text : null, bodyBytes: body?.length ?? 0 } };
}
