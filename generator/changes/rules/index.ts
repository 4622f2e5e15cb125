import type { DocumentFamily } from "../document/document-family.js";
import type { Rule } from "../rule.js";
import { expandFamily } from "../schema/expand-rule.js";
import { bodies } from "./bodies.js";
import { client } from "./client.js";
import { components } from "./components.js";
import { encodings } from "./encodings.js";
import { limits } from "./limits.js";
import { operations } from "./operations.js";
import { parameters } from "./parameters.js";
import { paths } from "./paths.js";
import { responses } from "./responses.js";
import { schemaFamilies } from "./schema-families.js";
import { security } from "./security.js";
import { servers } from "./servers.js";
import { versions } from "./versions.js";
import { webhooks } from "./webhooks.js";

/** The families that judge what is no schema. */
export const documentFamilies: readonly DocumentFamily[] = [
  paths,
  operations,
  parameters,
  bodies,
  encodings,
  responses,
  security,
  servers,
  webhooks,
  limits,
  components,
  client,
];

export interface RuleFamily {
  readonly name: string;
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** Every rule there is, by family. */
export const ruleFamilies: readonly RuleFamily[] = [
  ...documentFamilies,
  versions,
  ...schemaFamilies.map((family) => ({ ...family, rules: expandFamily(family) })),
];

export const rulesById: ReadonlyMap<string, Rule> = new Map(
  ruleFamilies.flatMap(({ rules }) => rules.map((rule) => [rule.id, rule] as const)),
);
