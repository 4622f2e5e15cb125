import { timingSafeEqual } from "node:crypto";
import type { Surroundings } from "./behaviour.js";
import type { JobTeller } from "./job-operations.js";
import type { Job } from "./jobs.js";
import type { Answer, Reason } from "./refusal.js";
import { smallVideo } from "./small-video.js";

/** Where the files are that results redirect to. */
export const filesPath = "/__sandbox/files/";

/** Gives out what jobs have made: the address that a job tells redirects to the file, as the API's does. */
export class Results {
  readonly #surroundings: Surroundings;
  readonly #teller: JobTeller;
  readonly #paths: readonly { readonly pattern: RegExp; readonly kind: string }[];

  constructor(surroundings: Surroundings, teller: JobTeller) {
    this.#surroundings = surroundings;
    this.#teller = teller;
    const kinds = new Map(
      surroundings.contract.operations.flatMap(({ job }) =>
        job?.resultPath ? [[job.pointer, job.resultPath]] : [],
      ),
    );
    this.#paths = [...kinds].map(([kind, path]) => ({
      kind,
      pattern: new RegExp(`^${path.split("{id}").map(escaped).join("([^/]+)")}$`),
    }));
  }

  /** @returns `null` if the path is not that of a result */
  answer(method: string, path: string, query: string): Answer | null {
    if (path.startsWith(filesPath)) return this.#file(method, path.slice(filesPath.length), query);
    for (const { pattern, kind } of this.#paths) {
      const id = pattern.exec(path)?.[1];
      if (id === undefined) continue;
      const found = this.#found(method, id, query, (job) => job.kind.pointer === kind);
      if (!("id" in found)) return found;
      const location = `${this.#surroundings.url()}${filesPath}${found.id}?token=${this.#surroundings.jobs.tokenOf(found)}`;
      return { status: 302, headers: { location }, body: null, rule: null, faults: [] };
    }
    return null;
  }

  #file(method: string, id: string, query: string): Answer {
    const found = this.#found(method, id, query, () => true);
    if (!("id" in found)) return found;
    const [type, body] = found.lines
      ? ["application/jsonl", this.#linesOf(found)]
      : ["video/mp4", smallVideo];
    return { status: 200, headers: { "content-type": type }, body, rule: null, faults: [] };
  }

  #found(method: string, id: string, query: string, fits: (job: Job) => boolean): Job | Answer {
    const { jobs } = this.#surroundings;
    if (method !== "GET" && method !== "HEAD")
      return this.#refuse(405, "method", "A result can only be fetched.", { Allow: "GET, HEAD" });
    const job = jobs.get(id, null);
    if (!job || !fits(job)) return this.#refuse(404, "notFound", "There is no such result.");
    if (!isEqual(new URLSearchParams(query).get("token") ?? "", jobs.tokenOf(job)))
      return this.#refuse(
        403,
        "token",
        "The address of this result ends in another token; use it exactly as it was told.",
      );
    if (!jobs.hasEnded(job) || !job.kind.succeeded.includes(job.outcome.status))
      return this.#refuse(404, "notFound", "This job has made no result.");
    return job;
  }

  #linesOf(batch: Job): string {
    const { contract } = this.#surroundings;
    const rules = contract.operations.find(({ id }) => id === batch.operationId)?.batch;
    return (batch.lines ?? [])
      .map(({ name, job }) =>
        JSON.stringify({
          [rules?.resultIdProperty ?? "id"]: name,
          [rules?.resultBodyProperty ?? "response"]: this.#teller.bodyOf(job),
        }),
      )
      .map((line) => `${line}\n`)
      .join("");
  }

  #refuse(status: number, rule: string, message: string, headers: Reason["headers"] = {}): Answer {
    return this.#surroundings.refuse(null, {
      rule,
      statuses: [status],
      faults: [{ pointer: "", rule: "", message }],
      headers,
    });
  }
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
