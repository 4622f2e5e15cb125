import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "..");
/** Where packages are found from. */
const folder = join(root, "node_modules", ".cache", `client-readme-${process.pid}`);
afterAll(() => rm(folder, { recursive: true, force: true }));

it("every program in the client's README compiles, with strict types", async () => {
  const readme = await readFile(join(root, "generated", "README.md"), "utf8");
  const programs = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
  expect(programs.length).toBeGreaterThan(8);
  await mkdir(folder, { recursive: true });
  await Promise.all(
    programs.map((text, index) => writeFile(join(folder, `${index + 1}.ts`), `${text}\nexport {};\n`)),
  );
  const config = {
    extends: join(root, "tsconfig.json"),
    // Some end with the client that they are about.
    compilerOptions: {
      noUnusedLocals: false,
      types: ["node"],
      typeRoots: [join(root, "node_modules", "@types")],
    },
    include: ["*.ts"],
    exclude: [],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", folder]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe("");
}, 120_000);
