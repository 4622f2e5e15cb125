import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Contract } from "../contract/contract.js";
import { generatorFolder } from "../generator-folder.js";
import type { JsonObject } from "../load/document-walk.js";
import type { GateInput } from "./gate.js";
import { followedJobs, jobsView } from "./job-view.js";
import { layOut } from "./lay-out.js";
import { callShape, operationTypes } from "./operation-view.js";
import type { SchemaTypes, SchemaTypesInput } from "./schema-types.js";
import { renderSubpaths } from "./subpaths/index.js";
import type { Subpath } from "./subpaths/subpath.js";
import { nameTypes } from "./type-names.js";
import { compileValidators } from "./validators/compile-validators.js";
import { planValidators } from "./validators/plan-validators.js";
import { rewriteValidators } from "./validators/rewrite-validators.js";
import {
  allResources,
  apiView,
  clientView,
  enumsView,
  fileNameOf,
  indexView,
  operationErrorsView,
  operationsView,
  readmeView,
  resourceTree,
  resourceView,
  type ViewInput,
} from "./views.js";

/** The half of the work that needs TypeScript, which is slow to load: done here, or in a worker that loads it meanwhile. */
export interface TypeScriptWork {
  readonly renderSchemaTypes: (input: SchemaTypesInput) => Promise<SchemaTypes>;
  /** @returns what is wrong with files that were made from a contract, a line each; see `gate.ts` */
  readonly checkFiles: (input: GateInput) => Promise<readonly string[]>;
  readonly compileUsage: (input: CompileInput) => Promise<CompileResult>;
  /** @returns module of each entry of a package → what it exports by name; see `exported-names.ts` */
  readonly exportedNames: (files: Files) => Promise<ReadonlyMap<string, readonly string[]>>;
}

/** A program, and the files of two packages that it is compiled against in turn. */
export interface CompileInput {
  readonly usage: string;
  readonly base: Files;
  readonly revision: Files;
}

export interface CompileResult {
  readonly base: readonly CompileError[];
  readonly revision: readonly CompileError[];
}

export interface CompileError {
  /** Offset in the program, and how much of it is meant. */
  readonly start: number;
  readonly length: number;
  /** TypeScript's number of it. */
  readonly code: number;
  /** Its first line says what, those behind it say why. */
  readonly message: string;
}

/** Path inside the package → content. */
export type Files = ReadonlyMap<string, string>;

export interface RenderedPackage {
  /** Made from the contract, not yet formatted. */
  readonly made: Files;
  /** Made from the contract too, and written as they are. */
  readonly compiled: Files;
  /** The runtime, as it is. */
  readonly copied: Files;
  /** Names made of the contract's words, for the gate. */
  readonly names: readonly string[];
}

/** Renders a contract as the files of an npm package, in memory. */
export async function renderPackage(
  contract: Contract,
  document: JsonObject,
  work: TypeScriptWork,
): Promise<RenderedPackage> {
  const names = nameTypes(contract);
  const shapes = new Map(
    contract.operations.map((operation) => [operation.id, callShape(contract, operation)]),
  );
  const operations = contract.operations.flatMap((operation) => {
    const shape = shapes.get(operation.id);
    const own = names.operations.get(operation.id);
    return shape && own ? [operationTypes(operation, shape, own)] : [];
  });
  const webhooks = contract.webhooks.flatMap(({ name: webhook, method, pointer }) => {
    const name = names.webhooks.get(pointer);
    return name === undefined ? [] : [{ name, webhook, method }];
  });
  const typing = work.renderSchemaTypes({
    document,
    schemas: names.schemas,
    operations,
    webhooks,
  });
  const validators = planValidators(contract, document, names, shapes);
  // Ajv works here while the types are made elsewhere.
  const validatorsText = validators && header + rewriteValidators(compileValidators(validators));
  const schemaTypes = await typing;

  const jobs = followedJobs(contract);
  const input: ViewInput = { contract, names, shapes, typeOf: schemaTypes.typeOf, jobs, validators };
  const root = resourceTree(contract.operations);
  const resources = allResources(root);
  const files = new Map<string, string>();
  const add = (path: string, text: string): void => {
    if (files.has(path)) throw new Error(`Two parts of the contract would be written to ${path}.`);
    files.set(path, text);
  };
  const subpaths = renderSubpaths(input);
  add("README.md", layOut("readme", readmeView(input, subpaths)));
  add("package.json", packageJson(contract, subpaths));
  add("tsconfig.json", json(tsconfig));
  add("src/api.ts", header + layOut("api", apiView(input)));
  add("src/client.ts", header + layOut("client", clientView(input, root)));
  add("src/enums.ts", header + (names.enums.size > 0 ? layOut("enums", enumsView(input)) : "export {};\n"));
  add("src/index.ts", header + layOut("index", indexView(input, resources)));
  if (jobs.size > 0) add("src/jobs.ts", header + layOut("jobs", jobsView(jobs.values(), names)));
  add("src/operation-errors.ts", header + layOut("operation-errors", operationErrorsView(input)));
  add("src/operations.ts", header + layOut("operations", operationsView(input)));
  add("src/schema.ts", header + schemaTypes.text);
  for (const resource of resources) {
    add(
      `src/resources/${fileNameOf(resource)}.ts`,
      header + layOut("resource", resourceView(input, resource)),
    );
  }
  for (const { files: own } of subpaths) {
    for (const [path, text] of own) add(path, path.endsWith(".ts") ? header + text : text);
  }
  const folders = subpaths.flatMap(({ runtime }) => runtime);
  const compiled = new Map(validatorsText === null ? [] : [["src/validators.js", validatorsText]]);
  return { made: files, compiled, copied: runtimeModules(folders), names: [...names.made] };
}

const header = `// Generated by Specwright from the API's OpenAPI contract. Do not edit: change the contract and run \`specwright generate\`.

`;

/** The runtime's modules, to be copied unchanged: its core, and the folders that a subpath needs; their tests stay behind. */
function runtimeModules(folders: readonly string[]): Files {
  const runtime = join(generatorFolder, "runtime");
  const paths = ["", ...new Set(folders)].flatMap((folder) =>
    readdirSync(join(runtime, folder))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => (folder === "" ? name : `${folder}/${name}`)),
  );
  return new Map(
    paths.map((path) => [
      `src/runtime/${path}`,
      readFileSync(join(runtime, path), "utf8").replaceAll("\r\n", "\n"),
    ]),
  );
}

const tsconfig = {
  compilerOptions: {
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    module: "NodeNext",
    moduleResolution: "NodeNext",
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitOverride: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: true,
    allowJs: true, // the validators, which are compiled already
    checkJs: false,
    declaration: true,
    rootDir: "src",
    outDir: "dist",
    composite: true,
    tsBuildInfoFile: "dist/.tsbuildinfo",
  },
  include: ["src"],
};

function packageJson({ client, title, version }: Contract, subpaths: readonly Subpath[]): string {
  const peers = Object.assign({}, ...subpaths.map((subpath) => subpath.peers)) as Record<string, string>;
  const names = Object.keys(peers).sort();
  const built = (entry: string, suffix: string): string =>
    `./${entry.replace(/^src/, "dist").replace(/\.ts$/, suffix)}`;
  return json({
    name: client.packageName,
    version: semver(version),
    description: `Client of the ${title.replace(/[^\x20-\x7e]+/g, " ").trim()}.`,
    type: "module",
    sideEffects: false,
    engines: { node: ">=20.19" },
    exports: {
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      ...Object.fromEntries(
        subpaths.map(({ name, entry }) => [
          `./${name}`,
          { types: built(entry, ".d.ts"), default: built(entry, ".js") },
        ]),
      ),
      "./package.json": "./package.json",
    },
    files: ["dist", "!dist/.tsbuildinfo"],
    scripts: { build: "tsc --build", prepack: "npm run build" },
    dependencies: { "openapi-fetch": "^0.17.0" },
    ...(names.length > 0 && {
      peerDependencies: Object.fromEntries(names.map((name) => [name, peers[name]])),
      peerDependenciesMeta: Object.fromEntries(names.map((name) => [name, { optional: true }])),
    }),
  });
}

/** npm wants three numbers; specs also say `2024.0` or `v1`. */
function semver(version: string): string {
  if (/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/.test(version)) return version;
  const [major = "0", minor = "0", patch = "0"] = version.match(/\d+/g) ?? [];
  return [major, minor, patch].map((part) => String(BigInt(part))).join(".");
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
