import fc from "fast-check";
import { boundaryValues } from "../arbitraries/boundary-values.js";
import type { FaultyValue } from "../arbitraries/faulty-values.js";
import { isWrongWhenSent, readings, textOf, viewOfExample } from "../arbitraries/form-view.js";
import { canStand, type TextPlace } from "../arbitraries/string-arbitrary.js";
import { object, type Parameter, type Schema } from "../support/contract.js";
import type { Arguments, VerifyCase } from "./case.js";
import { canMakeBody, encodeRequest } from "./encode-request.js";
import type { VerifiedContract, VerifiedOperation } from "./verified-contract.js";

type Details = Pick<VerifyCase, "intent" | "source" | "what"> & Partial<Pick<VerifyCase, "wrong">>;

/** Valid values in which limits and faults are looked for; the more, the more of the schema they reach. */
const baseValues = 24;
/** For forms with hundreds of lines. */
const baseFiles = 3;

/** Makes the cases of one operation from its schemas and examples. The same seed makes the same cases. */
export class CaseMaker {
  readonly operation: VerifiedOperation;
  readonly #contract: VerifiedContract;
  readonly #seed: number;
  readonly #bodySchema: Schema | null;
  #basesMade: readonly unknown[] | null = null;
  #leastMade: Arguments | null = null;

  constructor(contract: VerifiedContract, operation: VerifiedOperation, seed: number) {
    this.#contract = contract;
    this.operation = operation;
    this.#seed = seed;
    this.#bodySchema = operation.form?.schema ?? operation.body?.schema ?? null;
  }

  /** Why no case can be made; `null`: they can. */
  get obstacle(): string | null {
    const { body } = this.operation;
    if (body?.required && !canMakeBody(body.mediaType)) return `bodies of ${body.mediaType} can't be made`;
    try {
      this.least();
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error); // an odd schema is no reason to leave others out
    }
  }

  case(args: Arguments, details: Details): VerifyCase {
    const { operation } = this;
    return { operation, args, wrong: null, ...details, request: encodeRequest(operation, args) };
  }

  /** The simplest valid arguments: an example where the spec has one. */
  least(): Arguments {
    this.#leastMade ??= this.#makeLeast();
    return this.#leastMade;
  }

  #makeLeast(): Arguments {
    const { body } = this.operation;
    return {
      path: this.#valuesIn("path", true),
      query: this.#valuesIn("query", true),
      header: this.#valuesIn("header", true),
      cookie: this.#valuesIn("cookie", true),
      body: body?.required
        ? (this.#bodyExamples()[0]?.value ?? this.#samples(this.#bodySchema ?? true, 1)[0])
        : undefined,
    };
  }

  /** What the spec itself shows, whole, and each parameter's examples. */
  examples(): VerifyCase[] {
    const least = this.least();
    const { body, parameters } = this.operation;
    const ofBody = this.#bodyExamples().map(({ name, value }) =>
      this.case(
        { ...least, body: value },
        { intent: "positive", source: "example", what: `example ${name}` },
      ),
    );
    const ofParameters = parameters.flatMap((parameter) =>
      parameter.examples.map(({ name, value }) =>
        this.case(this.#with(least, parameter, value), {
          intent: "positive",
          source: "example",
          what: `${parameter.in} ${parameter.name}, ${name}`,
        }),
      ),
    );
    const plain = this.case(least, { intent: "positive", source: "example", what: "no more than it takes" });
    return [...(body?.required && ofBody.length > 0 ? [] : [plain]), ...ofBody, ...ofParameters];
  }

  /** Each limit of each schema, and each member of each list of values. Made one by one: large schemas have many. */
  *limits(): Generator<VerifyCase> {
    const least = this.least();
    const { judge } = this.#contract;
    const details = (where: string, { keyword, variant, pointer }: FaultyValue): Details => ({
      intent: "positive",
      source: "limits",
      what: `${where}${pointer}: ${keyword}, ${variant}`,
    });
    for (const parameter of this.operation.parameters)
      for (const found of boundaryValues(judge, parameter.schema, this.valuesOf(parameter)))
        if (canBeSent(parameter, found.value))
          yield this.case(
            this.#with(least, parameter, found.value),
            details(`${parameter.in} ${parameter.name}`, found),
          );
    if (this.#bodySchema === null) return;
    for (const found of boundaryValues(judge, this.#bodySchema, this.#bases()))
      yield this.case({ ...least, body: found.value }, details("body", found));
  }

  /** Each way to break each keyword of each schema, and what is wrong before any schema is asked. */
  *faults(): Generator<VerifyCase> {
    const least = this.least();
    const { faulty, judge } = this.#contract;
    yield* this.#withoutParameters(least);
    yield* this.#brokenBodies(least);
    for (const parameter of this.operation.parameters)
      for (const found of faulty.coverage(parameter.schema, this.valuesOf(parameter)))
        if (canBeSent(parameter, found.value) && isWrongText(judge, parameter, found.value))
          yield this.#faultyParameter(least, parameter, found);
    if (this.#bodySchema === null) return;
    for (const found of faulty.coverage(this.#bodySchema, this.#bases()))
      if (this.#isWrongBody(found.value)) yield this.#faultyBody(least, found, "faults");
  }

  /** Valid and faulty cases by chance, without end. */
  *generated(): Generator<VerifyCase> {
    const { faulty } = this.#contract;
    const batch = 20;
    for (let round = 1; ; round++) {
      const seed = this.#seed + round * 7919;
      const valid = this.#allArguments(batch, seed);
      const wrong = this.#bodySchema
        ? fc
            .sample(faulty.arbitrary(this.#bodySchema), { numRuns: batch, seed })
            .filter(({ value }) => this.#isWrongBody(value))
        : [];
      for (let index = 0; index < batch; index++) {
        const args = valid[index];
        if (args) yield this.case(args, { intent: "positive", source: "generated", what: "generated" });
        const found = wrong[index];
        if (found) yield this.#faultyBody(args ?? this.least(), found, "generated");
      }
      if (valid.length === 0 && wrong.length === 0) return;
    }
  }

  /** Valid arguments whose body has a property: an example where one has it. */
  withProperty(name: string): Arguments {
    const least = this.least();
    const having = (bodies: readonly unknown[]): unknown =>
      bodies.find((value) => Object.hasOwn(object(value), name));
    const body =
      having(this.#bodyExamples().map(({ value }) => value)) ??
      having(this.#bases()) ??
      having(this.#samples(this.#bodySchema ?? true, baseValues));
    return body === undefined ? least : { ...least, body };
  }

  /** Valid values of a parameter, its examples first. */
  valuesOf(parameter: Parameter): unknown[] {
    return this.#parameterSamples(parameter, 12);
  }

  #faultyBody(
    args: Arguments,
    { value, keyword, pointer, variant }: FaultyValue,
    source: string,
  ): VerifyCase {
    return this.case(
      { ...args, body: value },
      {
        intent: "negative",
        source,
        what: `body${pointer}: not ${keyword}, ${variant}`,
        wrong: { where: "body", keyword, pointer, variant },
      },
    );
  }

  #faultyParameter(args: Arguments, parameter: Parameter, found: FaultyValue): VerifyCase {
    const { value, keyword, pointer, variant } = found;
    const where = `${parameter.in} ${parameter.name}`;
    return this.case(this.#with(args, parameter, value), {
      intent: "negative",
      source: "faults",
      what: `${where}${pointer}: not ${keyword}, ${variant}`,
      wrong: { where, keyword, pointer, variant },
    });
  }

  #withoutParameters(least: Arguments): VerifyCase[] {
    return this.operation.parameters
      .filter((parameter) => parameter.required && parameter.in === "query")
      .map((parameter) =>
        this.case(this.#with(least, parameter, undefined), {
          intent: "negative",
          source: "faults",
          what: `without ${parameter.in} ${parameter.name}`,
          wrong: {
            where: `${parameter.in} ${parameter.name}`,
            keyword: "required",
            pointer: "",
            variant: "missing",
          },
        }),
      );
  }

  /** Bodies that are no value of any schema. */
  #brokenBodies(least: Arguments): VerifyCase[] {
    const { body, form } = this.operation;
    if (!body || least.body === undefined) return [];
    const whole = this.case(least, { intent: "negative", source: "faults", what: "" });
    const { headers, body: bytes } = whole.request;
    const withType = (type: string) =>
      headers.map(([name, value]) =>
        name === "Content-Type" ? ([name, type] as const) : ([name, value] as const),
      );
    const raw = (variant: string, request: Partial<VerifyCase["request"]>): VerifyCase => ({
      ...whole,
      what: `body: ${variant}`,
      args: null,
      wrong: { where: "body", keyword: "content", pointer: "", variant },
      request: { ...whole.request, ...request },
    });
    const cut = bytes?.subarray(0, Math.max(1, bytes.length - 8)) ?? null;
    return [
      ...(body.required
        ? [raw("missing", { body: null, headers: headers.filter(([name]) => name !== "Content-Type") })]
        : []),
      ...(/[/+]json$/.test(body.mediaType)
        ? [
            raw("cut off", { body: cut }),
            raw("not JSON", { body: Buffer.from("{a: 1}") }),
            raw("empty", { body: Buffer.alloc(0) }),
          ]
        : []),
      raw("of another content type", { headers: withType("text/plain") }),
      ...(form && bytes
        ? [
            raw("without a boundary", { headers: withType("multipart/form-data") }),
            raw("cut off", { body: bytes.subarray(0, bytes.length / 2) }),
          ]
        : []),
      // Whoever leaves such parts out, as some do, misses what is required.
      ...(form && bytes && !this.#contract.judge.isValid(form.schema, {})
        ? brokenParts(bytes).map(([variant, broken]) => raw(variant, { body: broken }))
        : []),
    ];
  }

  #isWrongBody(value: unknown): boolean {
    const { form, body } = this.operation;
    if (form) return isWrongWhenSent(this.#contract.judge, form, value);
    return /[/+]json$/.test(body?.mediaType ?? "");
  }

  #bodyExamples(): readonly { name: string; value: unknown }[] {
    const { body, form } = this.operation;
    return (body?.examples ?? []).map(({ name, value }) => ({
      name,
      value: form ? viewOfExample(form, value) : value,
    }));
  }

  /** Whether a case takes hundreds of lines, and so much longer to make than others. */
  get hasLines(): boolean {
    return this.operation.form?.parts.some(({ lines }) => lines) ?? false;
  }

  /** Valid bodies, the small ones first: what is found in them is easier to read. */
  #bases(): readonly unknown[] {
    this.#basesMade ??= this.#makeBases();
    return this.#basesMade;
  }

  #makeBases(): unknown[] {
    const samples = this.#samples(this.#bodySchema ?? true, this.hasLines ? 2 * baseFiles : baseValues);
    const examples = this.#bodyExamples().map(({ value }) => value);
    const all = [...examples, ...samples]
      .filter((value) => this.#contract.judge.isValid(this.#bodySchema ?? true, value))
      .map((value) => ({ value, length: JSON.stringify(value).length }))
      .sort((a, b) => a.length - b.length)
      .map(({ value }) => value);
    return this.hasLines ? all.slice(0, baseFiles) : all;
  }

  #samples(schema: Schema, count: number, place: TextPlace = "json", seed = this.#seed): unknown[] {
    return fc.sample(this.#contract.arbitraries.of(schema, place), { numRuns: count, seed });
  }

  #parameterSamples(parameter: Parameter, count: number, seed = this.#seed): unknown[] {
    const place = (parameter.in as string) === "cookie" ? "header" : parameter.in;
    const examples = parameter.examples.map(({ value }) => value);
    return [
      ...examples,
      ...this.#samples(parameter.schema, count, place, seed).filter((value) => canBeSent(parameter, value)),
    ];
  }

  #valuesIn(place: string, requiredOnly: boolean): Record<string, unknown> {
    return Object.fromEntries(
      this.operation.parameters
        .filter((parameter) => parameter.in === place && (parameter.required || !requiredOnly))
        .map((parameter) => [parameter.name, this.#parameterSamples(parameter, 8)[0]]),
    );
  }

  #allArguments(count: number, seed: number): Arguments[] {
    const { parameters, body } = this.operation;
    const columns = parameters.map((parameter) => ({
      parameter,
      values: this.#samples(
        parameter.schema,
        count,
        (parameter.in as string) === "cookie" ? "header" : parameter.in,
        seed,
      ),
    }));
    const bodies =
      body && this.#bodySchema && canMakeBody(body.mediaType)
        ? this.#samples(this.#bodySchema, count, "json", seed)
        : [];
    const least = this.least();
    return Array.from({ length: count }, (_, row) => {
      let args: Arguments = { ...least, body: row % 5 === 4 && !body?.required ? undefined : bodies[row] };
      columns.forEach(({ parameter, values }, column) => {
        const wanted = parameter.required || (row + column) % 2 === 0;
        if (wanted && canBeSent(parameter, values[row])) args = this.#with(args, parameter, values[row]);
      });
      return args;
    });
  }

  #with(args: Arguments, { in: place, name }: Parameter, value: unknown): Arguments {
    const { [name]: _, ...rest } = object(args[place]);
    return { ...args, [place]: value === undefined ? rest : { ...rest, [name]: value } };
  }
}

/** A form all of whose parts are not as RFC 7578 has them. */
function brokenParts(form: Buffer): [variant: string, broken: Buffer][] {
  const text = form.toString("latin1");
  const replaced = (what: RegExp, instead: string): Buffer =>
    Buffer.from(text.replaceAll(what, instead), "latin1");
  return [
    ["of parts that are no form-data", replaced(/(?<=Content-Disposition: )form-data/g, "attachment")],
    ["of parts without a name", replaced(/; name="[^"]*"/g, "")],
    ["of parts without a Content-Disposition", replaced(/Content-Disposition: /g, "X-Disposition: ")],
  ];
}

/** Some values no style can write: an empty list is none, and an empty piece of a path is another path. */
function canBeSent({ in: place, schema }: Parameter, value: unknown): boolean {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return false;
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return [object(schema)["type"]].flat().includes("object") && Object.keys(value).length > 0;
  const where = (place as string) === "cookie" ? "header" : place;
  return [value]
    .flat()
    .every((one) => typeof one !== "object" && canStand(textOf(one), where) && !textOf(one).includes(","));
}

/** Whether a value is wrong however its text is read: a parameter has no type, so `5` is a good text. */
function isWrongText(judge: VerifiedContract["judge"], { schema }: Parameter, value: unknown): boolean {
  if (typeof value === "object" && !Array.isArray(value)) return true;
  const all = [value].flat().map((one) => readings(textOf(one)));
  const single = all[0] ?? [];
  if (all.length === 1 && single.some((one) => judge.isValid(schema, one))) return false;
  const lists = all.reduce<unknown[][]>(
    (before, choices) => before.flatMap((list) => choices.map((choice) => [...list, choice])).slice(0, 64),
    [[]],
  );
  return lists.every((list) => !judge.isValid(schema, list));
}
