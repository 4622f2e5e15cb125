/** Which keywords of JSON Schema object where a rule, named by a part of its id, finds something; the first that fits. */
const keywordsByRule: readonly (readonly [part: RegExp, keywords: readonly string[]])[] = [
  [/exclusive-max/, ["exclusiveMaximum", "maximum"]],
  [/exclusive-min/, ["exclusiveMinimum", "minimum"]],
  [/max-length/, ["maxLength"]],
  [/min-length/, ["minLength"]],
  [/max-(items|lines)/, ["maxItems"]],
  [/min-(items|lines)/, ["minItems"]],
  [/max-properties/, ["maxProperties"]],
  [/min-properties/, ["minProperties"]],
  [/contains/, ["contains", "minContains", "maxContains"]],
  [/-max-(de|in)creased|-max-(un)?set/, ["maximum", "exclusiveMaximum"]],
  [/-min-(de|in)creased|-min-(un)?set/, ["minimum", "exclusiveMinimum"]],
  [/multiple-of/, ["multipleOf"]],
  [/unique-items/, ["uniqueItems"]],
  [/unique-by/, ["x-unique-by"]],
  [/pattern-property|property-names|dependent-schema|additional-properties-schema|unevaluated-/, []],
  [/dependent-required/, ["dependentRequired", "required"]],
  [/-pattern-/, ["pattern"]],
  [/enum|const/, ["enum", "const"]],
  [
    /additional-properties|no-longer-allowed/,
    ["additionalProperties", "unevaluatedProperties", "false schema"],
  ],
  [/required|optional/, ["required", "additionalProperties", "unevaluatedProperties"]],
  [/property-removed/, ["required", "additionalProperties", "unevaluatedProperties"]],
  [/nullable/, ["type", "enum", "const", "anyOf", "oneOf"]],
  [
    /type-changed|type-generalized|type-specialized|list-of-types|type-compatible/,
    ["type", "format", "enum"],
  ],
  [/-not-(added|changed|removed)/, ["not"]],
];

/** Empty: any keyword may. */
export function keywordsOf(ruleId: string): readonly string[] {
  return keywordsByRule.find(([part]) => part.test(ruleId))?.[1] ?? [];
}
