import { object } from "../support/contract.js";
import { unescapeToken } from "../support/pointer.js";
import { canMakeBody } from "../verify/encode-request.js";
import { differingValue, type Question } from "./differing-values.js";
import {
  type Evidence,
  type EvidenceFinding,
  type NoEvidence,
  none,
  type Refusal,
  type RequestEvidence,
} from "./evidence.js";
import {
  isSameParameter,
  type JoinedContract,
  type Placed,
  type ScopedCredential,
  type SideOperation,
} from "./joined-contract.js";
import { essenceOf, faultsOfBody, isText, refusalsOf } from "./judge-request.js";
import {
  contentFor,
  leastRequest,
  letsIn,
  type MadeRequest,
  NoRequestError,
  type OperationPair,
  otherContent,
  viewOf,
  withBody,
  withParameter,
  written,
} from "./make-request.js";
import { keywordsOf } from "./rule-keywords.js";
import { placeOf, placesIn } from "./schema-places.js";
import { curlOf } from "./show-request.js";
import { canBeWritten, faultsAsText, placeOfText } from "./text-values.js";

/** A request that the base's callers may send, and that the revision refuses for what the finding says. */
export function requestEvidence(
  joined: JoinedContract,
  finding: EvidenceFinding,
  pair: OperationPair,
): Evidence {
  const { from, to } = pair;
  if (to === null) return proved(joined, leastRequest(joined, pair), ["operation"]);
  const spots = spotsOf(joined, { from, to }, finding);
  const reasons: string[] = [];
  for (const spot of spots) {
    try {
      const found = differingValue(joined, spot.question);
      if ("reason" in found) {
        reasons.push(found.reason);
        continue;
      }
      const evidence = proved(joined, spot.request(found.value), [spot.in], spot.name);
      if (evidence.kind === "request") return evidence;
      reasons.push(evidence.reason);
    } catch (error) {
      if (!(error instanceof NoRequestError)) throw error;
      reasons.push(error.message);
    }
  }
  if (spots.length > 0) return none(reasons[0] ?? "Nothing was found.");
  return ofOperation(joined, { from, to }, finding);
}

/** A schema of a request that the finding may be about, and the request that a value of it makes. */
interface Spot {
  readonly in: Refusal["in"];
  readonly name: string | null;
  readonly question: Question;
  readonly request: (value: unknown) => MadeRequest;
}

function spotsOf(
  joined: JoinedContract,
  pair: OperationPair & { to: SideOperation },
  finding: EvidenceFinding,
): Spot[] {
  const { from, to } = pair;
  const pointers = { from: joinedPointer("base", finding), to: joinedPointer("revision", finding) };
  const reaches = (one: Placed, other: Placed): boolean => isAbout(joined, one, other, pointers);
  const shared = { pointers, keywords: keywordsOf(finding.id), hints: hintsOf(finding) };
  const ofParameters = from.parameters.flatMap((parameter): Spot[] => {
    const other = to.parameters.find((one) => isSameParameter(one, parameter));
    if (!other || !reaches(parameter, other)) return [];
    return [
      {
        in: parameter.in,
        name: parameter.name,
        question: {
          ...shared,
          from: parameter.schema,
          to: other.schema,
          written: { from: parameter, to: other },
          examples: [],
          place: parameter.mediaType === null ? placeOfText(parameter) : "json",
          faults: (value) =>
            parameter.mediaType === null
              ? faultsAsText(joined.judge, other.schema, value)
              : joined.judge.faults(other.schema, value),
          canBeSent: (value) => canBeWritten(joined.judge, parameter, value),
        },
        request: (value) => withParameter(leastRequest(joined, pair), parameter, value),
      },
    ];
  });
  const ofBodies = (from.body?.content ?? []).flatMap((content): Spot[] => {
    const other = otherContent(to, content);
    if (!other || !(reaches(content, other) || finding.id === "request-body-media-type-schema-added"))
      return [];
    const [view, otherView] = [viewOf(joined, content), viewOf(joined, other)];
    return [
      {
        in: "body",
        name: null,
        question: {
          ...shared,
          from: view?.schema ?? content.schema,
          to: otherView?.schema ?? other.schema,
          written: { from: content, to: other },
          examples: view ? [] : content.examples,
          place: "json",
          faults: (value) => faultsOfBody(joined, other, value),
          canBeSent: (value) => value !== undefined && (!isText(content.mediaType) || !view),
        },
        request: (value) => {
          if (!canMakeBody(essenceOf(content.mediaType)) && !isLoose(content.mediaType))
            throw new NoRequestError(`Bodies of ${content.mediaType} are not made here.`);
          return withBody(leastRequest(joined, pair, content), content, value);
        },
      },
    ];
  });
  return [...ofParameters, ...ofBodies];
}

const isLoose = (mediaType: string): boolean => mediaType.includes("*") || mediaType.startsWith("text/");

/** Whether a finding's places are in the schemas of this place. */
export function isAbout(
  { judge }: JoinedContract,
  from: Placed,
  to: Placed,
  pointers: { readonly from: string | null; readonly to: string | null },
): boolean {
  return (
    placeOf(placesIn(from, judge.follow), pointers.from) !== null ||
    placeOf(placesIn(to, judge.follow), pointers.to) !== null
  );
}

export function joinedPointer(side: "base" | "revision", { pointers }: EvidenceFinding): string | null {
  const pointer = pointers[side];
  return pointer === null ? null : `#/${side}${pointer.slice(1)}`;
}

export const hintsOf = ({ before, after }: EvidenceFinding): unknown[] =>
  [before, after].filter((value) => value !== null && value !== undefined);

/** What is changed beside the schemas: whether a part must be sent, how, and by whom. */
function ofOperation(
  joined: JoinedContract,
  pair: OperationPair & { to: SideOperation },
  finding: EvidenceFinding,
): Evidence {
  const { from, to } = pair;
  const least = leastRequest(joined, pair);
  const pointer = joinedPointer("revision", finding);
  const parameter = to.parameters.find((one) => pointer !== null && one.pointer.startsWith(`${pointer}/`));
  const old = parameter && from.parameters.find((one) => isSameParameter(one, parameter));
  if (/security|scope/.test(finding.id)) return ofSecurity(joined, pair, least);
  if (finding.id.startsWith("request-part-")) return ofPart(joined, pair, finding);
  if (finding.id === "server-removed")
    return proved(joined, { ...least, server: String(finding.before) }, ["server"]);
  if (finding.id === "request-body-media-type-removed") {
    const content = from.body?.content.find((one) => contentFor([one], String(finding.before).toLowerCase()));
    return content
      ? proved(joined, leastRequest(joined, pair, content), ["body"])
      : none("The media type is not found.");
  }
  if (/^request-body/.test(finding.id)) return proved(joined, withBody(least, null, undefined), ["body"]);
  if (!parameter) return proved(joined, least, ["path", "query", "header", "cookie", "operation"]);
  const without = old ? withParameter(least, old, undefined) : least;
  const missing = proved(joined, without, [parameter.in], parameter.name);
  if (missing.kind === "request" || !old) return missing;
  return otherwiseWritten(joined, pair, old.name) ?? missing;
}

/** A form with a part of a type that is no longer taken, or without a header that is now asked for. */
function ofPart(
  joined: JoinedContract,
  pair: OperationPair & { to: SideOperation },
  { id, pointers, before, after }: EvidenceFinding,
): Evidence {
  const content = pair.from.body?.content.find(({ mediaType }) => mediaType.startsWith("multipart/"));
  const token = /\/encoding\/([^/]+)$/.exec(pointers.revision ?? pointers.base ?? "")?.[1];
  const name = token === undefined ? undefined : unescapeToken(token);
  if (!content || name === undefined) return none("In words only: such forms are not made here.");
  const least = leastRequest(joined, pair, content);
  const part = viewOf(joined, content)?.parts.find((one) => one.name === name);
  const withPart = {
    ...object(least.args.body),
    [name]: object(least.args.body)[name] ?? (part?.repeated ? ["a"] : "a"),
  };
  if (id === "request-part-header-became-required") {
    const objection = { in: "body", name, pointer: `/${name}`, keyword: "headers" } as const;
    return shown(joined, withBody(least, content, withPart), [
      { ...objection, message: `must have the header ${String(after)}` },
    ]);
  }
  if (id === "request-part-style-changed" || part?.kind !== "file")
    return none("In words only: how a part of text is written is not looked at by servers of all kinds.");
  const contentType = before === null ? "application/octet-stream" : String(before);
  const form = { ...content, encoding: { ...content.encoding, [name]: { contentType } } };
  const allowed = String(
    after ??
      pair.to.body?.content.find(({ mediaType }) => mediaType === content.mediaType)?.encoding[name]
        ?.contentType,
  );
  return shown(joined, withBody(least, form, withPart), [
    {
      in: "body",
      name,
      pointer: `/${name}`,
      keyword: "contentType",
      message: `must be ${allowed}, not ${contentType}`,
    },
  ]);
}

/** A value that is read otherwise, or not at all, since the style is another. */
function otherwiseWritten(joined: JoinedContract, pair: OperationPair, name: string): Evidence | null {
  const parameter = pair.from.parameters.find((one) => one.name === name);
  if (!parameter) return null;
  const least = leastRequest(joined, {
    ...pair,
    from: {
      ...pair.from,
      parameters: pair.from.parameters.map((one) => (one === parameter ? { ...one, required: true } : one)),
    },
  });
  for (const value of [
    least.args[parameter.in as "query"]?.[name],
    ["a", "b"],
    ["1", "2"],
    [1, 2],
    { a: "b", c: "d" },
    "text",
  ]) {
    if (
      value === undefined ||
      !joined.judge.isValid(parameter.schema, value) ||
      !canBeWritten(joined.judge, parameter, value)
    )
      continue;
    const evidence = proved(joined, withParameter(least, parameter, value), [parameter.in], name);
    if (evidence.kind === "request") return evidence;
  }
  return null;
}

/** Who was let in, and no longer is. */
function ofSecurity(
  joined: JoinedContract,
  pair: OperationPair & { to: SideOperation },
  least: MadeRequest,
): Evidence {
  const ways: readonly (readonly ScopedCredential[])[] =
    pair.from.credentials.length > 0 ? pair.from.credentials : [[]];
  for (const credentials of ways) {
    const evidence = proved(joined, { ...least, credentials }, ["security"]);
    if (evidence.kind !== "request") continue;
    const scopes = credentials.flatMap((one) => one.scopes);
    const unscoped = (list: readonly ScopedCredential[]) => list.map((one) => ({ ...one, scopes: [] }));
    const isOfScope = letsIn(
      { ...pair.to, credentials: pair.to.credentials.map(unscoped) },
      unscoped(credentials),
    );
    if (!isOfScope) return evidence;
    const has = scopes.length > 0 ? `the scopes ${scopes.join(", ")} alone` : "no scope";
    return { ...evidence, condition: `With a token of ${has}.` };
  }
  return none("In words only: what was sent before is written in the same way now.");
}

/** The request, if the base takes it and the revision objects to what it is to object to. */
export function proved(
  joined: JoinedContract,
  request: MadeRequest,
  places: readonly Refusal["in"][],
  name: string | null = null,
): RequestEvidence | NoEvidence {
  const before = refusalsOf(joined, joined.base, request);
  if (before.length > 0) return none(`No request was found that the base takes: ${before[0]?.message}.`);
  const refusals = refusalsOf(joined, joined.revision, request);
  const isMeant = (one: Refusal): boolean =>
    places.includes(one.in) && (name === null || one.name?.toLowerCase() === name.toLowerCase());
  const meant = refusals.filter(isMeant);
  if (meant.length === 0) return none("In words only: what was sent before is still let through.");
  return shown(joined, request, [...meant, ...refusals.filter((one) => !isMeant(one))]);
}

export function shown(
  joined: JoinedContract,
  request: MadeRequest,
  refusals: readonly Refusal[],
  condition: string | null = null,
): RequestEvidence {
  const http = written(joined, request);
  return {
    kind: "request",
    operation: request.operation.title,
    request: http,
    credentials: request.credentials,
    server: request.server,
    curl: curlOf(joined, request, http),
    condition,
    refusals,
  };
}
