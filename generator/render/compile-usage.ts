import { dirname, join } from "node:path";
import type * as TypeScript from "typescript";
import { generatorFolder } from "../generator-folder.js";
import type { CompileError, CompileInput, CompileResult } from "./render-package.js";
import { ts } from "./typescript-side.js";

/** Where the packages seem to stand: nothing is written there, but from there their dependencies are found. */
const folder = join(dirname(generatorFolder), ".specwright-compile");
const usagePath = join(folder, "usage.ts");

/** Compiles one program against two packages that are in memory only; nothing is run. */
export function compileUsage({ usage, base, revision }: CompileInput): CompileResult {
  const options: TypeScript.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    allowJs: true,
    noEmit: true,
  };
  const known = new Map<string, TypeScript.SourceFile>();
  const compile = (files: ReadonlyMap<string, string>, old?: TypeScript.Program) => {
    const texts = new Map([...files].map(([path, text]) => [join(folder, path), text]));
    texts.set(usagePath, usage);
    texts.set(join(folder, "package.json"), '{ "type": "module" }');
    const real = ts.createCompilerHost(options);
    const host: TypeScript.CompilerHost = {
      ...real,
      fileExists: (path) => texts.has(path) || (!isOurs(path) && real.fileExists(path)),
      readFile: (path) => texts.get(path) ?? (isOurs(path) ? undefined : real.readFile(path)),
      directoryExists: (path) => isOurs(path) || (real.directoryExists?.(path) ?? false),
      realpath: (path) => (isOurs(path) ? path : (real.realpath?.(path) ?? path)),
      getSourceFile: (path, language, onError) => {
        const text = texts.get(path);
        // The runtime and the libraries are alike on both sides, and are read once.
        const key = text === undefined ? path : `${path}\0${text}`;
        const file =
          known.get(key) ??
          (text === undefined
            ? real.getSourceFile(path, language, onError)
            : ts.createSourceFile(path, text, language));
        if (file) known.set(key, file);
        return file;
      },
    };
    const program = ts.createProgram([usagePath], options, host, old);
    const file = program.getSourceFile(usagePath);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return { program, errors: found.map(describe) };
  };
  const before = compile(base);
  return { base: before.errors, revision: compile(revision, before.program).errors };
}

const isOurs = (path: string): boolean => path.startsWith(folder);

function describe({ start = 0, length = 1, code, messageText }: TypeScript.Diagnostic): CompileError {
  return { start, length, code, message: ts.flattenDiagnosticMessageText(messageText, "\n") };
}
