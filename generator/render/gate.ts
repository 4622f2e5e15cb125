import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Node, SourceFile } from "typescript";
import { generatorFolder } from "../generator-folder.js";
import { ownExports } from "./type-names.js";
import { ts } from "./typescript-side.js";
import { objectionsToValidators } from "./validators/gate-validators.js";

export interface GateInput {
  /** Path → content, of every file made from the contract (the runtime is copied, not made). */
  readonly files: ReadonlyMap<string, string>;
  /** Names that identifiers.ts made of the contract's. */
  readonly names: readonly string[];
}

/**
 * The last look at what would be written, independent of how it was made: each file is parsed, and refused if text
 * of the spec stands outside a literal or a comment. In code every word must be the generator's own or a name that
 * identifiers.ts made, nothing may be called but what the templates call, and nothing imported but our own files.
 *
 * @returns what was found, a line each; empty if all is well
 */
export function checkFiles({ files, names }: GateInput): string[] {
  const known = new Set([...ownWords(), ...names]);
  const findings: string[] = [];
  for (const [path, text] of files) {
    if (path.endsWith(".json")) {
      findings.push(...checkJson(path, text));
    } else if (path.endsWith(".ts")) {
      findings.push(...checkSource(path, text, (source, find) => checkWords(source, known, find)));
    } else if (path.endsWith(".js")) {
      findings.push(
        ...checkSource(path, text, (source, find) => objectionsToValidators(source, names, find)),
      );
    }
  }
  return findings;
}

function checkJson(path: string, text: string): string[] {
  try {
    JSON.parse(text);
    return [];
  } catch {
    return [`${path}: not JSON`];
  }
}

/** Says what is wrong at a place of a file. */
export type Find = (position: number, what: string) => void;

function checkSource(path: string, text: string, check: (source: SourceFile, find: Find) => void): string[] {
  const kind = path.endsWith(".js") ? ts.ScriptKind.JS : ts.ScriptKind.TS;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind);
  const { parseDiagnostics } = source as SourceFile & {
    parseDiagnostics: readonly { start: number; messageText: unknown }[];
  };
  const findings: string[] = [];
  const find: Find = (position, what) => {
    const { line } = source.getLineAndCharacterOfPosition(position);
    findings.push(`${path}:${line + 1}: ${what}`);
  };
  for (const { start } of parseDiagnostics) find(start, "does not parse");
  check(source, find);
  return findings;
}

function checkWords(source: SourceFile, known: ReadonlySet<string>, find: Find): void {
  const visit = (node: Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      if (!known.has(node.text.replace(/^#/, "")))
        find(node.pos, `the word ${JSON.stringify(node.text)} is nobody's`);
      return;
    }
    const objection = objectionTo(node, source);
    if (objection) find(node.pos, objection);
    ts.forEachChild(node, (child) => {
      if (!isMemberName(node, child)) visit(child);
    });
  };
  visit(source);
}

/** The name of a property or a parameter stands where nothing is run and nothing is read: any identifier will do. */
function isMemberName(parent: Node, child: Node): boolean {
  const named =
    ts.isPropertySignature(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isPropertyAccessExpression(parent) ||
    ts.isParameter(parent);
  return named && parent.name === child && !ts.isComputedPropertyName(child);
}

const callees = new Set([
  "this.#send",
  "createTransport",
  "createJob",
  "waitForJob",
  "watchJobs",
  "listOf",
  "operationExamples",
  "examplesOf",
  "JSON.parse",
  "mockApi",
  "spansOf",
  "verifying",
  "signing",
  "requestHandling",
  "nodeHandling",
  "schemaOf",
  "argumentsSchema",
  "validationBy",
  "batchesOf",
]);

function objectionTo(node: Node, source: SourceFile): string | null {
  const { SyntaxKind } = ts;
  switch (node.kind) {
    case SyntaxKind.CallExpression:
      return ts.isCallExpression(node) && callees.has(node.expression.getText(source))
        ? null
        : "a call that no template makes";
    case SyntaxKind.NewExpression:
      return ts.isNewExpression(node) && ts.isIdentifier(node.expression)
        ? null
        : "an object that no template makes";
    case SyntaxKind.ImportDeclaration:
    case SyntaxKind.ExportDeclaration: {
      const specifier = (node as { moduleSpecifier?: Node }).moduleSpecifier;
      if (!specifier) return null;
      const module = ts.isStringLiteral(specifier) ? specifier.text : "";
      return module === "openapi-fetch" || /^\.{1,2}(\/[\p{L}\p{N}-]+)+\.js$/u.test(module)
        ? null
        : "an import of a module that is not ours";
    }
    case SyntaxKind.ComputedPropertyName:
    case SyntaxKind.Decorator:
    case SyntaxKind.TaggedTemplateExpression:
    case SyntaxKind.TemplateExpression:
    case SyntaxKind.ArrowFunction:
    case SyntaxKind.FunctionExpression:
    case SyntaxKind.FunctionDeclaration:
    case SyntaxKind.ImportKeyword:
    case SyntaxKind.AwaitExpression:
    case SyntaxKind.GetAccessor:
    case SyntaxKind.SetAccessor:
    case SyntaxKind.ClassStaticBlockDeclaration:
    case SyntaxKind.RegularExpressionLiteral:
      return `${SyntaxKind[node.kind]}, which no template has`;
    default:
      return null;
  }
}

/** Words that the templates hold, and those of TypeScript that openapi-typescript's output uses. */
function ownWords(): string[] {
  const folder = join(generatorFolder, "render", "templates");
  const templates = readdirSync(folder)
    .filter((name) => name.endsWith(".hbs"))
    .map((name) => readFileSync(join(folder, name), "utf8").replace(/\{\{[^{}]*\}\}/g, " "));
  const fromTypes = "external Record Omit Pick Without Blob File Promise T U K P";
  const fromViews =
    "query request args options undefined const id ids Iterable AsyncGenerator createJob waitForJob watchJobs writePath writeQuery JSON schema webhooks TypeAt operationExamples examplesOf schemaOf argumentsSchema validators parameters body types unknown Exclude";
  return [
    ...`${templates.join(" ")} ${ownExports.join(" ")} ${fromTypes} ${fromViews}`.matchAll(
      /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu,
    ),
  ].map(([word]) => word);
}
