import type * as TypeScript from "typescript";
import { isObject } from "../load/document-walk.js";
import { ts } from "./typescript-side.js";

/**
 * What the entries of a package export by name: module, such as `src/index.ts` → names. What an entry passes on as a
 * whole (`export *`) comes from the runtime, which is alike for every contract, and is left out; so are entries that are
 * the runtime's own, but for their being there.
 */
export function exportedNames(files: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const { exports } = JSON.parse(files.get("package.json") ?? "{}") as { exports?: Record<string, unknown> };
  return new Map(
    Object.values(exports ?? {}).flatMap((entry): [string, readonly string[]][] => {
      const module = moduleOf(entry);
      const text = module === null ? undefined : files.get(module);
      if (module === null || text === undefined) return [];
      return [[module, module.startsWith("src/runtime/") ? [] : namesIn(module, text)]];
    }),
  );
}

/** `./dist/index.d.ts` → `src/index.ts` */
function moduleOf(entry: unknown): string | null {
  const types = isObject(entry) ? entry["types"] : undefined;
  const path = typeof types === "string" ? /^\.\/dist\/(.+)\.d\.ts$/.exec(types)?.[1] : undefined;
  return path === undefined ? null : `src/${path}.ts`;
}

function namesIn(path: string, text: string): readonly string[] {
  const names = ts
    .createSourceFile(path, text, ts.ScriptTarget.ES2022)
    .statements.flatMap((statement): readonly string[] => {
      if (ts.isExportDeclaration(statement)) {
        const { exportClause } = statement;
        return exportClause && ts.isNamedExports(exportClause)
          ? exportClause.elements.map(({ name }) => name.text)
          : [];
      }
      const isExported =
        ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
      return isExported ? declaredNames(statement) : [];
    });
  return [...new Set(names)];
}

function declaredNames(statement: TypeScript.Statement): readonly string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : [],
    );
  const { name } = statement as TypeScript.Statement & { readonly name?: TypeScript.Node };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}
