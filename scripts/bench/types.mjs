// What the type-check of the program with create and get costs: TypeScript's own count of instantiations, and its time.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clients, clientsFolder, program } from "./clients.mjs";
import { root, run, table } from "./measure.mjs";

const compilers = { "TypeScript 5.9": "typescript", "TypeScript 7": "users-typescript-7" };

export function measure({ spec, scratch }) {
  mkdirSync(join(scratch, "types"));
  const folder = clientsFolder(spec, join(scratch, "types"));
  const rows = clients.map((client) => {
    const cells = Object.values(compilers).flatMap((compiler) => {
      const { instantiations, seconds } = check(client, compiler, folder);
      return [instantiations.toLocaleString("en"), seconds];
    });
    return [client, ...cells];
  });
  const head = Object.keys(compilers).flatMap((name) => [`${name}: instantiations`, "check, s"]);
  table("Type-check of the program, with skipLibCheck", ["Client", ...head], rows);
}

function check(client, compiler, folder) {
  const compilerOptions = {
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: client === "@sync.so/sdk" ? ["node"] : [], // its declarations name Node's types
  };
  writeFileSync(join(folder, "program.ts"), program(client));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  const tsc = join(root, "node_modules", compiler, "bin", "tsc");
  const report = run([process.execPath, tsc, "-p", ".", "--extendedDiagnostics"], { cwd: folder });
  const read = (pattern) => Number(pattern.exec(report)?.[1]);
  return {
    instantiations: read(/Instantiations:\s+(\d+)/),
    seconds: read(/Check time:\s+([\d.]+)/).toFixed(2),
  };
}
