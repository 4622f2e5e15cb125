import * as main from "sync-api-client";
import { afterAll, describe } from "vitest";
import { buildPackage, scratchFolder } from "../support/build-client.js";
import { clientSideSuite } from "./client-side-suite.js";
import { canFailSuite } from "./testing/can-fail-suite.js";

describe("the package", () =>
  clientSideSuite({
    specPath: "spec/openapi.yaml",
    start: async () => ({ main, entry: (name) => import(/* @vite-ignore */ `sync-api-client/${name}`) }),
  }));

describe("a package of another contract, which has what the first has not", async () => {
  const folder = await scratchFolder();
  afterAll(() => folder[Symbol.asyncDispose]());
  const specPath = "contract-tests/fixtures/herbarium/openapi.yaml";
  await clientSideSuite({
    specPath,
    start: async () => {
      const entry = await buildPackage(specPath, folder.path);
      const index = await entry("index");
      if (!index) throw new Error("The package has no index.");
      return { main: index, entry };
    },
  });
});

describe("the suite itself", () => canFailSuite("spec/openapi.yaml", main));
