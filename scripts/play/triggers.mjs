import { parse } from "yaml";

/**
 * Whether an event starts a workflow, by its branch, its tag and the files it changes.
 *
 * @param {string} workflow its text
 * @param {string} name of the event
 * @param {{ branch?: string, tag?: string, paths: readonly string[] }} event
 */
export function isTriggered(workflow, name, { branch, tag, paths }) {
  const filter = parse(workflow).on[name];
  if (filter === undefined) return false;
  const { branches, tags, paths: wanted } = filter ?? {};
  if (tag !== undefined) return tags?.some((pattern) => matches(pattern, tag)) ?? branches === undefined;
  if (branches && !branches.some((pattern) => matches(pattern, branch))) return false;
  if (tags && !branches) return false;
  return !wanted || paths.some((path) => wanted.some((pattern) => matches(pattern, path)));
}

/** `*` is anything in one folder, `**` anything at all. */
function matches(pattern, text) {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*|\*/g, (star) => (star === "**" ? ".*" : "[^/]*"));
  return new RegExp(`^${source}$`).test(text);
}
