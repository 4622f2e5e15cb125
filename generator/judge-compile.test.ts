import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { usageProgram } from "./changes/compile/usage-program.js";
import { buildContract } from "./contract/build-contract.js";
import { readSpec } from "./load/load-spec.js";
import { renderPackage } from "./render/render-package.js";
import { typeScriptWork } from "./render/typescript-work.js";
import { project } from "./testing/specwright.js";

describe("the program", () => {
  test.each(["spec", "generator/fixtures/shop", "generator/fixtures/strange", "generator/fixtures/examples"])(
    "of %s compiles with its own client",
    async (folder) => {
      const spec = await readSpec(join(project, folder));
      const contract = buildContract(spec);
      const { made, compiled, copied } = await renderPackage(contract, spec.document, typeScriptWork);
      const usage = usageProgram(contract).text;
      const files = new Map([...made, ...compiled, ...copied]);
      const { base } = await typeScriptWork.compileUsage({ usage, base: files, revision: files });
      expect(base.map(({ start, message }) => `${usage.slice(start, start + 60)}: ${message}`)).toEqual([]);
    },
  );
});
