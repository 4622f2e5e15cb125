import { afterAll } from "vitest";
import { buildClientFast, scratchFolder } from "../support/build-client.js";
import { clientSideSuite } from "./client-side-suite.js";

/** Another contract, which has what the first one has not, and a client generated from it. */
const specPath = "contract-tests/fixtures/herbarium/openapi.yaml";
const folder = await scratchFolder();
afterAll(() => folder[Symbol.asyncDispose]());

await clientSideSuite({
  specPath,
  start: async () => {
    const entry = await buildClientFast(specPath, folder.path);
    const main = await entry("index");
    if (!main) throw new Error("The package has no index.");
    return { main, entry };
  },
});
