import type { Contract } from "../../contract/contract.js";
import type { TypeNames } from "../../render/type-names.js";
import { type Code, code, marked } from "./code.js";

/** Module of each entry of a package, such as `src/index.ts` → what it exports by name. */
export type Entries = ReadonlyMap<string, readonly string[]>;

/** What a package exports, each name imported once: the main entry's and those of its subpaths. */
export class PackageExports {
  readonly imports: readonly Code[];
  /** Name that the main entry exports → its name in the program. */
  readonly #ofMain = new Map<string, string>();

  constructor(contract: Contract, names: TypeNames, entries: Entries) {
    const places = new Places(contract, names);
    this.imports = [...entries].flatMap(([module, exported], entry) => {
      const from = JSON.stringify(`./${module.replace(/\.ts$/, ".js")}`);
      const ofAll = marked(`import type * as entry${entry} from ${from};`, places.ofModule(module));
      return [
        ofAll, // first: a module that is gone is told once, and not again for all that was in it
        ...exported.map((name) => {
          const local = `${name}${localSuffix}${entry}`;
          if (module === mainModule) this.#ofMain.set(name, local);
          return marked(code(`import type { ${name} as ${local} } from ${from};`), places.of(name, module));
        }),
      ];
    });
  }

  /** A type of the main entry by its name in the program; `null` if it has none of that name. */
  type(name: string | undefined): string | null {
    return (name === undefined ? null : this.#ofMain.get(name)) ?? null;
  }
}

const mainModule = "src/index.ts";

/** Behind a name that was imported, with its entry's number: entries may export the same name. */
const localSuffix = "$of";

/** A line of the program as one would write it. */
export function withoutLocalNames(line: string): string {
  return line.replace(/ as \S+\$of\d+/g, "").replace(/\$of\d+\b/g, "");
}

/** What the runtime has for jobs that can be followed; a package without any does not export it. */
const namesOfJobs = ["CreateAndWaitOptions", "JobFailedError", "JobTimeoutError", "WaitOptions"];

/** Where in the spec the names of a package come from. */
class Places {
  readonly #byName = new Map<string, readonly string[]>();
  readonly #ofModule = new Map<string, readonly string[]>();

  constructor({ schemas, operations, webhooks }: Contract, names: TypeNames) {
    const byName = this.#byName;
    for (const { name, schema } of schemas)
      for (const type of [names.schemas.get(name), names.enums.get(name)])
        if (type !== undefined) byName.set(type, [schema.pointer]);
    for (const [path, type] of names.resources) {
      const own = operations.filter(({ group }) => `${group.join(".")}.`.startsWith(`${path}.`));
      byName.set(
        type,
        own.map(({ pointer }) => pointer),
      );
    }
    for (const { id, pointer } of operations)
      for (const name of Object.values(names.operations.get(id) ?? {})) byName.set(name, [pointer]);
    for (const { pointer } of webhooks) {
      const type = names.webhooks.get(pointer);
      if (type !== undefined) byName.set(type, [pointer]);
    }
    const starts = operations.filter(({ startsJob, jobLink }) => startsJob && jobLink !== null);
    for (const name of namesOfJobs)
      byName.set(
        name,
        starts.map(({ pointer }) => pointer),
      );
    const signed = webhooks.filter(({ signature }) => signature !== null);
    const batches = operations.filter(({ batch }) => batch !== null);
    for (const [module, parts] of [
      ["src/webhooks.ts", signed],
      ["src/batch.ts", batches],
    ] as const)
      if (parts.length > 0)
        this.#ofModule.set(
          module,
          parts.map(({ pointer }) => pointer),
        );
  }

  of(name: string, module: string): readonly string[] {
    // `ThingSchema` of `/validate` checks a `Thing`.
    return this.#byName.get(name) ?? this.#byName.get(name.replace(/Schema$/, "")) ?? this.ofModule(module);
  }

  ofModule(module: string): readonly string[] {
    return this.#ofModule.get(module) ?? ["#"];
  }
}
