import { readings } from "../arbitraries/form-view.js";
import type { SchemaJudge } from "../arbitraries/schema-judge.js";
import { array, type JsonObject, object, type Parameter, type Schema } from "../support/contract.js";
import type { Part } from "../support/parts.js";
import type { CoveredContract, CoveredOperation, Subject } from "./covered-contract.js";
import type { Observation, ObservedPart } from "./observation.js";

/** What an operation was sent, as its schemas speak of it. */
export interface ReadRequest {
  readonly one: CoveredOperation;
  readonly sent: ReadonlyMap<Subject, Sent>;
  /** Media type of the body, without parameters; `null`: there was none. */
  readonly mediaType: string | null;
  /** Parts of a form by name; none where it is none. */
  readonly parts: readonly ObservedPart[];
}

export type Sent =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "absent" }
  /** No value of any schema: not JSON, twice where once is right. */
  | { readonly kind: "malformed" }
  /** Too long to have been kept. */
  | { readonly kind: "unknown" };

/** Finds which operation a request is for; a path without parameters before one with. */
export class RequestReader {
  readonly #judge: SchemaJudge;
  readonly #routes: readonly { readonly one: CoveredOperation; readonly pattern: RegExp }[];

  constructor(contract: CoveredContract) {
    this.#judge = contract.verified.judge;
    this.#routes = [...contract.operations]
      .sort((a, b) => a.operation.path.split("{").length - b.operation.path.split("{").length)
      .map((one) => ({ one, pattern: patternOf(one.operation.path) }));
  }

  /** @returns `null`: the contract has no such operation */
  read(observation: Observation): ReadRequest | null {
    const { method, target, headers } = observation;
    const [path = "", query = ""] = target.split(/\?(.*)/s);
    for (const { one, pattern } of this.#routes) {
      const inPath = one.operation.method === method && pattern.exec(path);
      if (!inPath) continue;
      const contentType = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? null;
      const isForm = observation.body?.kind === "form";
      const mediaType = contentType?.split(";")[0]?.trim().toLowerCase() ?? (isForm ? formType : null);
      const sent = one.subjects.map((subject): [Subject, Sent] => [
        subject,
        subject.parameter === null
          ? this.#body(subject, one, observation, mediaType)
          : this.#parameter(subject.parameter, inPath.groups ?? {}, query, headers),
      ]);
      return {
        one,
        sent: new Map(sent),
        mediaType: observation.body === null ? null : mediaType,
        parts: observation.body?.kind === "form" ? observation.body.parts : [],
      };
    }
    return null;
  }

  #body(
    { form }: Subject,
    { operation }: CoveredOperation,
    { body }: Observation,
    mediaType: string | null,
  ): Sent {
    if (body === null) return { kind: "absent" };
    if (mediaType !== operation.body?.mediaType) return { kind: "malformed" };
    if (form)
      return body.kind === "form" ? this.#form(form.parts, form.schema, body.parts) : { kind: "malformed" };
    if (body.kind !== "text") return { kind: "unknown" };
    return parsed(body.text);
  }

  #form(parts: readonly Part[], schema: Schema, given: readonly ObservedPart[]): Sent {
    const value: Record<string, unknown> = {};
    const properties = object(object(schema)["properties"]);
    for (const { name, text } of given) {
      const part = parts.find((one) => one.name === name);
      const sent = this.#part(part, properties[name] as Schema | undefined, text);
      if (sent.kind !== "value") return sent;
      if (part?.repeated) value[name] = [...array(value[name]), sent.value];
      else if (Object.hasOwn(value, name)) return { kind: "malformed" };
      else value[name] = sent.value;
    }
    return { kind: "value", value };
  }

  #part(part: Part | undefined, schema: Schema | undefined, text: string | null): Sent {
    if (part?.kind === "file" && part.lines === null) return { kind: "value", value: "" };
    if (text === null) return { kind: "unknown" };
    if (part?.lines) {
      const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
      const values = lines.map(parsed);
      if (values.some(({ kind }) => kind !== "value")) return { kind: "malformed" };
      return { kind: "value", value: values.map((one) => (one.kind === "value" ? one.value : null)) };
    }
    if (part?.kind === "json") return parsed(text);
    return { kind: "value", value: this.#fitting(schema, text) };
  }

  /** A text as whatever its schema takes it for. */
  #fitting(schema: Schema | undefined, text: string): unknown {
    if (schema === undefined) return text;
    return readings(text).find((one) => this.#judge.isValid(schema, one)) ?? text;
  }

  #parameter(
    parameter: Parameter,
    inPath: Readonly<Record<string, string>>,
    query: string,
    headers: Observation["headers"],
  ): Sent {
    const { name, in: place } = parameter;
    try {
      switch (place as string) {
        case "path":
          return this.#text(parameter, Object.values(inPath)[pathNames(inPath).indexOf(name)], ",");
        case "query":
          return this.#inQuery(parameter, query);
        case "header": {
          const found = headers.filter(([given]) => given.toLowerCase() === name.toLowerCase());
          return this.#text(
            parameter,
            found.length === 0 ? undefined : found.map(([, text]) => text).join(","),
            ",",
          );
        }
        default: {
          const cookies = headers.find(([given]) => given.toLowerCase() === "cookie")?.[1] ?? "";
          const own = cookies.split(/;\s*/).find((one) => one.startsWith(`${name}=`));
          return this.#text(parameter, own?.slice(name.length + 1), ",");
        }
      }
    } catch {
      return { kind: "malformed" }; // not percent-encoded UTF-8
    }
  }

  #inQuery(parameter: Parameter, query: string): Sent {
    const { name, style, explode, schema } = parameter;
    const pairs = query
      .split("&")
      .filter((piece) => piece !== "")
      .map((piece) => piece.replaceAll("+", "%20").split(/=(.*)/s))
      .map(([key = "", value = ""]) => [decodeURIComponent(key), value] as const);
    if (style === "deepObject") {
      const inside = pairs.flatMap(([key, text]): [string, string][] =>
        key.startsWith(`${name}[`) && key.endsWith("]")
          ? [[key.slice(name.length + 1, -1), decodeURIComponent(text)]]
          : [],
      );
      if (inside.length === 0) return { kind: "absent" };
      const properties = object(this.#resolved(schema)["properties"]);
      const entries = inside.map(([key, text]) => [
        key,
        this.#fitting(properties[key] as Schema | undefined, text),
      ]);
      return { kind: "value", value: Object.fromEntries(entries) };
    }
    const found = pairs.filter(([key]) => key === name).map(([, text]) => text);
    if (found.length === 0) return { kind: "absent" };
    if (this.#isList(schema) && explode) return this.#list(schema, found.map(decodeURIComponent));
    if (found.length > 1) return { kind: "malformed" };
    const delimiter = { spaceDelimited: "%20", pipeDelimited: /%7[Cc]|\|/ }[style] ?? ",";
    return this.#text(parameter, found[0], delimiter);
  }

  #text({ schema }: Parameter, text: string | undefined, delimiter: string | RegExp): Sent {
    if (text === undefined) return { kind: "absent" };
    if (this.#isList(schema)) {
      if (text === "") return { kind: "absent" }; // no style can write an empty list
      return this.#list(schema, text.split(delimiter).map(decodeURIComponent));
    }
    return { kind: "value", value: this.#fitting(schema, decodeURIComponent(text)) };
  }

  #list(schema: Schema, texts: readonly string[]): Sent {
    const items = this.#resolved(schema)["items"] as Schema | undefined;
    return { kind: "value", value: texts.map((text) => this.#fitting(items, text)) };
  }

  #isList(schema: Schema): boolean {
    return [this.#resolved(schema)["type"]].flat().includes("array");
  }

  #resolved(schema: Schema): JsonObject {
    const { $ref } = object(schema);
    return typeof $ref === "string" ? this.#resolved(this.#judge.follow($ref)) : object(schema);
  }
}

const formType = "multipart/form-data";

function parsed(text: string): Sent {
  try {
    return { kind: "value", value: JSON.parse(text) as unknown };
  } catch {
    return { kind: "malformed" };
  }
}

/** A group for each parameter, whose name is its name in hexadecimal: not every name can be a group's. */
function patternOf(path: string): RegExp {
  const pieces = path.split(/\{([^{}]+)\}/);
  const source = pieces
    .map((piece, index) =>
      index % 2 === 0
        ? piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
        : `(?<p${Buffer.from(piece).toString("hex")}>[^/]+)`,
    )
    .join("");
  return new RegExp(`^${source}$`);
}

function pathNames(groups: Readonly<Record<string, string>>): string[] {
  return Object.keys(groups).map((group) => Buffer.from(group.slice(1), "hex").toString());
}
