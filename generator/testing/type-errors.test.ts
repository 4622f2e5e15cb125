import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { project } from "./specwright.js";
import { typeErrors } from "./type-errors.js";

test("types are looked for from the project's folder, wherever TypeScript was first used", () => {
  const folder = join(project, "node_modules", ".cache", `type-errors-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const before = ts.sys.getCurrentDirectory;
  ts.sys.getCurrentDirectory = tmpdir;
  try {
    const compilerOptions = { strict: true, module: "nodenext", types: ["node"], skipLibCheck: true };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
    writeFileSync(join(folder, "use.ts"), "export const pid: number = process.pid;\n");
    expect(typeErrors(folder)).toEqual([]);
    writeFileSync(join(folder, "use.ts"), "export const pid: string = process.pid;\n");
    expect(typeErrors(folder)).toHaveLength(1);
  } finally {
    ts.sys.getCurrentDirectory = before;
    rmSync(folder, { recursive: true, force: true });
  }
});
