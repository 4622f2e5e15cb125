import type { JsonObject } from "../../load/document-walk.js";
import type { Context } from "../document/context.js";
import type { ContractReading, OperationReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf } from "../document/fixture-documents.js";
import type { Finding } from "../rule.js";
import { canonical } from "../schema/canonical.js";
import { listOf, mapOf, textOf } from "../schema/schema-node.js";

const key = { type: "apiKey", in: "header", name: "X-Key" };
const token = { type: "http", scheme: "bearer" };
const oauth = (more: object = {}, flow: object = {}) => ({
  type: "oauth2",
  flows: {
    clientCredentials: { tokenUrl: "https://example.com/token", scopes: { read: "Read." }, ...flow },
    authorizationCode: {
      authorizationUrl: "https://example.com/login",
      tokenUrl: "https://example.com/token",
      scopes: {},
      ...more,
    },
  },
});
const schemes = { key, token, oauth: oauth() };
const secured = (operation: unknown[] | undefined, root?: unknown[], own: JsonObject = schemes) =>
  documentOf(operation ? { security: operation } : {}, {
    ...(root ? { security: root } : {}),
    components: { securitySchemes: own },
  });
const withScheme = (scheme: object | null) =>
  secured(undefined, [{ key: [] }], scheme ? { key, oauth: scheme } : { key });

/** How a caller proves who it is. oasdiff only notes these; whoever can no longer come in is broken. */
export const security: DocumentFamily = {
  name: "security",
  title: "Security",
  rules: rulesOf("security", [
    {
      id: "api-security-added",
      severity: "note",
      sentence: "{subject} now takes {after}.",
      found: [secured([{ key: [] }]), secured([{ key: [] }, { token: [] }])],
    },
    {
      id: "api-security-removed",
      severity: "error",
      direction: "request",
      sentence: "{subject} no longer takes {before}.",
      remedy: "Go on taking it; deprecate it first.",
      found: [secured([{ key: [] }, { token: [] }]), secured([{ key: [] }])],
    },
    {
      id: "api-security-became-required",
      severity: "error",
      direction: "request",
      sentence: "{subject} now wants to know who calls: {after}.",
      remedy: "Go on answering those who don't say it.",
      found: [secured([]), secured([{ key: [] }])],
    },
    {
      id: "api-security-no-longer-required",
      severity: "note",
      sentence: "{subject} no longer wants to know who calls.",
      found: [secured([{ key: [] }]), secured([])],
    },
    {
      id: "api-security-scope-added",
      severity: "error",
      direction: "request",
      sentence: "{subject} now needs the scope {after} of {name}.",
      remedy: "Tokens that were issued don't have it; go on without it.",
      found: [secured([{ oauth: [] }]), secured([{ oauth: ["read"] }])],
    },
    {
      id: "api-security-scope-removed",
      severity: "note",
      sentence: "{subject} no longer needs the scope {before} of {name}.",
      found: [secured([{ oauth: ["read"] }]), secured([{ oauth: [] }])],
    },
    {
      id: "api-global-security-added",
      severity: "note",
      sentence: "The API as a whole now takes {after}.",
      found: [secured(undefined, [{ key: [] }]), secured(undefined, [{ key: [] }, { token: [] }])],
    },
    {
      id: "api-global-security-removed",
      severity: "error",
      direction: "request",
      sentence: "The API as a whole no longer takes {before}.",
      remedy: "Go on taking it; deprecate it first.",
      found: [secured(undefined, [{ key: [] }, { token: [] }]), secured(undefined, [{ key: [] }])],
    },
    {
      id: "api-global-security-scope-added",
      severity: "error",
      direction: "request",
      sentence: "The API as a whole now needs the scope {after} of {name}.",
      remedy: "Tokens that were issued don't have it; go on without it.",
      found: [secured(undefined, [{ oauth: [] }]), secured(undefined, [{ oauth: ["read"] }])],
    },
    {
      id: "api-global-security-scope-removed",
      severity: "note",
      sentence: "The API as a whole no longer needs the scope {before} of {name}.",
      found: [secured(undefined, [{ oauth: ["read"] }]), secured(undefined, [{ oauth: [] }])],
    },
    {
      id: "api-security-component-added",
      severity: "note",
      sentence: "{subject} is new.",
      found: [withScheme(null), withScheme(oauth())],
    },
    {
      id: "api-security-component-removed",
      severity: "note",
      sentence: "{subject} is gone.",
      found: [withScheme(oauth()), withScheme(null)],
    },
    {
      id: "api-security-component-type-changed",
      severity: "error",
      direction: "request",
      sentence: "{subject} is now of type {after}; it was {before}.",
      remedy: "Offer the new scheme beside the old one.",
      found: [
        withScheme(oauth()),
        withScheme({ type: "openIdConnect", openIdConnectUrl: "https://example.com/oidc" }),
      ],
      absent: [withScheme(oauth()), withScheme({ ...oauth(), description: "by token" })],
    },
    {
      id: "api-security-component-place-changed",
      severity: "error",
      direction: "request",
      sentence: "{subject} is now sent as {after}; it was {before}.",
      remedy: "Offer the new way beside the old one.",
      found: [withScheme(key), withScheme({ ...key, in: "query", name: "key" })],
      absent: [withScheme(oauth()), withScheme({ ...oauth(), description: "by token" })],
    },
    {
      id: "api-security-component-oauth-url-changed",
      severity: "warning",
      direction: "request",
      sentence: "{subject} now logs in at {after}; it was {before}.",
      remedy: "Go on answering at the old address, or redirect.",
      found: [withScheme(oauth()), withScheme(oauth({ authorizationUrl: "https://example.com/login2" }))],
      absent: [withScheme(oauth()), withScheme({ ...oauth(), description: "by token" })],
    },
    {
      id: "api-security-component-oauth-token-url-changed",
      severity: "error",
      direction: "request",
      sentence: "{subject} now gives its tokens at {after}; it was {before}.",
      remedy: "Go on giving them at the old address.",
      found: [withScheme(oauth()), withScheme(oauth({}, { tokenUrl: "https://example.com/token2" }))],
      absent: [withScheme(oauth()), withScheme({ ...oauth(), description: "by token" })],
    },
    {
      id: "api-security-component-oauth-flow-removed",
      severity: "error",
      direction: "request",
      sentence: "{subject} no longer has the flow {before}.",
      remedy: "Go on offering it.",
      found: [
        withScheme(oauth()),
        withScheme({ type: "oauth2", flows: { clientCredentials: oauth().flows.clientCredentials } }),
      ],
    },
    {
      id: "api-security-component-oauth-scope-added",
      severity: "note",
      sentence: "{subject} has the new scope {after}.",
      found: [withScheme(oauth()), withScheme(oauth({}, { scopes: { read: "Read.", write: "Write." } }))],
    },
    {
      id: "api-security-component-oauth-scope-removed",
      severity: "error",
      direction: "request",
      sentence: "{subject} no longer has the scope {before}.",
      remedy: "Go on granting it.",
      found: [withScheme(oauth()), withScheme(oauth({}, { scopes: {} }))],
    },
    {
      id: "api-security-component-oauth-scope-changed",
      severity: "note",
      sentence: "What the scope {name} of {subject:lower} means is now said otherwise.",
      found: [withScheme(oauth()), withScheme(oauth({}, { scopes: { read: "Read all." } }))],
      absent: [withScheme(oauth()), withScheme(oauth({}, { scopes: {} }))],
    },
  ]),
  *find(context) {
    const { base, revision } = context;
    yield* compareSchemes(base, revision);
    const roots = [base, revision].map((reading) =>
      requirementsOf(reading, reading.document["security"]),
    ) as [Requirements, Requirements];
    const global =
      listOf(base.document["security"]).length + listOf(revision.document["security"]).length > 0;
    if (global) yield* compareGlobal(roots[0], roots[1]);
    for (const pair of context.pairs) yield* compareOperation(context, pair.base, pair.revision);
  },
};

/** Each way in: the schemes that are needed together, with their scopes. Written by what a scheme does, not by its name. */
type Requirements = ReadonlyMap<
  string,
  { readonly shown: string; readonly scopes: ReadonlyMap<string, readonly string[]> }
>;

function requirementsOf(reading: ContractReading, value: unknown): Requirements {
  const result = new Map<string, { shown: string; scopes: Map<string, readonly string[]> }>();
  for (const requirement of listOf(value)) {
    const names = Object.keys(mapOf(requirement)).sort();
    const scopes = new Map(names.map((name) => [name, listOf(mapOf(requirement)[name]).map(String)]));
    result.set(
      names
        .map((name) => identity(reading, name))
        .sort()
        .join(" + "),
      { shown: names.join(" and "), scopes },
    );
  }
  return result;
}

/** A renamed scheme that is otherwise the same is the same way in. */
function identity(reading: ContractReading, name: string): string {
  const scheme = reading.under(reading.root, "components", "securitySchemes", name)?.value;
  if (scheme === undefined) return name;
  const { type, in: place, name: header, scheme: word, openIdConnectUrl: url } = mapOf(scheme);
  return type === "oauth2"
    ? `oauth2 ${name}`
    : canonical([type, place, header, String(word).toLowerCase(), url]);
}

function* compareGlobal(from: Requirements, to: Requirements): Iterable<Finding> {
  const made = (id: string, more: Partial<Finding>): Finding => ({
    base: "#/security",
    revision: "#/security",
    subject: "The API",
    operation: null,
    ...more,
    id,
  });
  for (const [key, { shown }] of from)
    if (!to.has(key)) yield made("api-global-security-removed", { before: shown || "no proof" });
  for (const [key, { shown }] of to)
    if (!from.has(key)) yield made("api-global-security-added", { after: shown || "no proof" });
  yield* compareScopes(from, to, (change, more) => made(`api-global-security-scope-${change}`, more));
}

function* compareOperation(
  context: Context,
  base: OperationReading,
  revision: OperationReading,
): Iterable<Finding> {
  const own = (reading: ContractReading, { value }: OperationReading): Requirements =>
    requirementsOf(reading, value["security"] ?? reading.document["security"]);
  // What both inherit is told once, of the API as a whole.
  const inherited = base.value["security"] === undefined && revision.value["security"] === undefined;
  const [from, to] = [own(context.base, base), own(context.revision, revision)];
  const isOpen = (requirements: Requirements): boolean => requirements.size === 0 || requirements.has("");
  const made = (id: string, more: Partial<Finding>): Finding => ({
    base: base.node.pointer,
    revision: revision.node.pointer,
    subject: base.shown,
    operation: base.title,
    ...more,
    id,
  });
  const shown = (requirements: Requirements): string =>
    [...requirements.values()]
      .map((one) => one.shown)
      .filter(Boolean)
      .join(" or ");
  if (isOpen(from) && !isOpen(to)) yield made("api-security-became-required", { after: shown(to) });
  if (!isOpen(from) && isOpen(to)) yield made("api-security-no-longer-required", { before: shown(from) });
  if (inherited) return;
  for (const [key, requirement] of from)
    if (key !== "" && !to.has(key) && !isOpen(to))
      yield made("api-security-removed", { before: requirement.shown });
  for (const [key, requirement] of to)
    if (key !== "" && !from.has(key)) yield made("api-security-added", { after: requirement.shown });
  yield* compareScopes(from, to, (change, more) => made(`api-security-scope-${change}`, more));
}

function* compareScopes(
  from: Requirements,
  to: Requirements,
  made: (change: "added" | "removed", more: Partial<Finding>) => Finding,
): Iterable<Finding> {
  for (const [key, { scopes }] of from) {
    const other = to.get(key);
    if (!other) continue;
    for (const [name, before] of scopes) {
      const after = other.scopes.get(name) ?? [];
      for (const scope of before)
        if (!after.includes(scope)) yield made("removed", { name: `\`${name}\``, before: scope });
      for (const scope of after)
        if (!before.includes(scope)) yield made("added", { name: `\`${name}\``, after: scope });
    }
  }
}

function* compareSchemes(base: ContractReading, revision: ContractReading): Iterable<Finding> {
  const read = (reading: ContractReading) =>
    new Map(
      reading
        .entries(reading.under(reading.root, "components"), "securitySchemes")
        .map((scheme) => [scheme.key, scheme]),
    );
  const [from, to] = [read(base), read(revision)];
  for (const [name, scheme] of from) {
    const other = to.get(name);
    const made = (id: string, more: Partial<Finding> = {}): Finding => ({
      base: scheme.pointer,
      revision: other?.pointer ?? null,
      subject: `The security scheme \`${name}\``,
      operation: null,
      ...more,
      id,
    });
    if (!other) yield made("api-security-component-removed");
    else yield* compareScheme(mapOf(scheme.value), mapOf(other.value), made);
  }
  for (const [name, scheme] of to)
    if (!from.has(name))
      yield {
        id: "api-security-component-added",
        base: null,
        revision: scheme.pointer,
        subject: `The security scheme \`${name}\``,
        operation: null,
      };
}

function* compareScheme(
  from: JsonObject,
  to: JsonObject,
  made: (id: string, more?: Partial<Finding>) => Finding,
): Iterable<Finding> {
  if (from["type"] !== to["type"]) {
    yield made("api-security-component-type-changed", { before: from["type"], after: to["type"] });
    return;
  }
  const placeOf = ({ in: place, name, scheme }: JsonObject): string =>
    [place, name, textOf(scheme)?.toLowerCase()].filter((part) => part !== undefined).join(" ");
  if (placeOf(from) !== placeOf(to))
    yield made("api-security-component-place-changed", { before: placeOf(from), after: placeOf(to) });
  const [flows, newFlows] = [mapOf(from["flows"]), mapOf(to["flows"])];
  for (const name of Object.keys(flows)) {
    const [flow, newFlow] = [mapOf(flows[name]), newFlows[name]];
    if (newFlow === undefined) yield made("api-security-component-oauth-flow-removed", { before: name });
    else yield* compareFlow(flow, mapOf(newFlow), made);
  }
}

function* compareFlow(
  from: JsonObject,
  to: JsonObject,
  made: (id: string, more?: Partial<Finding>) => Finding,
): Iterable<Finding> {
  for (const [word, id] of [
    ["authorizationUrl", "api-security-component-oauth-url-changed"],
    ["tokenUrl", "api-security-component-oauth-token-url-changed"],
  ] as const)
    if (from[word] !== to[word]) yield made(id, { before: from[word], after: to[word] });
  const [scopes, newScopes] = [mapOf(from["scopes"]), mapOf(to["scopes"])];
  for (const scope of Object.keys(scopes)) {
    if (newScopes[scope] === undefined)
      yield made("api-security-component-oauth-scope-removed", { before: scope });
    else if (newScopes[scope] !== scopes[scope])
      yield made("api-security-component-oauth-scope-changed", { name: `\`${scope}\`` });
  }
  for (const scope of Object.keys(newScopes))
    if (scopes[scope] === undefined) yield made("api-security-component-oauth-scope-added", { after: scope });
}
