import type { Operation, Part } from "../../contract/contract.js";
import { camelCase } from "../../contract/names.js";
import { isObject } from "../../load/document-walk.js";
import { isIdentifier } from "../identifiers.js";
import { layOut } from "../lay-out.js";
import { SourceText } from "../source-text.js";
import { fileOperations, type ViewInput } from "../views.js";
import type { RenderSubpath } from "./subpath.js";

/** `node`: files on disk for the operations that send files. */
export const renderNode: RenderSubpath = (input) => {
  const [sample] = fileOperations(input)
    .flatMap((operation) => sampleOf(input, operation) ?? [])
    .sort((a, b) => b.files - a.files);
  if (!sample) return null;
  const { className, packageName } = input.contract.client;
  const { group, name } = sample.operation;
  const view = {
    className: SourceText.ours(className),
    variable: SourceText.ours(camelCase(className.replace(/(?<=.)Client$/, ""))),
    packageLiteral: SourceText.literal(packageName),
    subpathLiteral: SourceText.literal(`${packageName}/node`),
    method: SourceText.ours([...group, name].join(".")),
    members: sample.members,
  };
  return {
    name: "node",
    entry: "src/runtime/node/files.ts",
    files: new Map(),
    runtime: ["node"],
    peers: {},
    readme: SourceText.ours(layOut("node-readme", view).trimEnd()),
  };
};

interface Sample {
  readonly operation: Operation;
  readonly files: number;
  readonly members: readonly { readonly name: SourceText; readonly value: SourceText }[];
}

/** A call that needs nothing but its form, by the example with the most files and the least else. */
function sampleOf({ shapes }: ViewInput, operation: Operation): Sample | null {
  const { body, pathParameters, parameters } = shapes.get(operation.id) ?? {};
  if (body?.encoding !== "multipart" || pathParameters?.length || parameters?.length) return null;
  const partOf = (name: string): Part | undefined => body.parts.find((part) => part.name === name);
  const [best] = body.examples
    .map(({ value }) => Object.entries(isObject(value) ? value : {}))
    .filter((entries) => entries.every(([name]) => partOf(name)))
    .map((entries) => ({ entries, files: entries.filter(([name]) => partOf(name)?.kind === "file").length }))
    .sort((a, b) => b.files - a.files || a.entries.length - b.entries.length);
  if (!best?.files) return null;
  const members = best.entries.map(([name, value]) => ({
    name: isIdentifier(name) ? SourceText.ours(name) : SourceText.literal(name),
    value: sampleValue(partOf(name), value),
  }));
  return { operation, files: best.files, members };
}

function sampleValue(part: Part | undefined, value: unknown): SourceText {
  if (part?.kind === "file") {
    return SourceText.ours(`await openFile(${SourceText.literal(`./${fileName(part)}`)})`);
  }
  return SourceText.literal(part?.kind === "json" && typeof value === "string" ? parsed(value) : value);
}

/** `./clip.mp4` for a part that takes `video/mp4`. */
function fileName({ name, contentTypes }: Part): string {
  const [, suffix] = /^\w+\/([a-z0-9]{2,5})$/.exec(contentTypes[0] ?? "") ?? [];
  return suffix === undefined ? name : `${name}.${suffix}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
