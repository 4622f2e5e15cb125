import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, expect, it } from "vitest";
import { typeErrors } from "../generator/testing/type-errors.js";

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
  expect(typeErrors(folder)).toEqual([]);
}, 120_000);
