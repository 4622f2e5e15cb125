import { batchLimitConformance } from "./batch-limit-conformance.js";
import type { Check } from "./check.js";
import { concurrencyConformance } from "./concurrency-conformance.js";
import { contentTypeConformance } from "./content-type-conformance.js";
import { ensureResourceAvailability } from "./ensure-resource-availability.js";
import { errorConformance } from "./error-conformance.js";
import { estimateConformance } from "./estimate-conformance.js";
import { idempotencyConformance } from "./idempotency-conformance.js";
import { ignoredAuth } from "./ignored-auth.js";
import { jobLifecycleConformance } from "./job-lifecycle-conformance.js";
import { mediaLengthConformance } from "./media-length-conformance.js";
import { missingRequiredHeader } from "./missing-required-header.js";
import { negativeDataRejection } from "./negative-data-rejection.js";
import { notAServerError } from "./not-a-server-error.js";
import { planConformance } from "./plan-conformance.js";
import { positiveDataAcceptance } from "./positive-data-acceptance.js";
import { queryStyleConformance } from "./query-style-conformance.js";
import { rateLimitConformance } from "./rate-limit-conformance.js";
import { responseHeadersConformance } from "./response-headers-conformance.js";
import { responseSchemaConformance } from "./response-schema-conformance.js";
import { retryAfterConformance } from "./retry-after-conformance.js";
import { statusCodeConformance } from "./status-code-conformance.js";
import { unsupportedMethod } from "./unsupported-method.js";
import { uploadLimitConformance } from "./upload-limit-conformance.js";
import { webhookSignatureConformance } from "./webhook-signature-conformance.js";

/** Every check, in the order of reports; scenarios run in it too, so what uses a limit up comes last. */
export const allChecks: readonly Check[] = [
  notAServerError,
  statusCodeConformance,
  contentTypeConformance,
  responseHeadersConformance,
  responseSchemaConformance,
  negativeDataRejection,
  positiveDataAcceptance,
  missingRequiredHeader,
  ignoredAuth,
  unsupportedMethod,
  queryStyleConformance,
  ensureResourceAvailability,
  errorConformance,
  estimateConformance,
  jobLifecycleConformance,
  idempotencyConformance,
  batchLimitConformance,
  uploadLimitConformance,
  mediaLengthConformance,
  webhookSignatureConformance,
  concurrencyConformance,
  planConformance,
  retryAfterConformance,
  rateLimitConformance,
];
