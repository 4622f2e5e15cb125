const remedies: Readonly<Record<string, string>> = {
  "info-license": "Add `license` under `info`, with a `name`.",
  "info-license-strict": "Add a `url` or an `identifier` to the license.",
  "no-ambiguous-paths": "Change one of the paths so that no request fits both.",
  "no-duplicated-enum-values": "Take the second one out.",
  "no-duplicated-tag-names": "Take the second one out, or rename it.",
  "no-empty-servers": "List the API's address under `servers`.",
  "no-enum-type-mismatch": "Write the value in the type of its schema, or widen the type.",
  "no-example-value-and-externalValue": "Keep one of the two.",
  "no-identical-paths": "Merge them: the names of path parameters make no other path.",
  "no-illogical-composition-keywords": "Make the branches exclude each other, or say it without a union.",
  "no-mixed-number-range-constraints": "Keep one of the two bounds.",
  "no-path-trailing-slash": "Take the slash at the end out.",
  "no-required-schema-properties-undefined": "Declare the property, or take it out of `required`.",
  "no-schema-type-mismatch": "Use the keywords of the schema's own type.",
  "no-server-example.com": "Name the real address.",
  "no-server-trailing-slash": "Take the slash at the end out; paths begin with one.",
  "no-server-variables-empty-enum": "List the values, or take the `enum` out; the default is one of them.",
  "no-undefined-server-variable": "Declare the variable under `variables`, or mend its name.",
  "no-unresolved-refs": "Check the file's name and the pointer behind the `#`.",
  "no-unsafe-markdown": "Take the markup out of the description.",
  "no-unused-components": "Use it, or take it out.",
  "nullable-type-sibling": "Write a `type` beside `nullable`.",
  "operation-2xx-response": "Declare what the operation answers when all is well.",
  "operation-4xx-response": "Declare what the operation answers to a bad request.",
  "operation-operationId": "Give the operation an id; it names the client's method.",
  "operation-operationId-unique": "Give each operation an id of its own.",
  "operation-operationId-url-safe": "Use letters, digits, `.`, `-` and `_`.",
  "operation-parameters-unique": "Take the second one out.",
  "operation-summary": "Say in a few words what the operation does.",
  "path-declaration-must-exist": "Name the parameter inside the braces.",
  "path-not-include-query": "Declare what follows the `?` as query parameters.",
  "path-parameters-defined": "Declare each part in braces as a parameter `in: path`, and no other.",
  "security-defined":
    "Name a scheme of `components.securitySchemes`, or write `security: []` where none is needed.",
  "security-scopes-defined": "Declare the scope at the security scheme, or mend its name.",
  "spec-components-invalid-map-name": "Use letters, digits, `.`, `-` and `_`.",
  "spec-ref-siblings": "Move what stands beside the `$ref` into what it refers to.",
  struct: "See this object in the OpenAPI Specification.",
  "tag-description": "Say what the operations of this tag have in common.",
};

/** What to do about a problem of Redocly's: its own suggestion where it has one. */
export function remedyFor(rule: string, suggestions: readonly string[]): string {
  if (suggestions.length > 0) return `Did you mean ${suggestions.join(" or ")}?`;
  return (
    (Object.hasOwn(remedies, rule) ? remedies[rule] : null) ??
    `See the rule ${rule} in Redocly's documentation.`
  );
}
