import { compileUsage } from "./compile-usage.js";
import { exportedNames } from "./exported-names.js";
import { checkFiles } from "./gate.js";
import type { TypeScriptWork } from "./render-package.js";
import { renderSchemaTypes } from "./schema-types.js";

/** Does the TypeScript half of the work in this thread. */
export const typeScriptWork: TypeScriptWork = {
  renderSchemaTypes,
  checkFiles: async (input) => checkFiles(input),
  compileUsage: async (input) => compileUsage(input),
  exportedNames: async (files) => exportedNames(files),
};
