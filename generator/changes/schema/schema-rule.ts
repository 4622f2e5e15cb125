import type { JsonObject } from "../../load/document-walk.js";
import type { Severity } from "../change.js";
import type { SameShape } from "./same-shape.js";
import type { SchemaNode } from "./schema-node.js";
import type { Shape } from "./shape.js";

/** Where a schema may stand; a rule's id begins with it. What a request may not hold, or a reply, is a place of its own. */
export const places = [
  "request-body",
  "request-property",
  "request-read-only-property",
  "request-parameter",
  "request-parameter-property",
  "request-header-property",
  "response-body",
  "response-property",
  "response-write-only-property",
  "response-header",
] as const;

export type PlaceKind = (typeof places)[number];

/** A difference of two shapes, wherever they stand; the place decides which rule that is. */
export interface Fact {
  readonly code: string;
  /** The code where values are text anyway: in parameters, headers, forms and XML. */
  readonly looseCode?: string | undefined;
  /** The property it is about, where that is not the shape itself. */
  readonly property?: string | undefined;
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;
  readonly name?: string | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly base: string | null;
  readonly revision: string | null;
}

/** One kind of difference, and how it is judged in a request and in a reply; `null`: it means nothing there. */
export interface SchemaRule {
  readonly code: string;
  readonly request: Severity | null;
  readonly response: Severity | null;
  /** With `{subject}`, `{name}`, `{before}`, `{after}`. */
  readonly sentence: string;
  readonly remedy?: string;
  /** A schema that shows it, before and after; in a property, a parameter and so on as well as in a body. */
  readonly before: JsonObject;
  readonly after: JsonObject;
  /** A pair near it that is none; without it the same two the other way round. */
  readonly not?: readonly [JsonObject, JsonObject];
  /** Ids that don't follow from place and code; `null`: not at this place. */
  readonly ids?: Partial<Record<PlaceKind, string | null>>;
  /** Severities that differ from those of their direction. */
  readonly severities?: Partial<Record<PlaceKind, Severity>>;
  /** It is told of a property, by the object that has it. */
  readonly ofProperty?: boolean;
  /** Media type of the fixture. */
  readonly mediaType?: string;
}

/** What can't be told from the schemas: when it is, and what was agreed. */
export interface Policy {
  /** `2026-08-31` */
  readonly today: string;
  /** Days that must lie between a deprecation and the end; 0: none are asked for. */
  readonly deprecationDays: { readonly beta: number; readonly stable: number };
}

/** Two shapes to compare, and where to say what differs. */
export interface ShapePair {
  readonly base: Shape;
  readonly revision: Shape;
  readonly policy: Policy;
  readonly same: SameShape;
  readonly baseShape: (node: SchemaNode) => Shape;
  readonly revisionShape: (node: SchemaNode) => Shape;
  readonly report: (code: string, fact?: Partial<Fact>) => void;
  /** Goes on with two schemas inside these; `segment` is what a reader's path gets. */
  readonly descend: (segment: string, base: SchemaNode, revision: SchemaNode) => void;
}

export interface SchemaFamily {
  /** Kebab-case, the name of its file. */
  readonly name: string;
  readonly title: string;
  readonly rules: readonly SchemaRule[];
  /** Whether it has something to say of schemas of wholly different types. */
  readonly acrossTypes?: boolean;
  readonly compare: (pair: ShapePair) => void;
}
