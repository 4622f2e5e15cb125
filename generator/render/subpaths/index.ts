import type { ViewInput } from "../views.js";
import { batchNodeSubpath, batchSubpath } from "./batch.js";
import { examplesSubpath } from "./examples.js";
import { limitsRedis } from "./limits-redis.js";
import { mswSubpath } from "./msw.js";
import { renderNode } from "./node.js";
import { openTelemetrySubpath } from "./opentelemetry.js";
import type { RenderSubpath, Subpath } from "./subpath.js";
import { validate } from "./validate.js";
import { webhooks } from "./webhooks.js";

/** In the order of the package's README. */
const all: readonly RenderSubpath[] = [
  webhooks, // what the API sends
  batchSubpath,
  batchNodeSubpath,
  validate,
  renderNode,
  limitsRedis,
  examplesSubpath,
  mswSubpath,
  openTelemetrySubpath,
];

/** The subpaths that a contract gives its package. */
export function renderSubpaths(input: ViewInput): Subpath[] {
  return all.flatMap((render) => render(input) ?? []);
}
