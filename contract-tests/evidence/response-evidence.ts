import { textOf } from "../arbitraries/form-view.js";
import type { Schema } from "../support/contract.js";
import { differingValue, type Question } from "./differing-values.js";
import {
  type Evidence,
  type EvidenceFinding,
  type NoEvidence,
  none,
  type Refusal,
  type ResponseEvidence,
} from "./evidence.js";
import type { Content, JoinedContract, Placed, SideOperation, SideResponse } from "./joined-contract.js";
import { faultsOfBody, isText } from "./judge-request.js";
import { type MadeResponse, responseFor, surprisesIn } from "./judge-response.js";
import { contentFor, NoRequestError, smallValue, viewOf } from "./make-request.js";
import { hintsOf, isAbout, joinedPointer } from "./request-evidence.js";
import { keywordsOf } from "./rule-keywords.js";
import { faultsAsText } from "./text-values.js";

interface Pair {
  readonly from: SideOperation;
  readonly to: SideOperation;
}

/** An answer that the revision may give, and that who knows the base is not told of. */
export function responseEvidence(joined: JoinedContract, finding: EvidenceFinding, pair: Pair): Evidence {
  const spots = spotsOf(joined, pair, finding);
  let reason: string | null = null;
  for (const spot of spots) {
    try {
      const found = differingValue(joined, spot.question);
      const evidence =
        "reason" in found
          ? none(found.reason)
          : proved(joined, pair, spot.response(found.value), [spot.in], spot.name);
      if (evidence.kind === "response") return evidence;
      reason ??= evidence.reason;
    } catch (error) {
      if (!(error instanceof NoRequestError)) throw error;
      reason ??= error.message;
    }
  }
  if (reason !== null) return none(reason);
  for (const response of plainResponses(joined, pair)) {
    const evidence = proved(joined, pair, response, meantBy(finding), null);
    if (evidence.kind === "response") return evidence;
  }
  return none("In words only: what is gone can't be shown by an answer.");
}

function meantBy({ id }: EvidenceFinding): readonly Refusal["in"][] {
  if (/status/.test(id)) return ["status"];
  if (/header/.test(id)) return ["header"];
  return /media-type/.test(id) ? ["body"] : [];
}

interface Spot {
  readonly in: Refusal["in"];
  readonly name: string | null;
  readonly question: Question;
  readonly response: (value: unknown) => MadeResponse;
}

/** The schemas of answers that a finding may be about: the revision's make the values, the base's refuse them. */
function spotsOf(joined: JoinedContract, { from, to }: Pair, finding: EvidenceFinding): Spot[] {
  const pointers = { from: joinedPointer("revision", finding), to: joinedPointer("base", finding) };
  const shared = { pointers, keywords: keywordsOf(finding.id), hints: hintsOf(finding), examples: [] };
  const reaches = (one: Placed, other: Placed): boolean => isAbout(joined, one, other, pointers);
  const ofContent = (
    contents: readonly Content[],
    others: readonly Content[],
    make: (content: Content, body: unknown) => MadeResponse,
  ): Spot[] =>
    contents.flatMap((content) => {
      const other = contentFor(others, content.mediaType);
      if (!other || !reaches(content, other) || viewOf(joined, content)) return [];
      return [
        {
          in: "body",
          name: null,
          question: {
            ...shared,
            from: content.schema,
            to: other.schema,
            written: { from: content, to: other },
            examples: content.examples,
            place: "json",
            faults: (value) => faultsOfBody(joined, other, value),
            canBeSent: (value) => value !== undefined,
          },
          response: (value) => make(content, value),
        } satisfies Spot,
      ];
    });
  if (to.kind !== "operation")
    return ofContent(to.body?.content ?? [], from.body?.content ?? [], ({ mediaType }, body) => ({
      status: null,
      mediaType,
      headers: {},
      body,
    }));
  return to.responses.flatMap((response) => {
    const other = from.responses.find(({ status }) => status === response.status);
    if (!other) return [];
    const ofHeaders = response.headers.flatMap((header): Spot[] => {
      const was = other.headers.find(({ name }) => name.toLowerCase() === header.name.toLowerCase());
      if (!was || !reaches(header, was)) return [];
      return [
        {
          in: "header",
          name: was.name,
          question: {
            ...shared,
            from: header.schema,
            to: was.schema,
            written: { from: header, to: was },
            place: "header",
            faults: (value) => faultsAsText(joined.judge, was.schema, value),
            canBeSent: (value) => value !== undefined && value !== "",
          },
          response: (value) => {
            const least = leastResponse(joined, response, null);
            return { ...least, headers: { ...least.headers, [header.name]: value } };
          },
        },
      ];
    });
    const ofBody = ofContent(response.content, other.content, (content, body) => ({
      ...leastResponse(joined, response, null),
      mediaType: content.mediaType,
      body,
    }));
    return [...ofBody, ...ofHeaders];
  });
}

/** Of each status and media type of the revision one answer, with as little in it as may be. */
function* plainResponses(joined: JoinedContract, { from, to }: Pair): Generator<MadeResponse> {
  if (to.kind !== "operation") {
    for (const content of to.body?.content ?? [])
      yield {
        status: null,
        mediaType: concrete(content, from.body?.content ?? []),
        headers: {},
        body: sample(joined, content.schema),
      };
    return;
  }
  for (const response of to.responses) {
    const known = responseFor(from, response.status)?.content ?? [];
    for (const content of response.content.length > 0 ? response.content : [null])
      try {
        const least = leastResponse(joined, response, content);
        yield content ? { ...least, mediaType: concrete(content, known) } : least;
      } catch (error) {
        if (!(error instanceof NoRequestError)) throw error; // of others one can be made
      }
  }
}

/** A media type that falls under one of the revision, if it can be, and under none of the base. */
function concrete({ mediaType }: Content, known: readonly Content[]): string {
  if (!mediaType.includes("*")) return mediaType;
  const [type = "*"] = mediaType.split("/");
  const some =
    type === "*"
      ? ["application/json", "text/plain"]
      : [`${type}/json`, `${type}/octet-stream`, `${type}/plain`];
  return some.find((one) => !contentFor(known, one)) ?? some[0] ?? mediaType;
}

function leastResponse(
  joined: JoinedContract,
  { status, headers }: SideResponse,
  content: Content | null,
): MadeResponse {
  return {
    status: status === "DEFAULT" ? "500" : status.replace("XX", "00"),
    mediaType: content?.mediaType ?? null,
    headers: Object.fromEntries(
      headers.filter(({ required }) => required).map(({ name, schema }) => [name, sample(joined, schema)]),
    ),
    body: content ? sample(joined, content.schema) : undefined,
  };
}

function sample(joined: JoinedContract, schema: Schema): unknown {
  return smallValue(joined, [schema], () => true, "json");
}

/** The answer, if it is one of the revision and the base objects to what it is to object to. */
function proved(
  joined: JoinedContract,
  { from, to }: Pair,
  made: MadeResponse,
  places: readonly Refusal["in"][],
  name: string | null,
): ResponseEvidence | NoEvidence {
  if (surprisesIn(joined, to, made).length > 0) return none("No answer was found that the revision allows.");
  const refusals = surprisesIn(joined, from, made);
  const isMeant = (one: Refusal): boolean => places.includes(one.in) && (name === null || one.name === name);
  const meant = refusals.filter(isMeant);
  if (meant.length === 0) return none("In words only: such an answer was allowed before.");
  return {
    kind: "response",
    operation: to.title,
    status: made.status,
    mediaType: made.mediaType,
    headers: Object.entries(made.headers).map(([key, value]) => [key, [value].flat().map(textOf).join(",")]),
    body: isText(made.mediaType ?? "") && made.body !== undefined ? textOf(made.body) : made.body,
    refusals: [...meant, ...refusals.filter((one) => !isMeant(one))],
  };
}
