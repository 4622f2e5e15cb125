import { createRequire } from "node:module";
import { type HttpRequest, headerOf } from "../verify/case.js";
import { type Credential, withCredentials } from "../verify/credentials.js";

/** What the mock server makes of a request. */
export interface Verdict {
  readonly isRefused: boolean;
  /** Its words, where it has something to say. */
  readonly why: readonly string[];
}

export interface Sent {
  readonly request: HttpRequest;
  readonly credentials: readonly Credential[];
  readonly server: string | null;
}

export type Serve = (sent: Sent) => Promise<Verdict>;

const require = createRequire(import.meta.url);
const key = "any-key";

/** Without it Prism reads the schemas of 3.1 as those of an older JSON Schema. */
const dialect = { jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema" };

/** Serves a contract with Prism, in this process: it routes, asks for keys and judges as its server does. */
export async function serveContract(document: object): Promise<Serve> {
  const { createInstance, getHttpOperationsFromSpec } = require("@stoplight/prism-http") as Prism;
  const operations = await getHttpOperationsFromSpec(structuredClone({ ...dialect, ...document }));
  const instance = createInstance(
    {
      mock: { dynamic: false },
      validateRequest: true,
      validateResponse: false,
      checkSecurity: true,
      errors: false,
      isProxy: false,
      upstreamProxy: undefined,
    },
    { logger: silent as never },
  );
  return async ({ request, credentials, server }) => {
    const input = asInput(withCredentials(request, credentials, key));
    const url = server === null ? input.url : { ...input.url, baseUrl: server };
    const outcome = await instance.request({ ...input, url }, operations)();
    if (outcome._tag === "Left") {
      const { message, status = 500 } = outcome.left as Error & { status?: number };
      return { isRefused: status < 500, why: [message] };
    }
    const faults = outcome.right.validations.input;
    return { isRefused: faults.length > 0, why: faults.map(({ message }) => message) };
  };
}

type Prism = typeof import("@stoplight/prism-http");

const nothing = (): void => undefined;
const silent: Record<string, unknown> = {
  ...Object.fromEntries(
    ["trace", "debug", "info", "warn", "error", "fatal", "success"].map((level) => [level, nothing]),
  ),
  child: () => silent,
};

/** A request as Prism's server hands it on. */
function asInput({ method, target, headers, body }: HttpRequest) {
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  const parameters: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : [before, value].flat();
  }
  const contentType = headerOf(headers, "Content-Type") ?? "";
  const text = body?.toString("utf8") ?? "";
  const sent = /[/+]json/.test(contentType) ? (JSON.parse(text) as unknown) : text.replaceAll("%", "%25");
  return {
    method: method.toLowerCase() as "get",
    url: { path, query: parameters },
    headers: {
      ...Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
      ...(body ? { "content-length": String(body.length) } : {}),
    },
    ...(body ? { body: contentType.startsWith("application/x-www") ? text : sent } : {}),
  };
}

/** Where Prism is known to judge a request otherwise than its contract says. */
export interface KnownException {
  readonly what: string;
  /** Thread of its tracker, or where in its sources it is so. */
  readonly where: string;
  /** Rules of `specwright diff` whose fixtures show it. */
  readonly rules: RegExp;
  /** The base it should take and refuses, or the revision it should refuse and takes. */
  readonly wrongAbout: "base" | "revision";
}

const listsAndMaps =
  /^request-parameter-(style-changed|list-of-types-narrowed|max-items-(decreased|set)|(max|min)-properties-.*|(max|min)-contains-.*|unique-items-added|additional-properties-.*|unevaluated-.*|(one|any)-of-.*|(if|then|else|not)-(added|changed)|dependent-.*|property-became-required.*)$|^new-required-request-parameter-property/;

export const knownExceptions: readonly KnownException[] = [
  {
    what: "A list or a map in the query is read as `explode: false` unless `explode` is written out.",
    where: "prism-http validator/validators/params: `el.explode || false`",
    rules: listsAndMaps,
    wrongAbout: "revision",
  },
  {
    what: "The same, where what is read so is too short a list, or no map.",
    where: "prism-http validator/deserializers/style/form",
    rules: /^request-parameter-(min-items-increased|property-no-longer-allowed)$/,
    wrongAbout: "base",
  },
  {
    what: "A parameter that is written as a media type (`content`) is not looked at.",
    where: "prism-http validator/validators/params: schemas alone",
    rules: /^request-parameter-content-changed$/,
    wrongAbout: "revision",
  },
  {
    what: "A body that is JSON's `null` is taken for none.",
    where: "prism-http validator: O.fromNullable(body)",
    rules: /^request-body-became-not-nullable$/,
    wrongAbout: "revision",
  },
  {
    what: "Headers of a form's part are not looked at.",
    where: "stoplightio/prism#2008",
    rules: /^request-part-header-became-required$/,
    wrongAbout: "revision",
  },
  {
    what: "A text whose schema is of another type than text is held against that.",
    where: "prism-http validator/validators/body",
    rules: /^request-body-media-type-removed$/,
    wrongAbout: "base",
  },
];
