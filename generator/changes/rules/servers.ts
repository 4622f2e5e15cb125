import type { ContractReading } from "../document/contract-reading.js";
import { type DocumentFamily, rulesOf } from "../document/document-family.js";
import { documentOf } from "../document/fixture-documents.js";
import type { Finding } from "../rule.js";
import { children, mapOf, type SchemaNode, textOf } from "../schema/schema-node.js";

const at = (...urls: string[]) => documentOf({}, { servers: urls.map((url) => ({ url })) });
const [here, there] = ["https://api.example.com", "https://new.example.com"];

/** Where the API is. A caller knows the address by heart. */
export const servers: DocumentFamily = {
  name: "servers",
  title: "Servers",
  rules: rulesOf("servers", [
    {
      id: "server-removed",
      severity: "error",
      direction: "request",
      sentence: "{subject} is no longer at {before}.",
      remedy: "Go on answering there, or redirect; callers have written the address down.",
      found: [at(here, there), at(there)],
    },
    {
      id: "test-server-removed",
      severity: "note",
      sentence: "{subject} is no longer at {before}, a server for tests by its name.",
      found: [at(here, "https://staging.example.com"), at(here)],
    },
    {
      id: "server-added",
      severity: "note",
      sentence: "{subject} is now at {after} too.",
      found: [at(here), at(here, there)],
    },
    {
      id: "default-server-changed",
      severity: "warning",
      sentence:
        "{subject} is now at {after} first; it was {before}. A client made of the contract goes there.",
      remedy: "Keep the server that callers use first in the list.",
      found: [at(here, there), at(there, here)],
      absent: [at(here), at(here, there)],
    },
  ]),
  *find({ base, revision, pairs }) {
    const subject = "The API";
    yield* compareServers(serversOf(base, base.root), serversOf(revision, revision.root), subject, null);
    for (const pair of pairs) {
      const own = (reading: ContractReading, operation: typeof pair.base): readonly ServerUrl[] =>
        serversOf(reading, operation.node) ??
        serversOf(reading, operation.pathItem) ??
        serversOf(reading, reading.root) ??
        [];
      const isOwn = (reading: ContractReading, operation: typeof pair.base): boolean =>
        (serversOf(reading, operation.node) ?? serversOf(reading, operation.pathItem)) !== null;
      if (!isOwn(base, pair.base) && !isOwn(revision, pair.revision)) continue;
      yield* compareServers(
        own(base, pair.base),
        own(revision, pair.revision),
        pair.base.shown,
        pair.base.title,
      );
    }
  },
};

interface ServerUrl {
  readonly url: string;
  readonly pointer: string;
}

/** Addresses with the defaults of their variables filled in; `null` where none are listed. */
function serversOf(reading: ContractReading, holder: SchemaNode): readonly ServerUrl[] | null {
  const listed = children(reading.under(holder, "servers")).flatMap(({ value, pointer }) => {
    const url = textOf(mapOf(value)["url"]);
    if (url === null) return [];
    const variables = mapOf(mapOf(value)["variables"]);
    const filled = url.replace(
      /\{([^}]*)\}/g,
      (whole, name: string) => textOf(mapOf(variables[name])["default"]) ?? whole,
    );
    return [{ url: filled.replace(/\/$/, ""), pointer }];
  });
  return listed.length > 0 ? listed : null;
}

function* compareServers(
  from: readonly ServerUrl[] | null,
  to: readonly ServerUrl[] | null,
  subject: string,
  operation: string | null,
): Iterable<Finding> {
  if (!from || !to) return; // nobody can have relied on what was not said
  const made = (id: string, base: ServerUrl | null, revision: ServerUrl | null): Finding => ({
    id,
    base: base?.pointer ?? null,
    revision: revision?.pointer ?? null,
    subject,
    before: base?.url,
    after: revision?.url,
    operation,
  });
  for (const server of from)
    if (!to.some(({ url }) => url === server.url))
      yield made(isForTests(server.url) ? "test-server-removed" : "server-removed", server, null);
  for (const server of to)
    if (!from.some(({ url }) => url === server.url)) yield made("server-added", null, server);
  const [first, newFirst] = [from[0], to[0]];
  if (first && newFirst && first.url !== newFirst.url && from.some(({ url }) => url === newFirst.url))
    yield made("default-server-changed", first, newFirst);
}

/** Nobody's application depends on these. */
const isForTests = (url: string): boolean =>
  /^https?:\/\/([^/]*[.-])?(dev|develop|development|test|testing|qa|uat|stage|staging|preview|sandbox|localhost|127\.0\.0\.1)([.:/-]|$)/i.test(
    url,
  );
