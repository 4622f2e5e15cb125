import { object } from "../support/contract.js";
import type { HttpRequest } from "../verify/case.js";
import { bodyOf, quoted } from "../verify/reproduce.js";
import type { JoinedContract } from "./joined-contract.js";
import type { MadeRequest } from "./make-request.js";

/** The request as one line for a POSIX shell. Keys are a variable of the environment, never themselves. */
export function curlOf(joined: JoinedContract, request: MadeRequest, http: HttpRequest): string {
  const keyName = object(joined.base.document["x-client"])["apiKeyEnv"];
  const variable = typeof keyName === "string" && /^[A-Z_][A-Z0-9_]*$/.test(keyName) ? keyName : "API_KEY";
  const server =
    request.server !== null && URL.canParse(request.server) ? request.server : "http://localhost";
  const address = `${server.replace(/\/$/, "")}${http.target}`;
  const headers = http.headers
    .filter(([name]) => name !== "Accept")
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  // Its name is the spec's text, the variable must be the shell's: two words of the shell beside each other are one.
  const keys = request.credentials.map(({ in: place, name, prefix }) => {
    const value = `"$${variable}"`;
    if (place === "query") return `--url-query ${quoted(`${name}=`)}${value}`;
    if (place === "cookie") return `--cookie ${quoted(`${name}=`)}${value}`;
    return prefix === "Basic " ? `--user ${value}` : `-H ${quoted(`${name}: ${prefix}`)}${value}`;
  });
  return ["curl", "-i", "-X", http.method, quoted(address), ...headers, ...keys, ...bodyOf(http)].join(" ");
}
