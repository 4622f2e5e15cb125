import { join } from "node:path";
import ts from "typescript";

/** Files of libraries as they were parsed and bound, by the options that say how; programs of one process share them. */
const parsed = new Map<string, ts.SourceFile>();

/**
 * What TypeScript says of a project: of the files that its `tsconfig.json` names, by its options and those given over
 * them. One line an error, with file and line; none if all is well. It runs in this process, which parses each file of
 * a library once.
 *
 * @param isJudged what is not is read, as libraries are, but not checked
 */
export function typeErrors(
  folder: string,
  over: ts.CompilerOptions = {},
  isJudged: (path: string) => boolean = () => true,
): string[] {
  const { fileNames, ...config } = projectIn(folder);
  const options = { ...config.options, noEmit: true, composite: false, ...over };
  const program = ts.createProgram(fileNames, options, sharingHost(options, folder));
  const judged = program.getSourceFiles().filter(({ fileName }) => isJudged(fileName));
  const found = [
    ...config.errors,
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...judged.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]),
  ];
  return found.map((diagnostic) => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    const { file, start = 0 } = diagnostic;
    return file ? `${file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1}: ${text}` : text;
  });
}

/** The project of a folder, as its `tsconfig.json` says. */
export function projectIn(folder: string): ts.ParsedCommandLine {
  const { config } = ts.readConfigFile(join(folder, "tsconfig.json"), ts.sys.readFile) as { config: unknown };
  // Told its place, TypeScript looks for types from there; its idea of the working folder is that of its first use.
  return ts.parseJsonConfigFileContent(config, ts.sys, folder, undefined, join(folder, "tsconfig.json"));
}

function sharingHost(options: ts.CompilerOptions, folder: string): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  host.getCurrentDirectory = () => folder;
  const read = host.getSourceFile;
  const { configFilePath: _config, outDir: _out, rootDir: _root, tsBuildInfoFile: _state, ...rest } = options;
  const settings = JSON.stringify(rest);
  host.getSourceFile = (path, how, ...more) => {
    // A package's own folder may be linked into node_modules, and is another each time.
    const isOfLibrary =
      path.includes("/node_modules/") && path.endsWith(".d.ts") && !path.includes("/.cache/");
    if (!isOfLibrary) return read(path, how, ...more);
    const key = `${path}\n${typeof how === "object" ? how.impliedNodeFormat : how}\n${settings}`;
    const known = parsed.get(key) ?? read(path, how, ...more);
    if (known) parsed.set(key, known);
    return known;
  };
  return host;
}
