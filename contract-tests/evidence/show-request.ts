import { textOf } from "../arbitraries/form-view.js";
import { array, object } from "../support/contract.js";
import type { Part } from "../support/parts.js";
import type { HttpRequest } from "../verify/case.js";
import { bodyOf, quoted } from "../verify/reproduce.js";
import type { JoinedContract } from "./joined-contract.js";
import { type MadeRequest, viewOf } from "./make-request.js";

/** The request as one line for a POSIX shell. Keys are a variable of the environment, never themselves; files are named. */
export function curlOf(joined: JoinedContract, request: MadeRequest, http: HttpRequest): string {
  const keyName = object(joined.base.document["x-client"])["apiKeyEnv"];
  const variable = typeof keyName === "string" && /^[A-Z_][A-Z0-9_]*$/.test(keyName) ? keyName : "API_KEY";
  const server =
    request.server !== null && URL.canParse(request.server) ? request.server : "http://localhost";
  const address = `${server.replace(/\/$/, "")}${http.target}`;
  const form = formOf(joined, request);
  const headers = http.headers
    .filter(([name]) => name !== "Accept" && !(form && name === "Content-Type"))
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  // Its name is the spec's text, the variable must be the shell's: two words of the shell beside each other are one.
  const keys = request.credentials.map(({ in: place, name, prefix }) => {
    const value = `"$${variable}"`;
    if (place === "query") return `--url-query ${quoted(`${name}=`)}${value}`;
    if (place === "cookie") return `--cookie ${quoted(`${name}=`)}${value}`;
    return prefix === "Basic " ? `--user ${value}` : `-H ${quoted(`${name}: ${prefix}`)}${value}`;
  });
  return [
    "curl",
    "-i",
    "-X",
    http.method,
    quoted(address),
    ...headers,
    ...keys,
    ...(form ?? bodyOf(http)),
  ].join(" ");
}

/** A form part by part; `null`: the body is none. */
function formOf(joined: JoinedContract, { content, args }: MadeRequest): string[] | null {
  const view = content && viewOf(joined, content);
  if (!view) return null;
  return Object.entries(object(args.body)).flatMap(([name, value]) => {
    const part = view.parts.find((one) => one.name === name);
    return (part?.repeated ? array(value) : [value]).map((one) => pieceOf(name, part, one));
  });
}

function pieceOf(name: string, part: Part | undefined, value: unknown): string {
  if (part?.lines) {
    return `-F ${quoted(`${name}=@${fileName(name)}-of-${array(value).length}-lines.jsonl`)}`;
  }
  if (part?.kind !== "file")
    return `--form-string ${quoted(`${name}=${part?.kind === "json" ? JSON.stringify(value) : textOf(value)}`)}`;
  const [type] = part.contentTypes;
  return `-F ${quoted(`${name}=@${fileName(name)}${type === undefined ? "" : `;type=${type}`}`)}`;
}

/** A name that curl does not read anything else into. */
const fileName = (name: string): string => name.replace(/[^\w-]/g, "_");
