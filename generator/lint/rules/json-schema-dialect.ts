import type { Rule } from "../rule.js";

const dialect = "https://json-schema.org/draft/2020-12/schema";

/** Prism reads the keywords that 2020-12 added (`unevaluatedProperties`, `minContains`, …) only where the root says so. */
export const jsonSchemaDialect: Rule = {
  id: "json-schema-dialect",
  kind: "mock-safety",
  *find({ document, version }) {
    if (version === "3.0" || document["jsonSchemaDialect"] === dialect) return;
    const given = document["jsonSchemaDialect"];
    yield {
      at: given === undefined ? "#" : "#/jsonSchemaDialect",
      message:
        given === undefined
          ? "The document does not say which JSON Schema its schemas are written in."
          : `The schemas are said to be written in ${JSON.stringify(given)}; validators of all kinds know 2020-12.`,
      remedy: `Write \`jsonSchemaDialect: ${dialect}\` at the root.`,
    };
  },
};
