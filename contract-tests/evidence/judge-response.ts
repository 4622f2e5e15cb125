import { object } from "../support/contract.js";
import type { Refusal } from "./evidence.js";
import type { Content, JoinedContract, SideOperation, SideResponse } from "./joined-contract.js";
import { asRefusal, faultsOfBody, refusal } from "./judge-request.js";
import { contentFor } from "./make-request.js";
import { faultsAsText } from "./text-values.js";

/** An answer, or what a webhook or a callback sends. */
export interface MadeResponse {
  /** `null`: it is no answer. */
  readonly status: string | null;
  readonly mediaType: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** All that a side has not said of an answer. */
export function surprisesIn(
  joined: JoinedContract,
  operation: SideOperation,
  response: MadeResponse,
): readonly Refusal[] {
  const { status, mediaType, headers, body } = response;
  if (status === null) return ofContent(joined, operation.body?.content ?? [], mediaType, body);
  const declared = responseFor(operation, status);
  if (!declared) {
    const known = operation.responses.map((one) => one.status).join(", ");
    return [refusal("status", "responses", `must be ${known || "one that is declared"}, not ${status}`)];
  }
  return [
    ...declared.headers.flatMap((header): Refusal[] => {
      const name = Object.keys(headers).find((one) => one.toLowerCase() === header.name.toLowerCase());
      const place = { in: "header", name: header.name, pointer: "" } as const;
      if (name === undefined)
        return header.required ? [{ ...place, keyword: "required", message: "is required" }] : [];
      return faultsAsText(joined.judge, header.schema, object(headers)[name]).map((fault) =>
        asRefusal("header", header.name, fault),
      );
    }),
    ...ofContent(joined, declared.content, mediaType, body),
  ];
}

function ofContent(
  joined: JoinedContract,
  contents: readonly Content[],
  mediaType: string | null,
  body: unknown,
): Refusal[] {
  if (mediaType === null || contents.length === 0) return [];
  const content = contentFor(contents, mediaType);
  if (content) return faultsOfBody(joined, content, body).map((fault) => asRefusal("body", null, fault));
  const known = contents.map((one) => one.mediaType).join(", ");
  return [refusal("body", "content", `must be ${known}, not ${mediaType}`)];
}

/** What is declared for a status: exactly, by its hundred, or by default. */
export function responseFor({ responses }: SideOperation, status: string): SideResponse | null {
  const of = (key: string): SideResponse | undefined => responses.find((one) => one.status === key);
  return of(status) ?? of(`${status.slice(0, 1)}XX`) ?? of("DEFAULT") ?? null;
}
