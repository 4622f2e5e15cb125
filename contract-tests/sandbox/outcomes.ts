import type { Outcome } from "./jobs.js";
import { addressesIn } from "./media-seconds.js";
import type { JobKind } from "./read-job-kind.js";

/** The host whose addresses decide how a job ends. No request ever goes there. */
const decidingHost = "sandbox.invalid";

/**
 * How a job ends. It succeeds, unless one of its addresses is `https://sandbox.invalid/<why>.mp4`: then it fails, and
 * `<why>` is a code of the contract or the end of one (`inaccessible`). `/rejected/<why>.mp4` picks another of the
 * statuses of failure.
 *
 * @param addresses all that are in the request
 */
export function outcomeOf(
  kind: JobKind,
  request: unknown,
  addresses: readonly string[],
  codes: readonly string[],
  wanted: string | null,
): Outcome {
  const good = { status: kind.succeeded[0] ?? "", error: null, errorCode: null };
  if (wanted !== null) return wantedOutcome(kind, wanted, codes, "") ?? good;
  if (!addresses.some((address) => address.includes(decidingHost))) return good;
  for (const { text, context } of textsIn(request, "")) {
    for (const address of addressesIn(text)) {
      if (!URL.canParse(address)) continue;
      const { hostname, pathname } = new URL(address);
      if (hostname !== decidingHost) continue;
      const outcome = wantedOutcome(kind, pathname.replace(/^\//, "").replace(/\.\w+$/, ""), codes, context);
      if (outcome) return outcome;
    }
  }
  return good;
}

/** How a job ends whose media last longer than a property of its request allows: as a failure, by the code that says so. */
export function tooLongOutcome(kind: JobKind, property: string, codes: readonly string[]): Outcome | null {
  return wantedOutcome(kind, `${property}_duration_exceeded`, codes, "");
}

/** @param context words around the address, by which one of several codes is chosen */
function wantedOutcome(
  kind: JobKind,
  path: string,
  codes: readonly string[],
  context: string,
): Outcome | null {
  const words = path.split("/").filter((word) => word !== "");
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  if (words.length === 1 && kind.succeeded.some((status) => same(status, words[0] ?? "")))
    return { status: kind.succeeded[0] ?? "", error: null, errorCode: null };
  const status = kind.failed.find((one) => words.some((word) => same(one, word))) ?? kind.failed[0];
  if (status === undefined) return null;
  const why = words.filter((word) => !kind.failed.some((one) => same(one, word))).at(-1) ?? "";
  const errorCode = why === "" ? null : codeFor(why, codes, context);
  const said = (errorCode ?? why).replaceAll("_", " ").trim();
  return {
    status,
    errorCode,
    error: said === "" ? `The job is ${status}, as it was asked to be.` : sentence(said),
  };
}

function codeFor(why: string, codes: readonly string[], context: string): string | null {
  const plain = why.replaceAll("-", "_").toLowerCase();
  const exact = codes.find((code) => code.toLowerCase() === plain);
  if (exact !== undefined) return exact;
  const ending = codes.filter((code) => code.toLowerCase().endsWith(`_${plain}`));
  const words = new Set(context.split(" "));
  const shared = (code: string): number => code.split("_").filter((word) => words.has(word)).length;
  return ending.sort((a, b) => shared(b) - shared(a))[0] ?? null;
}

/** Texts with the short texts beside them, such as the tag that tells a video from a voice, and the names above them. */
function textsIn(value: unknown, context: string): { text: string; context: string }[] {
  if (typeof value === "string") return [{ text: value, context }];
  if (typeof value !== "object" || value === null) return [];
  const tags = Array.isArray(value)
    ? []
    : Object.values(value).filter((one) => typeof one === "string" && one.length < 30);
  return Object.entries(value).flatMap(([name, part]) =>
    textsIn(part, `${tags.join(" ")} ${name} ${context}`),
  );
}

const sentence = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}.`;
