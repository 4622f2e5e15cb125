import * as client from "sync-api-client";
import { inject } from "vitest";
import { contractSuite } from "./contract-suite.js";

await contractSuite({
  specPath: "spec/openapi.yaml",
  start: async () => ({ mockServerUrl: inject("mockServerUrl"), client }),
});
