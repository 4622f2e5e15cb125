import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build, type Metafile } from "esbuild";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Contract, loadContract, type Operation } from "./support/contract.js";
import { isValid } from "./support/json-schema.js";
import { requestExamples } from "./support/request-examples.js";

const root = resolve(import.meta.dirname, "..");
const run = promisify(execFile);
const client = await import("sync-api-client");
const entry = (await import("sync-api-client/validate")) as unknown as Record<string, Standard>;
const { operations }: Contract = await loadContract(join(root, "spec", "openapi.yaml"));

interface Issue {
  readonly message: string;
  readonly pointer: string;
  readonly rule: string;
}
/** Standard Schema v1, as whoever takes one sees it. */
interface Standard {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { value?: unknown; issues?: readonly Issue[] };
  };
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** A client that checks everything but the kinds of files, which the examples only name; and what it sent. */
function checkedClient(answer: { status: number; body: unknown } | null, validate: unknown = "all") {
  const sent: Request[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    sent.push(request);
    return Response.json(answer?.body ?? {}, { status: answer?.status ?? 500 });
  };
  const options = {
    apiKey: "sk-1",
    baseUrl: "http://localhost",
    fetch,
    maxRetries: 0,
    ...(validate !== null && { validate }),
  };
  const made = new client.SyncClient(options as never) as unknown as Record<string, Record<string, Method>>;
  return {
    sent,
    call: (id: string, args: readonly unknown[]) => method(made, id)(...args, { checkFileKinds: false }),
  };
}

function method(made: Record<string, Record<string, Method>>, id: string): Method {
  const [group = "", name = ""] = id.split(".");
  const resource = made[group];
  if (!resource?.[name]) throw new Error(`There is no ${id}.`);
  return resource[name].bind(resource);
}

/** An example of the spec as a caller gives it: files as a `Blob`, parts that are JSON text as the value. */
function given(operation: Operation, body: unknown): unknown {
  const schema = operation.body?.schema;
  if (operation.body?.mediaType !== "multipart/form-data" || typeof schema !== "object") return body;
  const properties = schema["properties"] as Record<string, Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(body as object).map(([name, value]) => {
      const mediaType = properties[name]?.["contentMediaType"];
      if (mediaType === "application/json") return [name, JSON.parse(String(value))];
      return [name, mediaType === undefined ? value : new Blob([String(value)])];
    }),
  );
}

const requests = operations.flatMap((operation) =>
  requestExamples(operation).map((example) => ({
    operation,
    example,
    title: `${operation.id} ${example.name}`,
  })),
);
const answers = operations.flatMap(({ id, responses }) =>
  responses
    .filter(({ status }) => status.startsWith("2"))
    .flatMap(({ status, schema, examples }) =>
      examples.map((example) => ({
        id,
        status: Number(status),
        schema,
        example,
        title: `${id} ${example.name}`,
      })),
    ),
);

describe("every request that the spec shows passes", () => {
  it.each(requests)("$title", async ({ operation, example }) => {
    const { sent, call } = checkedClient(null);
    await call(operation.id, argumentsOf(operation, example)).catch((error: Error) =>
      expect(error.name).not.toBe("InvalidRequestError"),
    );
    expect(sent.length).toBe(1);
  });
});

function argumentsOf(
  operation: Operation,
  { path, parameters, body }: (typeof requests)[0]["example"],
): unknown[] {
  const inHeader = new Set(operation.parameters.filter((one) => one.in === "header").map(({ name }) => name));
  const query = Object.fromEntries(Object.entries(parameters).filter(([name]) => !inHeader.has(name)));
  const rest = body === undefined ? query : given(operation, body);
  return [...Object.values(path), rest];
}

describe("every answer that the spec shows passes", () => {
  it.each(answers)("$title", async ({ id, status, example }) => {
    const operation = operations.find((one) => one.id === id) as Operation;
    const [request] = requestExamples(operation);
    const { call } = checkedClient({ status, body: example.value });
    const result = await call(id, argumentsOf(operation, request as never));
    expect(result).toEqual(example.value);
  });
});

describe("a wrong request is refused before it is sent", () => {
  const quick = requests.find(({ operation }) => operation.id === "generations.create")?.example
    .body as object;
  it.each<[string, string, unknown[], string, string]>([
    ["a property missing", "generations.create", [{ ...quick, model: undefined }], "", "required"],
    ["a property more", "generations.create", [{ ...quick, other: 1 }], "", "additionalProperties"],
    ["a wrong value", "generations.create", [{ ...quick, model: "sk-secret" }], "/model", "enum"],
    [
      "a wrong type deep inside",
      "generations.create",
      [{ ...quick, input: [{ type: "video", url: 5 }, {}] }],
      "/input/0/url",
      "type",
    ],
    ["too few", "generations.create", [{ ...quick, input: [] }], "/input", "minItems"],
    ["a path that is none", "generations.get", ["sk-secret"], "/id", "format"],
    ["a filter that is none", "generations.list", [{ status: ["sk-secret"] }], "/status/0", "enum"],
    ["a file that is none", "batch.create", [{ input: "sk-secret" }], "/input", "file"],
  ])("%s", async (_, id, args, pointer, rule) => {
    for (const validate of ["requests", "all"]) {
      const { sent, call } = checkedClient(null, validate);
      const error = (await call(id, args).catch((reason: unknown) => reason)) as Error & { issues: Issue[] };
      expect(error).toBeInstanceOf(client.InvalidRequestError);
      expect(error).toBeInstanceOf(client.InvalidArgumentError);
      expect(error.issues).toContainEqual(expect.objectContaining({ pointer, rule }));
      for (const { message } of error.issues) expect(error.message.includes(message)).toBe(true);
      expect(error.message).toContain(`(${rule})`);
      expect(JSON.stringify([error, error.message])).not.toContain("sk-secret");
      expect(sent).toEqual([]);
    }
  });

  it("and is sent as it is without the option", async () => {
    const { sent, call } = checkedClient(null, null);
    await call("generations.create", [{}]).catch(() => undefined);
    expect(sent.length).toBe(1);
  });
});

describe("a wrong answer", () => {
  const wrong = { status: 200, body: { id: "sk-secret", status: "COMPLETED" } };
  const id = "6533643b-aceb-4c40-967e-d9ba9baac39e";

  it('is refused with "all"', async () => {
    const { call } = checkedClient(wrong);
    const error = (await call("generations.get", [id]).catch((reason: unknown) => reason)) as Error;
    expect(error).toBeInstanceOf(client.InvalidResponseError);
    expect(error).toBeInstanceOf(client.UnexpectedResponseError);
    expect(error).toMatchObject({ status: 200, method: "GET", sample: "" });
    const { issues } = error as unknown as { issues: Issue[] };
    expect(issues).toContainEqual(expect.objectContaining({ pointer: "", rule: "required" }));
    expect(issues).toContainEqual(expect.objectContaining({ pointer: "/id", rule: "format" }));
    expect(JSON.stringify([error, error.message])).not.toContain("sk-secret");
  });

  it('is handed on with "requests"', async () => {
    await expect(checkedClient(wrong, "requests").call("generations.get", [id])).resolves.toEqual(wrong.body);
  });

  it("that has more than the contract says is none", async () => {
    const [{ example } = { example: null }] = answers.filter((answer) => answer.id === "generations.get");
    const body = { ...(example?.value as object), new_property: 1, status: "A_NEW_STATUS" };
    const { call } = checkedClient({ status: 200, body });
    await expect(call("generations.get", [id])).resolves.toEqual(body);
  });

  it("which is an error stays that error", async () => {
    const { call } = checkedClient({ status: 400, body: { message: "no" } });
    await expect(call("generations.get", [id])).rejects.toBeInstanceOf(client.BadRequestError);
  });
});

it("a word that is none is refused at once", () => {
  expect(() => checkedClient(null, "responses")).toThrow(/validate must be "requests" or "all"/);
});

describe("the schemas agree with a validator of their own, whatever is changed in an example", () => {
  const bodies = requests
    .filter(({ operation }) => operation.body?.mediaType === "application/json")
    .map(({ operation, example, title }) => ({ title, schema: operation.body?.schema, value: example.body }));
  const subjects = [
    ...bodies,
    ...answers.map(({ title, schema, example }) => ({ title, schema, value: example.value })),
  ];
  const names: Readonly<Record<string, string>> = {
    "generations.create": "CreateGenerationRequestSchema",
    "generations.estimateCost": "CreateGenerationRequestSchema",
    "batch.create": "CreateBatchResponseSchema",
    "generations.createWithFiles": "GenerationSchema",
    "generations.get": "GenerationSchema",
    "generations.list": "GenerationsListResultSchema",
  };

  it.each(subjects)("$title", ({ title, schema, value }) => {
    const isAnswer = answers.some((answer) => answer.title === title && answer.example.value === value);
    const id = title.split(" ")[0] ?? "";
    const result = {
      "generations.create": "GenerationSchema",
      "generations.estimateCost": "GenerationsEstimateCostResultSchema",
    };
    const name = (isAnswer ? (result as Record<string, string>)[id] : undefined) ?? names[id] ?? "";
    const standard = (entry[name] as Standard)["~standard"];
    expect(standard).toMatchObject({ version: 1, vendor: "specwright" });
    const pieces = [
      null,
      true,
      0,
      -1,
      1.5,
      "",
      "video",
      "COMPLETED",
      "https://a.b/c",
      [],
      {},
      [[0, 1]],
      undefined,
    ];
    const change = fc.tuple(fc.nat(), fc.constantFrom<unknown>(...pieces), fc.boolean());
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
        const changed = changes.reduce((whole, [at, piece, add]) => changedAt(whole, at, piece, add), value);
        const want = isValid(schema ?? true, changed);
        const { issues } = standard.validate(changed);
        expect({ changed, valid: issues === undefined }).toEqual({ changed, valid: want });
        for (const { message, pointer, rule } of issues ?? []) {
          expect(message).toContain(rule);
          expect(message).toContain(pointer);
        }
      }),
      { numRuns: 150, seed: 3 },
    );
  });
});

/** The same value with something else at one of its places, or with a property more there. */
function changedAt(value: unknown, at: number, piece: unknown, add: boolean): unknown {
  const copy = structuredClone({ value });
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (holder: object): void => {
    for (const [key, part] of Object.entries(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      if (typeof part === "object" && part !== null) visit(part);
    }
  };
  visit(copy);
  const [holder, key] = places[at % places.length] as (typeof places)[0];
  if (piece === undefined && !Array.isArray(holder)) delete holder[key];
  else if (add && !Array.isArray(holder) && holder !== (copy as object)) holder["more"] = piece;
  else holder[key] = piece ?? null;
  return copy.value;
}

describe("what it costs", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(root, "node_modules", ".cache-validation-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function bundle(program: string, outfile = join(folder, "out.mjs")): Promise<Metafile> {
    const { metafile } = await build({
      stdin: { contents: program, resolveDir: root },
      bundle: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      conditions: ["import"],
      minify: true,
      metafile: true,
      outfile,
    });
    return metafile;
  }
  const bytesOf = (metafile: Metafile, name: RegExp): number =>
    Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([path]) => name.test(path))
      .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  const validation = /validators\.js|validate\.js|runtime\/validate\/|validation-errors\.js/;

  it("a program that doesn't import it holds none of it, though it may name the option", async () => {
    const metafile = await bundle(
      'import { SyncClient } from "sync-api-client"; const s = new SyncClient({ validate: "all" }); s.generations.create; s.generations.get;',
    );
    expect(bytesOf(metafile, /dist\/client\.js/)).toBeGreaterThan(0);
    expect(bytesOf(metafile, validation)).toBe(0);
  });

  it("a program that imports one schema holds what that one needs", async () => {
    const all = await bundle('import * as all from "sync-api-client/validate"; console.log(all);');
    const one = await bundle(
      'import { TextInputSchema } from "sync-api-client/validate"; console.log(TextInputSchema);',
    );
    const whole = bytesOf(all, /validators\.js/);
    expect(whole).toBeGreaterThan(20_000);
    expect(bytesOf(one, /validators\.js/)).toBeGreaterThan(500);
    expect(bytesOf(one, /validators\.js/)).toBeLessThan(whole / 10);
    expect(bytesOf(one, /operations\.js|dist\/client\.js/)).toBe(0);
  });

  it("a bundled program says what to import, and then works, without eval", async () => {
    const program = (option: string): string => `
      import { SyncClient } from "sync-api-client";
      import { validation } from "sync-api-client/validate";
      const sync = new SyncClient({ apiKey: "k", baseUrl: "http://localhost", validate: ${option} });
      void validation;
      await sync.generations.create({}).catch((error) => console.log(error.name + ": " + error.message));
    `;
    const runBundled = async (option: string): Promise<string> => {
      // Outside of the repository, where no package could be found after all.
      const away = await mkdtemp("/tmp/specwright-validation-");
      const outfile = join(away, "out.mjs");
      await bundle(program(option), outfile);
      const { stdout } = await run(process.execPath, ["--disallow-code-generation-from-strings", outfile]);
      await rm(away, { recursive: true });
      return stdout;
    };
    expect(await runBundled('"all"')).toContain('give validate: validation("all")');
    expect(await runBundled('validation("all")')).toMatch(/^InvalidRequestError: .*required/);
  });

  it("needs no eval where it is not bundled either", async () => {
    const program = `import { SyncClient } from "sync-api-client";
      await new SyncClient({ apiKey: "k", validate: "all" }).generations.create({}).catch((error) => console.log(error.name));`;
    await writeFile(join(folder, "program.mjs"), program);
    const flags = ["--disallow-code-generation-from-strings", join(folder, "program.mjs")];
    expect((await run(process.execPath, flags)).stdout).toBe("InvalidRequestError\n");
  });
});
