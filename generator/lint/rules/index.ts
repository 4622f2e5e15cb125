import type { Rule } from "../rule.js";
import { defaultValid } from "./default-valid.js";
import { discriminatorTag } from "./discriminator-tag.js";
import { encodingProperty } from "./encoding-property.js";
import { encodingStyle } from "./encoding-style.js";
import { errorResponses } from "./error-responses.js";
import { exampleValid } from "./example-valid.js";
import { extensionProperty } from "./extension-property.js";
import { fileMaxLength } from "./file-max-length.js";
import { formNotRecursive } from "./form-not-recursive.js";
import { jsonSchemaDialect } from "./json-schema-dialect.js";
import { knownFormat } from "./known-format.js";
import { linkTarget } from "./link-target.js";
import { multipartPart } from "./multipart-part.js";
import { noBodyGet } from "./no-body-get.js";
import { noCallbacks } from "./no-callbacks.js";
import { oneContains } from "./one-contains.js";
import { pathParameters } from "./path-parameters.js";
import { patternUnicode } from "./pattern-unicode.js";
import { requestExample } from "./request-example.js";
import { responseExample } from "./response-example.js";
import { retryAfter } from "./retry-after.js";
import { schemaCompiles } from "./schema-compiles.js";
import { serverPath } from "./server-path.js";
import { tagDeclared } from "./tag-declared.js";

/** Our own rules, those of the document first, then of operations, of bodies, of schemas. */
export const rules: readonly Rule[] = [
  jsonSchemaDialect,
  serverPath,
  tagDeclared,
  pathParameters,
  noBodyGet,
  noCallbacks,
  errorResponses,
  retryAfter,
  linkTarget,
  requestExample,
  responseExample,
  exampleValid,
  encodingProperty,
  encodingStyle,
  multipartPart,
  fileMaxLength,
  formNotRecursive,
  schemaCompiles,
  patternUnicode,
  oneContains,
  discriminatorTag,
  defaultValid,
  extensionProperty,
  knownFormat,
];
