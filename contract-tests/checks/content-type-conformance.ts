import type { DeclaredAnswer } from "../support/answers.js";
import { headerOf } from "../verify/case.js";
import { answerFor } from "../verify/verified-contract.js";
import type { Check } from "./check.js";

export const contentTypeConformance: Check = {
  name: "content_type_conformance",
  severity: "error",
  promise: "Each body is of a media type that is declared for its status.",
  judge: ({ case: { operation, request }, response }) => {
    const declared = request.method === operation.method ? answerFor(operation, response.status) : null;
    if (!declared || request.method === "HEAD") return undefined;
    const sent = headerOf(response.headers, "content-type");
    if (declared.content.length === 0)
      return response.body.length === 0 ? null : `A body of ${sent ?? "no type"} where none is declared.`;
    if (sent === null)
      return response.body.length === 0 ? "The declared body is missing." : "The body has no Content-Type.";
    return contentOf(declared, sent)
      ? null
      : `${sent} is not declared for ${declared.status}; declared is ${declared.content.map((one) => one.mediaType).join(", ")}.`;
  },
};

/** The declared content that a Content-Type is of; ranges (`text/*`) count. */
export function contentOf(
  { content }: DeclaredAnswer,
  contentType: string,
): DeclaredAnswer["content"][number] | undefined {
  const sent = essence(contentType);
  return (
    content.find(({ mediaType }) => essence(mediaType) === sent) ??
    content.find(({ mediaType }) => isRangeOf(essence(mediaType), sent))
  );
}

function isRangeOf(range: string, sent: string): boolean {
  return range === "*/*" || (range.endsWith("/*") && sent.startsWith(range.slice(0, -1)));
}

/** A media type without its parameters. */
export function essence(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}
