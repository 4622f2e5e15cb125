import type { JsonObject } from "../../load/document-walk.js";
import type { Change } from "../change.js";
import { rulesOf } from "../document/document-family.js";
import { documentOf } from "../document/fixture-documents.js";
import type { Finding } from "../rule.js";
import { mapOf, textOf } from "../schema/schema-node.js";
import { bumpBetween, raised, reaches } from "../semver.js";

const at = (version: string, operation: JsonObject = {}): JsonObject => ({
  ...documentOf(operation),
  info: { title: "Things", version },
});
const body = { requestBody: { content: { "application/json": {} } } };

/** Whether the version says what changed. How far it should have gone is the verdict's to say. */
export const versions = {
  name: "versions",
  title: "The version of the spec",
  rules: rulesOf("versions", [
    {
      id: "api-version-not-bumped",
      severity: "note",
      sentence: "The version is still {before}, though not everything that was right still is.",
      remedy: "Raise `info.version`.",
      found: [at("1.0.0", body), at("1.0.0")],
      absent: [at("1.0.0", body), at("2.0.0")],
    },
    {
      id: "api-major-version-not-bumped",
      severity: "note",
      sentence: "The version went from {before} to {after}, which does not say that something breaks.",
      remedy: "Raise the first number of `info.version`.",
      found: [at("1.0.0", body), at("1.1.0")],
      absent: [at("1.0.0", body), at("2.0.0")],
    },
    {
      id: "api-version-decreased",
      severity: "note",
      sentence: "The version went down, from {before} to {after}.",
      remedy: "Versions only go up.",
      found: [at("1.1.0"), at("1.0.0")],
    },
  ]),
};

export function* versionFindings(
  changes: readonly Change[],
  from: JsonObject,
  to: JsonObject,
): Iterable<Finding> {
  const [before, after] = [from, to].map((document) => textOf(mapOf(document["info"])["version"]));
  if (!before || !after) return;
  const pointer = "#/info/version";
  const finding = { base: pointer, revision: pointer, subject: "The API", before, after, operation: null };
  const written = bumpBetween(before, after);
  const breaks = changes.some(({ severity }) => severity === "error");
  if (written === "lower") yield { ...finding, id: "api-version-decreased" };
  else if (before === after) {
    if (changes.some(({ severity }) => severity !== "note"))
      yield { ...finding, id: "api-version-not-bumped" };
  } else if (breaks && written !== null && !reaches(written, raised(before, "major")))
    yield { ...finding, id: "api-major-version-not-bumped" };
}
