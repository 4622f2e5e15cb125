import * as main from "sync-api-client";
import { clientSideSuite } from "./client-side-suite.js";

await clientSideSuite({
  specPath: "spec/openapi.yaml",
  start: async () => ({ main, entry: (name) => import(`sync-api-client/${name}`) }),
});
