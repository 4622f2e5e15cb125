import { array, type JsonObject, object } from "../support/contract.js";
import { pointerOf, tokensOf } from "../support/pointer.js";
import { type Mutant, nameOf } from "./mutant.js";
import { type Mutation, otherWord, replaced } from "./mutation.js";
import { schemaMutations } from "./schema-mutations.js";
import { schemaSites, valueAt } from "./schema-sites.js";

/** A contract with one thing changed in it, to be served while the suite holds the server to the true one. */
export interface ContractMutant extends Mutant {
  readonly document: () => JsonObject;
  /**
   * Where a server that keeps the changed contract may answer what the true one forbids: it is made to. `null`: it is enough
   * to serve the changed contract.
   */
  readonly liberty: Liberty | null;
}

/** Answers of one status of one operation that may be what they must not be. */
export interface Liberty {
  readonly answers: readonly { readonly path: string; readonly method: string; readonly status: string }[];
  /** `body`: valid by the changed contract only; else the header that may be left out or be any text. */
  readonly of: "body" | { readonly header: string; readonly text: string | null };
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Every change of every kind that there is a place for, in the order of the document. */
export function contractMutants(document: JsonObject): ContractMutant[] {
  const mutants = new Map<string, ContractMutant>();
  const add = (mutation: Mutation, liberty: Liberty | null): void => {
    const { kind, at, change, edit } = mutation;
    const mutant: ContractMutant = {
      family: "contract",
      kind,
      at: pointerOf(at),
      change,
      document: () => edit(document),
      liberty,
    };
    mutants.set(nameOf(mutant), mutant); // what several operations refer to is changed once
  };
  for (const mutation of structureMutations(document)) add(mutation, null);
  for (const mutation of extensionMutations(document)) add(mutation, null);
  for (const site of schemaSites(document))
    for (const mutation of schemaMutations(site))
      add(mutation, site.side === "answer" ? { answers: site.answers, of: "body" } : null);
  for (const { mutation, liberty } of headerMutations(document)) add(mutation, liberty);
  return [...mutants.values()];
}

/** What is no schema: paths, methods, parameters, bodies, statuses, media types, keys. */
function* structureMutations(document: JsonObject): Generator<Mutation> {
  for (const { path, method, operation } of operationsIn(document)) {
    const at = ["paths", path, method];
    const item = object(object(document["paths"])[path]);
    yield {
      kind: "path renamed",
      at: ["paths", path],
      change: `${path}-renamed`,
      edit: (whole) => renamedKey(whole, ["paths"], path, `${path}-renamed`),
    };
    const other = methods.find((one) => !(one in item) && one !== "head" && one !== "options") ?? "trace";
    yield {
      kind: "method changed",
      at,
      change: other,
      edit: (whole) => renamedKey(whole, ["paths", path], method, other),
    };
    yield replaced("security lost", [...at, "security"], operation["security"], []);
    for (const [index, parameter] of array(operation["parameters"]).entries())
      yield* parameterMutations(document, [...at, "parameters", String(index)], object(parameter));
    for (const [index, parameter] of array(item["parameters"]).entries())
      yield* parameterMutations(document, ["paths", path, "parameters", String(index)], object(parameter));
    const body = object(operation["requestBody"]);
    for (const mediaType of Object.keys(object(body["content"]))) {
      const wanted =
        mediaType === "application/json" ? "application/x-www-form-urlencoded" : "application/json";
      yield {
        kind: "media type of a request changed",
        at: [...at, "requestBody", "content", mediaType],
        change: wanted,
        edit: (whole) => renamedKey(whole, [...at, "requestBody", "content"], mediaType, wanted),
      };
      const encodings = object(object(object(body["content"])[mediaType])["encoding"]);
      for (const [part, encoding] of Object.entries(encodings)) {
        const place = [...at, "requestBody", "content", mediaType, "encoding", part, "contentType"];
        for (const [index, type] of String(object(encoding)["contentType"]).split(/,\s*/).entries())
          yield replaced(
            "content type of a part changed",
            place,
            object(encoding)["contentType"],
            String(object(encoding)["contentType"])
              .split(/,\s*/)
              .map((one, other) => (other === index ? otherTypeOf(type) : one))
              .join(", "),
          );
      }
    }
    if (operation["requestBody"])
      yield replaced(
        "requirement of a body flipped",
        [...at, "requestBody", "required"],
        body["required"],
        body["required"] !== true,
      );
    for (const [status, response] of Object.entries(object(operation["responses"]))) {
      const place = [...at, "responses", status];
      const instead = otherStatus(status, object(operation["responses"]));
      yield {
        kind: "status changed",
        at: place,
        change: instead,
        edit: (whole) => renamedKey(whole, [...at, "responses"], status, instead),
      };
      const target = targetOf(document, place, response);
      for (const mediaType of Object.keys(object(object(target.value)["content"])))
        yield {
          kind: "media type of an answer changed",
          at: [...target.at, "content", mediaType],
          change: "application/problem+json",
          edit: (whole) =>
            renamedKey(whole, [...target.at, "content"], mediaType, "application/problem+json"),
        };
    }
  }
  for (const [name, scheme] of Object.entries(object(object(document["components"])["securitySchemes"])))
    for (const [key, value] of Object.entries(object(scheme)).filter(([key]) =>
      ["name", "in", "scheme"].includes(key),
    ))
      yield replaced(
        "place of the key changed",
        ["components", "securitySchemes", name, key],
        value,
        key === "in" ? (value === "query" ? "header" : "query") : otherWord(String(value)),
      );
}

function* parameterMutations(
  document: JsonObject,
  place: readonly string[],
  given: JsonObject,
): Generator<Mutation> {
  const { at, value } = targetOf(document, place, given);
  const parameter = object(value);
  const where = String(parameter["in"]);
  if (where !== "path") {
    yield replaced(
      "parameter renamed",
      [...at, "name"],
      parameter["name"],
      otherWord(String(parameter["name"])),
    );
    yield replaced(
      "requirement of a parameter flipped",
      [...at, "required"],
      parameter["required"],
      parameter["required"] !== true,
    );
    yield replaced("parameter moved", [...at, "in"], where, where === "query" ? "header" : "query");
  }
  if (where === "query")
    yield replaced(
      "style of a list changed",
      [...at, "explode"],
      parameter["explode"],
      parameter["explode"] === false,
    );
}

/** What names a thing for people and for clients: no server shows it. */
const labels = new Set(["x-client", "name", "title", "pollSeconds", "per"]);

/** Each word and number of the contract's own extensions, wherever they stand. */
function* extensionMutations(document: JsonObject): Generator<Mutation> {
  const walk = function* (value: unknown, at: readonly string[], inside: string | null): Generator<Mutation> {
    if (Array.isArray(value)) {
      if (inside)
        for (const [index, item] of value.entries())
          yield replaced(
            `${inside}: item lost`,
            at,
            value,
            value.filter((_, other) => other !== index),
            JSON.stringify(item),
          );
      for (const [index, item] of value.entries()) yield* walk(item, [...at, String(index)], inside);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if ((inside || key.startsWith("x-")) && labels.has(key)) continue;
        if (key.startsWith("example") || key === "schema") continue;
        const name = key.startsWith("x-") ? key : inside;
        if (key.startsWith("x-")) yield replaced("extension lost", [...at, key], item, undefined);
        yield* walk(item, [...at, key], name);
      }
    } else if (inside && inside !== "x-item-schema") {
      if (typeof value === "number") {
        yield replaced(`${inside}: number + 1`, at, value, value + 1);
        yield replaced(`${inside}: number − 1`, at, value, value - 1);
      } else if (typeof value === "string")
        yield replaced(`${inside}: word changed`, at, value, otherWord(value));
      else if (typeof value === "boolean") yield replaced(`${inside}: flipped`, at, value, !value);
    }
  };
  const { components, ...rest } = document;
  yield* walk(rest, [], null);
  // Schemas have places of their own, but what stands in them of ours is no schema.
  yield* walk(components, ["components"], null);
}

/** Headers of answers: what is not required may be missing, and what has no schema may be any text. */
function* headerMutations(document: JsonObject): Generator<{ mutation: Mutation; liberty: Liberty }> {
  const found = new Map<
    string,
    { at: readonly string[]; header: JsonObject; name: string; answers: Liberty["answers"][number][] }
  >();
  for (const { path, method, operation } of operationsIn(document))
    for (const [status, response] of Object.entries(object(operation["responses"]))) {
      const target = targetOf(document, ["paths", path, method, "responses", status], response);
      for (const [name, written] of Object.entries(object(object(target.value)["headers"]))) {
        const { at, value } = targetOf(document, [...target.at, "headers", name], written);
        const known = found.get(pointerOf(at)) ?? { at, header: object(value), name, answers: [] };
        known.answers.push({ path, method, status });
        found.set(pointerOf(at), known);
      }
    }
  for (const { at, header, name, answers } of found.values()) {
    if (header["required"] === true)
      yield {
        mutation: replaced("header of an answer lost", [...at, "required"], true, false),
        liberty: { answers, of: { header: name, text: null } },
      };
    yield {
      mutation: replaced("type of a header widened", [...at, "schema"], header["schema"], {}),
      liberty: { answers, of: { header: name, text: "soon" } },
    };
  }
}

function operationsIn(document: JsonObject): { path: string; method: string; operation: JsonObject }[] {
  return Object.entries(object(document["paths"])).flatMap(([path, item]) =>
    Object.entries(object(item))
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({ path, method, operation: object(operation) })),
  );
}

/** Where a value really stands, if it is a reference. */
function targetOf(
  document: JsonObject,
  at: readonly string[],
  value: unknown,
): { at: readonly string[]; value: unknown } {
  const ref = object(value)["$ref"];
  if (typeof ref !== "string") return { at, value };
  const tokens = tokensOf(ref);
  return targetOf(document, tokens, valueAt(document, tokens));
}

/** The document with one key under another name, in its place; references to what is below it follow. */
function renamedKey(whole: JsonObject, at: readonly string[], from: string, to: string): JsonObject {
  const [before, after] = [pointerOf([...at, from]), pointerOf([...at, to])];
  const renamed = JSON.stringify(withRenamedKey(whole, at, from, to));
  return JSON.parse(renamed, (key, value: unknown) =>
    key === "$ref" && typeof value === "string" && `${value}/`.startsWith(`${before}/`)
      ? after + value.slice(before.length)
      : value,
  ) as JsonObject;
}

function withRenamedKey(whole: JsonObject, at: readonly string[], from: string, to: string): JsonObject {
  const [first, ...rest] = at;
  if (first === undefined)
    return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key === from ? to : key, value]));
  return { ...whole, [first]: withRenamedKey(object(whole[first]), rest, from, to) };
}

function otherStatus(status: string, taken: JsonObject): string {
  const number = Number(status);
  if (Number.isNaN(number)) return "418";
  for (let other = number + 1; ; other++) if (!(String(other) in taken)) return String(other);
}

function otherTypeOf(type: string): string {
  return type === "application/zip" ? "application/gzip" : "application/zip";
}
