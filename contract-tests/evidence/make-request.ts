import fc from "fast-check";
import { type FormView, formView } from "../arbitraries/form-view.js";
import { object, type Schema } from "../support/contract.js";
import type { Arguments, HttpRequest } from "../verify/case.js";
import { canMakeBody, encodeRequest } from "../verify/encode-request.js";
import { smallerValues } from "../verify/smaller-cases.js";
import {
  type Content,
  isSameParameter,
  type JoinedContract,
  type ScopedCredential,
  type SideOperation,
  type SideParameter,
} from "./joined-contract.js";
import { plainValue } from "./plain-value.js";
import { canBeWritten, placeOfText } from "./text-values.js";

/** A request as a caller of the base makes it, before it is written as HTTP. */
export interface MadeRequest {
  readonly operation: SideOperation;
  /** `null`: no body. */
  readonly content: Content | null;
  readonly args: Arguments;
  readonly credentials: readonly ScopedCredential[];
  readonly server: string | null;
}

/** An operation of the base, and what became of it: `null` where it is gone. */
export interface OperationPair {
  readonly from: SideOperation;
  readonly to: SideOperation | null;
}

/** Thrown where no request can be made; the message is a reason for the reader. */
export class NoRequestError extends Error {
  override readonly name = "NoRequestError";
}

/**
 * As little as the base asks for, of values that the revision takes as well where there are such, so that only what
 * is changed on purpose is refused.
 */
export function leastRequest(
  joined: JoinedContract,
  { from, to }: OperationPair,
  wanted: Content | null = null,
): MadeRequest {
  const args: Record<string, Record<string, unknown>> = { path: {}, query: {}, header: {}, cookie: {} };
  for (const parameter of from.parameters) {
    const other = to?.parameters.find((one) => isSameParameter(one, parameter)) ?? null;
    if (!parameter.required && parameter.in !== "path" && !other?.required) continue;
    const schemas = other ? [parameter.schema, other.schema] : [parameter.schema];
    const value = smallValue(
      joined,
      schemas,
      (one) => canBeWritten(joined.judge, parameter, one),
      placeOfText(parameter),
    );
    const place = args[parameter.in];
    if (place) place[parameter.name] = value;
  }
  for (const [, name = ""] of from.path.matchAll(/\{([^{}]+)\}/g))
    if (!Object.hasOwn(args["path"] ?? {}, name)) (args["path"] ?? {})[name] = "1";
  const needsBody =
    wanted !== null || from.body?.required === true || (from.body !== null && to?.body?.required === true);
  const content = needsBody ? (wanted ?? bestContent({ from, to })) : null;
  return {
    operation: from,
    content,
    args: {
      ...(args as unknown as Arguments),
      body: content ? bodyFor(joined, content, otherContent(to, content)) : undefined,
    },
    credentials: sharedCredentials({ from, to }),
    server: from.servers.find((server) => to?.servers.includes(server)) ?? from.servers[0] ?? null,
  };
}

/** A media type of the base's body that the revision takes as well, if there is one. */
function bestContent({ from, to }: OperationPair): Content | null {
  const contents = from.body?.content ?? [];
  const usable = contents.filter(({ mediaType }) => canMakeBody(mediaType));
  return usable.find((one) => otherContent(to, one) !== null) ?? usable[0] ?? contents[0] ?? null;
}

/** What the other side says of a body of this media type; `null`: it does not take it. */
export function otherContent(operation: SideOperation | null, { mediaType }: Content): Content | null {
  return contentFor(operation?.body?.content ?? [], mediaType);
}

/** The most particular of the media types and ranges that a media type falls under. */
export function contentFor(contents: readonly Content[], mediaType: string): Content | null {
  const plain = (text: string): string => text.replace(/\s*;\s*/g, ";").trim();
  const essence = (text: string): string => (text.split(";")[0] ?? "").trim();
  const [type = ""] = essence(mediaType).split("/");
  return (
    contents.find((one) => plain(one.mediaType) === plain(mediaType)) ??
    contents.find((one) => !one.mediaType.includes(";") && one.mediaType === essence(mediaType)) ??
    contents.find((one) => one.mediaType === `${type}/*`) ??
    contents.find((one) => one.mediaType === "*/*") ??
    null
  );
}

export function viewOf(joined: JoinedContract, content: Content): FormView | null {
  if (content.mediaType !== "multipart/form-data") return null;
  return formView(joined.judge, {
    mediaType: content.mediaType,
    at: [],
    required: true,
    schema: content.schema,
    encoding: content.encoding,
    examples: [],
  });
}

function bodyFor(joined: JoinedContract, content: Content, other: Content | null): unknown {
  const [view, otherView] = [viewOf(joined, content), other && viewOf(joined, other)];
  const schemas = [view?.schema ?? content.schema, ...(other ? [otherView?.schema ?? other.schema] : [])];
  const isValid = (value: unknown): boolean => schemas.every((schema) => joined.judge.isValid(schema, value));
  const example = view ? undefined : content.examples.find(isValid);
  return example ?? smallValue(joined, schemas, () => true, "json");
}

/** A value that is valid by all the schemas, or else by the first of them, with little in it. */
export function smallValue(
  joined: JoinedContract,
  schemas: readonly Schema[],
  fits: (value: unknown) => boolean,
  place: Parameters<JoinedContract["arbitraries"]["of"]>[1],
): unknown {
  for (const some of schemas.length > 1 ? [schemas, schemas.slice(0, 1)] : [schemas]) {
    const schema: Schema = some.length === 1 ? (some[0] as Schema) : { allOf: some };
    try {
      const plain = plainValue(joined.judge, schema);
      if (plain !== undefined && fits(plain)) return plain;
      if (!joined.arbitraries.isPossible([schema])) continue;
      const made = fc.sample(joined.arbitraries.of(schema, place), { numRuns: 6, seed: 20 }).filter(fits);
      const isValid = (value: unknown): boolean => fits(value) && joined.judge.isValid(schema, value);
      const sizeOf = (value: unknown): number => JSON.stringify(value)?.length ?? 0;
      const [smallest] = made.sort((a, b) => sizeOf(a) - sizeOf(b));
      if (smallest !== undefined) return smaller(smallest, isValid);
    } catch {
      // what fits both is not to be had; then what fits the base
    }
  }
  throw new NoRequestError("No value of a schema beside it could be made.");
}

function smaller(value: unknown, isValid: (value: unknown) => boolean): unknown {
  let best = value;
  for (let steps = 0, again = true; again; ) {
    again = false;
    for (const one of smallerValues(best)) {
      if (++steps > 200) return best;
      if (!isValid(one)) continue;
      best = one;
      again = true;
      break;
    }
  }
  return best;
}

function sharedCredentials({ from, to }: OperationPair): readonly ScopedCredential[] {
  const lists = from.credentials;
  return lists.find((list) => to !== null && letsIn(to, list)) ?? lists[0] ?? [];
}

/** Whether an operation lets in who has these credentials. */
export function letsIn({ credentials }: SideOperation, given: readonly ScopedCredential[]): boolean {
  return (
    credentials.length === 0 ||
    credentials.some((list) =>
      list.every((wanted) =>
        given.some(
          (one) =>
            one.in === wanted.in &&
            one.name.toLowerCase() === wanted.name.toLowerCase() &&
            one.prefix === wanted.prefix &&
            wanted.scopes.every((scope) => one.scopes.includes(scope)),
        ),
      ),
    )
  );
}

/** The request with another value in the place of a parameter; `undefined`: without it. */
export function withParameter(
  request: MadeRequest,
  { in: place, name }: SideParameter,
  value: unknown,
): MadeRequest {
  const { [name]: _, ...rest } = object(request.args[place]);
  return {
    ...request,
    args: { ...request.args, [place]: value === undefined ? rest : { ...rest, [name]: value } },
  };
}

export function withBody(request: MadeRequest, content: Content | null, body: unknown): MadeRequest {
  return { ...request, content, args: { ...request.args, body } };
}

/** The request as HTTP, without its credentials. */
export function written(joined: JoinedContract, request: MadeRequest): HttpRequest {
  const { operation, content, args } = request;
  const parameters = operation.parameters.filter(({ mediaType }) => mediaType === null);
  const http = encodeRequest(
    {
      method: operation.method,
      path: operation.path,
      parameters,
      body: content && { ...content, at: [], required: true, examples: [] },
      form: content && viewOf(joined, content),
      answers: [],
    },
    args,
  );
  const json = operation.parameters.flatMap(({ mediaType, in: place, name }) => {
    const value = object(args[place])[name];
    return mediaType !== null && place === "query" && value !== undefined
      ? [`${encodeURIComponent(name)}=${encodeURIComponent(JSON.stringify(value))}`]
      : [];
  });
  if (json.length === 0) return http;
  return { ...http, target: `${http.target}${http.target.includes("?") ? "&" : "?"}${json.join("&")}` };
}
