// `specwright/vitest`: the contract of a server as vitest's tests. Its types stand in contract-tests/vitest/entry.d.ts.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundled } from "./bundle.mjs";

const bundle = await bundled({
  entryPoints: ["contract-tests/vitest/contract-test.ts"],
  folders: ["contract-tests"],
});
export const { contractTest } = await import(pathToFileURL(join(bundle, "contract-test.js")).href);
