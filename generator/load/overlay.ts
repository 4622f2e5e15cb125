import { isObject, type JsonObject } from "./document-walk.js";
import { toPointer } from "./json-pointer.js";
import type { Problem } from "./problem.js";
import type { SpecFile } from "./spec-file.js";

/** One step of an overlay: what it selects, and what becomes of that. */
export interface OverlayAction {
  /** Where it stands in its file, `#/actions/0`. */
  readonly pointer: string;
  /** A JSONPath query. */
  readonly target: string;
  /** `undefined`: none. */
  readonly update: unknown;
  readonly remove: boolean;
}

/** An OpenAPI Overlay 1.0, checked, with its actions in order. */
export interface Overlay {
  readonly file: string;
  readonly actions: readonly OverlayAction[];
}

/** Something wrong in an overlay, at a pointer of its file. */
export type OverlayFinding = Pick<Problem, "rule" | "message" | "remedy"> & { readonly pointer: string };

const fields = ["overlay", "info", "extends", "actions"];
const infoFields = ["title", "version"];
const actionFields = ["target", "description", "update", "remove"];
const specification = "See the OpenAPI Overlay Specification 1.0.";

/** The overlay that a file holds, and everything that is wrong with it; only the actions that are right are in it. */
export function readOverlay({ path, value }: SpecFile): {
  readonly overlay: Overlay;
  /** The document it says it is for, as written there; `null` if it says none. */
  readonly extends: string | null;
  readonly findings: readonly OverlayFinding[];
} {
  const findings: OverlayFinding[] = [];
  const object = (message: string, pointer: string, remedy = specification): void => {
    findings.push({
      rule: "overlay-structure",
      pointer,
      message: `Not a valid overlay: ${message}.`,
      remedy,
    });
  };
  const overlay = (actions: readonly OverlayAction[]): Overlay => ({ file: path, actions });
  const root = isObject(value) ? value : {};
  const version = root["overlay"];
  if (typeof version !== "string" || !/^1\.0\.\d+$/.test(version)) {
    const found =
      version === undefined
        ? "it has no `overlay` field"
        : `version ${JSON.stringify(version)} is not supported`;
    const remedy = "Start with `overlay: 1.0.0`; the versions 1.0.x are supported.";
    object(found, version === undefined ? "#" : "#/overlay", remedy);
    return { overlay: overlay([]), extends: null, findings };
  }
  const unknown = (holder: JsonObject, known: readonly string[], pointer: string): void => {
    for (const key of Object.keys(holder)) {
      if (!known.includes(key) && !/^x-/.test(key)) {
        object(`the field ${JSON.stringify(key)} is not known here`, pointer + toPointer([key]).slice(1));
      }
    }
  };

  unknown(root, fields, "#");
  const info = isObject(root["info"]) ? root["info"] : {};
  if (root["info"] === undefined) object("the field `info` is missing", "#");
  else if (!isObject(root["info"])) object("`info` must be a map", "#/info");
  else {
    unknown(info, infoFields, "#/info");
    for (const field of infoFields) {
      if (typeof info[field] === "string") continue;
      const at = info[field] === undefined ? "#/info" : `#/info/${field}`;
      object(`its \`${field}\` must be text`, at, "Write it as text, in quotes.");
    }
  }
  const target = root["extends"];
  if (target !== undefined && typeof target !== "string") object("`extends` must be text", "#/extends");

  const given = root["actions"];
  if (!Array.isArray(given) || given.length === 0) {
    const at = given === undefined ? "#" : "#/actions";
    object("`actions` must be a list with at least one action", at);
    return { overlay: overlay([]), extends: null, findings };
  }
  const actions: OverlayAction[] = [];
  for (const [index, action] of given.entries()) {
    const pointer = `#/actions/${index}`;
    if (!isObject(action)) {
      object("an action must be a map", pointer);
      continue;
    }
    unknown(action, actionFields, pointer);
    const {
      target,
      update,
      remove = false,
    } = action as { target?: unknown; update?: unknown; remove?: unknown };
    if (typeof target !== "string") {
      object("the action's `target` must be text", target === undefined ? pointer : `${pointer}/target`);
      continue;
    }
    if (typeof remove !== "boolean") {
      object("`remove` must be true or false", `${pointer}/remove`);
      continue;
    }
    if ((update !== undefined) === remove) {
      object(
        remove
          ? "the action removes and updates; what it removes can't be updated"
          : "the action says neither `update` nor `remove: true`",
        pointer,
        remove ? "Make two actions of it." : "Say what becomes of what it selects.",
      );
      continue;
    }
    actions.push({ pointer, target, update, remove });
  }
  return { overlay: overlay(actions), extends: typeof target === "string" ? target : null, findings };
}
