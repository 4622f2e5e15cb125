import { createRequire } from "node:module";
import type * as OpenapiTypescript from "openapi-typescript";
import type * as TypeScript from "typescript";

// `require` of these two takes half the time of `import`, which first scans their nine megabytes for exports.
const require = createRequire(import.meta.url);

export const openapiTypescript = require("openapi-typescript") as typeof OpenapiTypescript;
export const ts = require("typescript") as typeof TypeScript;
