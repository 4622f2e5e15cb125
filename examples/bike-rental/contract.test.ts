import { contractTest } from "specwright/vitest";
import { createApp } from "./server.js";

contractTest({
  spec: new URL("./openapi.yaml", import.meta.url),
  target: createApp("key-of-the-test"),
  key: "key-of-the-test",
});
