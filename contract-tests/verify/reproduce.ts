import { withoutKey, withWrongKey, wrongKey } from "../checks/ignored-auth.js";
import { object } from "../support/contract.js";
import type { HttpRequest, VerifyCase } from "./case.js";
import type { VerifiedContract } from "./verified-contract.js";

/** Longer bodies are told by their length: no shell takes them. */
const longestBody = 8000;

export function urlOf({ target }: HttpRequest, base: string): string {
  return `${base.replace(/\/$/, "")}${target}`;
}

/** The request as one line for a POSIX shell. The key is a variable of the environment, never itself. */
export function curlOf(
  { request, operation, source, what }: VerifyCase,
  base: string,
  contract: VerifiedContract,
): string {
  const keyEnv = contract.client?.apiKeyEnv ?? "API_KEY";
  const sendsKey = source !== "ignored_auth" || what !== withoutKey;
  const keys = (sendsKey ? (operation.credentials[0] ?? []) : []).map(({ in: place, name, prefix }) => {
    const value = source === "ignored_auth" && what === withWrongKey ? wrongKey : `$${keyEnv}`;
    if (place === "query") return `--url-query "${name}=${value}"`;
    if (place === "cookie") return `--cookie "${name}=${value}"`;
    return prefix === "Basic " ? `--user "${value}"` : `-H "${name}: ${prefix}${value}"`;
  });
  const headers = request.headers
    .filter(([name, value]) => name !== "Accept" || value !== "*/*")
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return [
    "curl",
    "-i",
    "-X",
    request.method,
    quoted(urlOf(request, base)),
    ...headers,
    ...keys,
    ...bodyOf(request),
  ].join(" ");
}

/** The part of a line of curl that sends the body. */
export function bodyOf({ body }: HttpRequest): string[] {
  if (!body) return [];
  if (body.length > longestBody) return [`--data-binary '@body' # ${body.length} bytes`];
  const text = body.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(body) && !text.includes("\0");
  if (isText && !/[\r\n\x01-\x1f\x7f]/.test(text)) return [`--data-raw ${quoted(text)}`];
  return [`--data-binary $'${[...body].map(escapedByte).join("")}'`];
}

/** A byte in the shell's `$'…'`. */
function escapedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9 _.,:;/=+@%{}[\]"<>()-]/.test(character)
    ? character
    : `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** As one word of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same call through the client that is generated from the contract; `null` where it can't be made with it. */
export function clientCodeOf(
  { operation, args, intent, wrong }: VerifyCase,
  { client }: VerifiedContract,
): string | null {
  if (!client || !args || operation.form || !/^[\w$]+(\.[\w$]+)*$/.test(operation.id)) return null;
  const inPath = [...operation.path.matchAll(/\{([^{}]+)\}/g)].map(
    ([, name]) =>
      `${literal(args.path[name as string])}${wrong?.where === `path ${name}` ? " as never" : ""}`,
  );
  const headers = Object.entries(args.header).filter(([name]) => name !== operation.idempotencyHeader);
  const given = { ...args.query, ...Object.fromEntries(headers) };
  const body = args.body;
  const meets = Object.keys(given).some((name) => Object.hasOwn(object(body), name));
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  const all = body === undefined || (isObject && !meets) ? { ...given, ...object(body) } : { ...given, body };
  const key = operation.idempotencyHeader === null ? undefined : args.header[operation.idempotencyHeader];
  const takes = operation.body !== null || operation.parameters.some((one) => one.in === "query");
  const cast = intent === "negative" ? " as never" : "";
  const positions = [
    ...inPath,
    ...(takes ? [`${literal(all)}${cast}`] : []),
    ...(key === undefined ? [] : [`{ idempotencyKey: ${literal(key)} }`]),
  ];
  return [
    `import { ${client.className} } from ${literal(client.packageName)};`,
    `await new ${client.className}().${operation.id}(${positions.join(", ")});`,
  ].join("\n");
}

function literal(value: unknown): string {
  return (
    JSON.stringify(value)?.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029") ?? "undefined"
  );
}
