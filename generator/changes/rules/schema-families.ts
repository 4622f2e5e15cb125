import type { SchemaFamily } from "../schema/schema-rule.js";
import { arrays } from "./arrays.js";
import { bounds } from "./bounds.js";
import { conditions } from "./conditions.js";
import { defaults } from "./defaults.js";
import { discriminators } from "./discriminators.js";
import { nullability } from "./nullability.js";
import { objects } from "./objects.js";
import { schemaLifecycle } from "./schema-lifecycle.js";
import { schemaLimits } from "./schema-limits.js";
import { texts } from "./texts.js";
import { types } from "./types.js";
import { unions } from "./unions.js";
import { values } from "./values.js";

/** The families that judge a pair of schemas, wherever these stand. */
export const schemaFamilies: readonly SchemaFamily[] = [
  types,
  nullability,
  values,
  bounds,
  texts,
  objects,
  arrays,
  unions,
  discriminators,
  conditions,
  defaults,
  schemaLifecycle,
  schemaLimits,
];
