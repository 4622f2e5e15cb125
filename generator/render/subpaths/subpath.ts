import type { SourceText } from "../source-text.js";
import type { ViewInput } from "../views.js";

/** An entry of the package beside its main one: `import … from "<package>/<name>"`. */
export interface Subpath {
  readonly name: string;
  /** The module it leads to, such as `src/webhooks.ts`: one of `files`, or of the runtime. */
  readonly entry: string;
  /** Path inside the package → content, made from the contract, not yet formatted; a header is put before TypeScript. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders of `runtime/` that it needs, copied unchanged. What no subpath of a package names stays out of it. */
  readonly runtime: readonly string[];
  /** npm packages that an application installs itself if it uses this entry → accepted versions. */
  readonly peers: Readonly<Record<string, string>>;
  /** Section of the package's README, from its `##` heading on. */
  readonly readme: SourceText;
}

/** Makes a subpath of a contract; `null` where the contract has nothing for it. */
export type RenderSubpath = (input: ViewInput) => Subpath | null;
