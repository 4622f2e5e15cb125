import { object } from "../support/contract.js";
import { type Exchange, jsonOf, type Wrong } from "../verify/case.js";
import type { Refusal, VerifiedContract, VerifiedOperation } from "../verify/verified-contract.js";
import type { Check } from "./check.js";
import { withoutKey, withWrongKey } from "./ignored-auth.js";

export const errorConformance: Check = {
  name: "error_conformance",
  severity: "error",
  promise:
    "An error's code is that of the rule that was broken, and the property it names is the one that was refused.",
  judge: (exchange, { contract }) => {
    const { status } = exchange.response;
    if (status < 400 || status >= 500) return undefined;
    const causes = causesOf(exchange);
    if (causes.length === 0) return undefined;
    return faultOfCode(exchange, contract, causes) ?? faultOfField(exchange, contract) ?? null;
  },
};

/** What a request has wrong with it: a rule, and where. */
interface Cause {
  readonly rule: string;
  readonly place: readonly string[] | null;
}

/** Statuses that object to what a request says. Others have their reasons outside it, and may come first. */
const objections = [400, 413, 415, 422];

/** By which names the contract may know what is wrong with the request; empty: that is not known. */
function causesOf({ case: { source, what, wrong, operation }, response: { status } }: Exchange): Cause[] {
  if (source === "ignored_auth" && status === 401) {
    if (what === withoutKey) return [{ rule: "keyMissing", place: null }];
    if (what === withWrongKey) return [{ rule: "keyUnknown", place: null }];
  }
  if (!wrong || !objections.includes(status)) return [];
  // A file that is no file of lines breaks several rules at once.
  if (wrong.keyword === "type" && source === "faults" && lineFileOf(operation, wrong) === wrong.pointer)
    return [];
  return [wrong.keyword, wordOf(operation, wrong)].flatMap((rule) =>
    rule === null ? [] : [{ rule, place: placeOf(wrong) }],
  );
}

/** The key of a repeat and a file of lines have words of their own for what is wrong with them. */
function wordOf(
  { form, idempotencyHeader }: VerifiedOperation,
  { keyword, pointer, where }: Wrong,
): string | null {
  if (where === `header ${idempotencyHeader}`) return "idempotencyKey";
  const file = lineFileOf({ form }, { pointer });
  if (file === null) return null;
  const isWhole = pointer === file;
  if (keyword === "uniqueBy" || keyword === "x-unique-by") return "uniqueLines";
  if (isWhole && keyword === "minItems") return "minLines";
  if (isWhole && keyword === "maxItems") return "maxLines";
  return keyword === "content" || keyword === "type" ? "jsonLines" : null;
}

/** Pointer of the file of lines that something is in; `null`: it is in none. */
function lineFileOf(
  { form }: Pick<VerifiedOperation, "form">,
  { pointer }: Pick<Wrong, "pointer">,
): string | null {
  const files = (form?.parts ?? []).filter(({ lines }) => lines !== null).map(({ name }) => `/${name}`);
  return files.find((file) => `${pointer}/`.startsWith(`${file}/`)) ?? null;
}

function placeOf({ where, pointer }: Wrong): readonly string[] {
  const tokens = pointer.split("/").slice(1);
  const [, parameter] = where.split(" ");
  return parameter === undefined ? tokens : [parameter, ...tokens];
}

function faultOfCode(
  exchange: Exchange,
  contract: VerifiedContract,
  causes: readonly Cause[],
): string | null {
  const { errorCodeProperty } = contract;
  const { operation } = exchange.case;
  const code = errorCodeProperty === null ? undefined : object(jsonOf(exchange.response))[errorCodeProperty];
  if (errorCodeProperty === null || typeof code !== "string") return null;
  const own = operation.refusals.filter((refusal) => causes.some((cause) => isOf(refusal, cause)));
  const wanted = own.map(({ value }) => value[errorCodeProperty]).filter((one) => one !== undefined);
  if (wanted.includes(code)) return null;
  const told = causes[0]?.rule ?? "";
  if (wanted.length > 0 && isAlone(contract.judge, exchange.case))
    return `The code of what breaks ${told} is "${code}"; by the contract it is "${wanted.join('" or "')}".`;
  const others = operation.refusals.filter(
    ({ status, value }) => Number(status) === exchange.response.status && value[errorCodeProperty] === code,
  );
  return others.length > 0 && others.every(({ rule }) => rule !== null)
    ? `What breaks ${told} is refused with the code "${code}", which is that of ${others.map(({ rule }) => rule).join(" or ")}.`
    : null;
}

/** Whether nothing else can be said to be wrong with the request: some faults of lists bring others with them. */
function isAlone(judge: VerifiedContract["judge"], { operation, args, wrong }: Exchange["case"]): boolean {
  if (wrong?.where !== "body" || !args) return true;
  return judge.faults(operation.form?.schema ?? operation.body?.schema ?? true, args.body).length <= 1;
}

function isOf({ rule, place }: Refusal, cause: Cause): boolean {
  if (rule !== cause.rule) return false;
  if (place === null || cause.place === null) return true;
  return (
    place.length === cause.place.length &&
    place.every((token, index) => token === "*" || token === cause.place?.[index])
  );
}

/** The property that was refused, where the error names one: some word of the place of what is wrong. */
function faultOfField(
  { case: { wrong }, response }: Exchange,
  { errorWords }: VerifiedContract,
): string | null {
  const property = errorWords.get("field");
  const field = property === undefined ? undefined : object(jsonOf(response))[property];
  if (!wrong || typeof field !== "string" || field === "") return null;
  const place = placeOf(wrong);
  // Of the body as a whole nothing is to be named, but what is missing or too much.
  if (place.length === 0 && wrong.keyword !== "required") return null;
  const words = [...place.filter((token) => !/^\d+$/.test(token)), ...wrong.variant.split(" ")];
  return words.some((word) => word !== "" && field.includes(word))
    ? null
    : `The error names "${field}", but what is wrong is in ${place.length > 0 ? place.join("/") : wrong.variant}.`;
}
