import type { JsonObject } from "../support/contract.js";
import { type Evidence, type EvidenceFinding, none } from "./evidence.js";
import { type JoinedContract, joinContracts, type SideOperation } from "./joined-contract.js";
import { largerThanBefore, limitEvidence } from "./limit-evidence.js";
import { NoRequestError } from "./make-request.js";
import { requestEvidence } from "./request-evidence.js";
import { responseEvidence } from "./response-evidence.js";

export { reportedEvidence } from "./reported-evidence.js";

/** A component may be shared by hundreds of operations; in so many of them evidence is looked for. */
const mostOperations = 3;

/** Finds, for what changed between two contracts, a request or an answer that shows it. */
export class EvidenceMaker {
  readonly #joined: JoinedContract;

  /** @param base bundled, in the words of OpenAPI 3.0 or 3.1, as is the other */
  constructor(base: JsonObject, revision: JsonObject) {
    this.#joined = joinContracts(base, revision);
  }

  /** What shows a finding, proved on both sides; else why there is nothing to show. The same finding has the same evidence. */
  of(finding: EvidenceFinding): Evidence {
    try {
      return this.#find(finding);
    } catch (error) {
      if (error instanceof NoRequestError) return none(error.message);
      // Schemas of others can be such that no validator takes them.
      return none(`It can't be tried: ${(error as Error).message.slice(0, 200)}`);
    }
  }

  #find(finding: EvidenceFinding): Evidence {
    const onWords = wordsOnly.find(([id]) => id.test(finding.id));
    if (onWords && !isRemoval(finding)) return none(`In words only: ${onWords[1]}.`);
    const limit = limitEvidence(this.#joined, finding);
    if (limit) return limit;
    const titles = finding.operations.length > 0 ? finding.operations : this.#operationsOf(finding);
    let first: Evidence | null = null;
    for (const title of titles.slice(0, mostOperations)) {
      const evidence = this.#ofOperation(finding, title);
      if (evidence.kind !== "none") return evidence;
      first ??= evidence;
    }
    const weighed = first?.kind === "none" ? largerThanBefore(this.#joined, finding) : null;
    return weighed ?? first ?? none("In words only: it concerns no operation.");
  }

  /** Operations that a finding reaches which names none: those that use a security scheme, or all. */
  #operationsOf({ id, pointers }: EvidenceFinding): string[] {
    const all = [...this.#joined.base.operations.values()].filter(({ kind }) => kind === "operation");
    const scheme = /^#\/components\/securitySchemes\/([^/]+)/.exec(pointers.base ?? "")?.[1];
    const isReached = ({ credentials }: SideOperation): boolean =>
      !/security/.test(id) || scheme === undefined || credentials.flat().some((one) => one.scheme === scheme);
    return all.filter(isReached).map(({ title }) => title);
  }

  #ofOperation(finding: EvidenceFinding, title: string): Evidence {
    const { base, revision } = this.#joined;
    const from = base.operations.get(title);
    if (!from) return none("In words only: the operation is new.");
    const to = this.#inRevision(from, revision.operations);
    if (from.kind !== "operation") {
      if (!to || finding.direction !== "response")
        return none("In words only: it is about what is sent to its receiver.");
      return responseEvidence(this.#joined, finding, { from, to });
    }
    if (finding.direction === "response")
      return to
        ? responseEvidence(this.#joined, finding, { from, to })
        : none("In words only: the operation is gone.");
    return requestEvidence(this.#joined, finding, { from, to });
  }

  #inRevision(from: SideOperation, operations: ReadonlyMap<string, SideOperation>): SideOperation | null {
    const withoutNames = (path: string): string => path.replace(/\{[^}]*\}/g, "{}");
    const same = operations.get(from.title);
    if (same || from.kind !== "operation") return same ?? null;
    const all = [...operations.values()].filter(
      ({ kind, method }) => kind === from.kind && method === from.method,
    );
    return all.find(({ path }) => withoutNames(path) === withoutNames(from.path)) ?? null;
  }
}

const isRemoval = ({ id }: EvidenceFinding): boolean => /^api-(path-)?(removed|sunset-parse)/.test(id);

/** What no request and no answer can show. */
const wordsOnly: readonly (readonly [id: RegExp, why: string])[] = [
  [/sunset|stability|deprecated/, "it is about what was announced, not about what is sent"],
  [/^client-/, "it is met by the compiler, or when the client starts"],
  [/default-value/, "the same request is valid, and means something else"],
  [/token-url|oauth-flow/, "it is about how a token is had, not about what is sent with one"],
  [
    /^(webhook|callback)-removed|^webhook-(method|signature|answer|body)/,
    "it is about what no longer comes, or how it is signed",
  ],
  [
    /-job-|^batch-|error-code|plan-error/,
    "clients that act on it by its meaning no longer can; its shape is judged apart",
  ],
  [
    /-content-(media-type|encoding|schema)-(changed|added|removed)$/,
    "JSON Schema describes what a text holds, and forbids nothing by it",
  ],
  [/^response-.*-max-(bytes|seconds)-/, "it is about how large or long a file is, not about its shape"],
  [/x-extensible-enum/, "the values are examples; none is forbidden"],
];
