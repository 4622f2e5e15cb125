import { array, type JsonObject, object } from "../support/contract.js";
import { type HttpRequest, headerOf } from "./case.js";

/** One thing that lets a request in, and where it stands. */
export interface Credential {
  readonly scheme: string;
  readonly in: "header" | "query" | "cookie";
  readonly name: string;
  /** What stands before the key: `Bearer ` of HTTP's schemes. */
  readonly prefix: string;
}

/** The ways of an operation to be let in, as OpenAPI's `security` lists them; empty where none is asked for. */
export function credentialsOf(
  document: JsonObject,
  operation: JsonObject,
): readonly (readonly Credential[])[] {
  const requirements = array(operation["security"] ?? document["security"]).map(object);
  if (requirements.some((requirement) => Object.keys(requirement).length === 0)) return [];
  const schemes = object(object(document["components"])["securitySchemes"]);
  return requirements.map((requirement) =>
    Object.keys(requirement).map((scheme) => credential(scheme, object(schemes[scheme]))),
  );
}

function credential(scheme: string, written: JsonObject): Credential {
  if (written["type"] === "apiKey")
    return { scheme, in: written["in"] as Credential["in"], name: String(written["name"]), prefix: "" };
  const isBasic = written["type"] === "http" && String(written["scheme"]).toLowerCase() === "basic";
  return { scheme, in: "header", name: "Authorization", prefix: isBasic ? "Basic " : "Bearer " };
}

/** The request with a key wherever these credentials stand. */
export function withCredentials(
  request: HttpRequest,
  credentials: readonly Credential[],
  key: string,
): HttpRequest {
  let { headers, target } = request;
  for (const { in: place, name, prefix } of credentials) {
    const value = `${prefix}${prefix === "Basic " ? Buffer.from(key).toString("base64") : key}`;
    if (place === "header") headers = [...headers, [name, value]];
    else if (place === "cookie") headers = withCookie(headers, `${name}=${encodeURIComponent(value)}`);
    else
      target += `${target.includes("?") ? "&" : "?"}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  }
  return { ...request, headers, target };
}

function withCookie(headers: HttpRequest["headers"], cookie: string): HttpRequest["headers"] {
  const others = headers.filter(([name]) => name !== "Cookie");
  const given = headerOf(headers, "Cookie");
  return [...others, ["Cookie", given === null ? cookie : `${given}; ${cookie}`]];
}
