import { resolve } from "node:path";
import { buildContract } from "./contract/build-contract.js";
import { byCodeUnit } from "./load/canonical-order.js";
import { type LoadedSpec, loadSpec } from "./load/load-spec.js";
import { renderPackage, type TypeScriptWork } from "./render/render-package.js";
import { formatFiles } from "./write/format-files.js";
import {
  digest,
  digestInputs,
  type Manifest,
  manifestName,
  manifestText,
  relativeToRoot,
  rememberInputs,
} from "./write/manifest.js";
import { planWrite, type WritePlan } from "./write/write-files.js";

export interface Generated {
  readonly plan: WritePlan;
  readonly operations: number;
  readonly schemas: number;
  /** Files of the spec, absolute. */
  readonly sources: readonly string[];
}

export interface GenerateInput {
  /** Path of the spec's root file, or of its folder. */
  readonly spec: string;
  /** Paths of the overlays that change it, in this order. */
  readonly overlays?: readonly string[];
  readonly outDir: string;
  /** What is known of the output folder; `null` if nothing. */
  readonly manifest: Manifest | null;
  readonly work: TypeScriptWork;
  readonly onStep: (step: string) => void;
}

/**
 * Turns a spec into the files of a client package and compares them with an output folder; writes nothing.
 *
 * @throws {SpecError} for a spec that can't be used, with every problem found
 * @throws {OutputError} for an output folder that can't be used
 */
export async function generate(input: GenerateInput): Promise<Generated> {
  const { spec, outDir, manifest, work, onStep } = input;
  onStep("Reading the spec");
  const loaded = await loadSpec(spec, input.overlays);
  const contract = buildContract(loaded);
  const { document, sources, overlays } = loaded;
  onStep("Rendering the package");
  const { made, compiled, copied, names } = await renderPackage(contract, document, work);
  onStep("Formatting and checking");
  const [laidOut, ofCompiled] = await Promise.all([
    formatFiles(made),
    work.checkFiles({ files: compiled, names }),
  ]);
  const findings = [...ofCompiled, ...(await work.checkFiles({ files: laidOut, names }))];
  if (findings.length > 0) {
    throw new Error(`Refused to write code that is not the generator's own:\n${findings.join("\n")}`);
  }
  // Of what was read, not of what is there by now: a spec saved meanwhile must not pass for the one that was used.
  const values = sources.map((path) => ({ path, content: loaded.fileOf(path)?.value }));
  const texts = sources.map((path) => ({ path, content: loaded.fileOf(path)?.text ?? "" }));
  const inputs = await digestInputs({ files: values, overlays });
  await rememberInputs({ files: texts, overlays }, inputs);
  const files = withManifest(new Map([...laidOut, ...compiled, ...copied]), loaded, inputs);
  onStep("Comparing with what is there");
  const plan = await planWrite(resolve(outDir), files, manifest);
  const operations = new Set(contract.operations.map(({ pointer }) => pointer)).size;
  return { plan, operations, schemas: contract.schemas.length, sources };
}

function withManifest(
  files: ReadonlyMap<string, string>,
  { rootPath, sources, overlays }: LoadedSpec,
  inputs: string,
): Map<string, string> {
  const sorted = [...files].sort(([a], [b]) => byCodeUnit(a, b));
  const manifest: Manifest = {
    inputs,
    sources: sources.map((path) => relativeToRoot(rootPath, path)),
    overlays: overlays.map((path) => relativeToRoot(rootPath, path)),
    files: Object.fromEntries(sorted.map(([path, text]) => [path, digest(text)])),
  };
  return new Map([...sorted, [manifestName, manifestText(manifest)]]);
}
