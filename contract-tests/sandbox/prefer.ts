import type { Answer } from "./refusal.js";
import { sample } from "./sample.js";
import type { ResponseKind, SandboxOperation } from "./sandbox-contract.js";

/** An answer that the client asked for by `Prefer: code=429, example=rate`; `null` if it asked for none. */
export function preferredAnswer(
  { responses }: SandboxOperation,
  prefer: string | undefined,
): Answer | "unknown" | null {
  if (prefer === undefined) return null;
  const wishes = new Map(
    prefer.split(/[,;]/).map((wish) => {
      const [name = "", value = ""] = wish.trim().split(/\s*=\s*/);
      return [name.toLowerCase(), value.replace(/^"(.*)"$/, "$1")];
    }),
  );
  const code = wishes.get("code");
  const name = wishes.get("example");
  if (code === undefined && name === undefined) return null;
  const candidates = [...responses].filter(([status]) => code === undefined || status === code);
  for (const [status, kind] of candidates) {
    const example = name === undefined ? kind.examples[0] : kind.examples.find((one) => one.name === name);
    if (name !== undefined && !example) continue;
    return answerOf(kind, Number(status) || 200, example ? example.value : sample(kind.schema));
  }
  return "unknown";
}

/** An answer of the contract's own, headers and all. */
export function answerOf(kind: ResponseKind, status: number, value: unknown): Answer {
  const headers: Record<string, string> = {};
  for (const { name, required, example, schema } of kind.headers)
    if (example !== undefined || required) headers[name] = String(example ?? sample(schema));
  if (kind.mediaType !== null) headers["content-type"] = kind.mediaType;
  const body =
    kind.mediaType === null
      ? null
      : isJson(kind.mediaType)
        ? JSON.stringify(value ?? null)
        : String(value ?? "");
  return { status, headers, body, rule: null, faults: [] };
}

export const isJson = (mediaType: string): boolean => /[/+]json(;|$)/i.test(mediaType) || mediaType === "*/*";
