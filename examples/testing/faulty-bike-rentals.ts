import { contractTest } from "specwright/vitest";
import { createApp, type Planted } from "../bike-rental/server.js";

/** Run by bike-rental/planted-faults.test.ts alone: these tests must fail. */
const planted: readonly Planted[] = [
  "rents a bike for any number of hours",
  "shows a rental to anyone",
  "writes the price as a text",
];
for (const fault of planted)
  contractTest({
    name: fault,
    spec: new URL("../bike-rental/openapi.yaml", import.meta.url),
    target: createApp("key-of-the-test", fault),
    key: "key-of-the-test",
    maxCases: 60,
  });
