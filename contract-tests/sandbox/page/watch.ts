import type { IncomingMessage, ServerResponse } from "node:http";
import type { SandboxClock } from "../clock.js";
import type { Events, Finding, SandboxEvent } from "../events.js";
import type { Jobs } from "../jobs.js";
import type { Keys } from "../keys.js";
import type { MonthlyJobs } from "../monthly-jobs.js";
import type { RequestEntry, RequestLog } from "../request-log.js";
import type { SandboxContract } from "../sandbox-contract.js";
import { limitViews } from "./limit-views.js";
import { jobView, redactorFor, requestView } from "./views.js";

/** What an onlooker sees of the sandbox. */
export interface Watched {
  readonly contract: SandboxContract;
  readonly clock: SandboxClock;
  readonly jobs: Jobs;
  readonly monthlyJobs: MonthlyJobs;
  readonly keys: Keys;
  readonly requests: RequestLog;
  readonly findings: () => readonly Finding[];
  readonly events: Events;
}

/** The most that one message tells; of more, the newest. */
const most = { requests: 200, jobs: 100, findings: 100 };

/** How often there may be news, and how often there is a message though nothing happened. */
const newsMs = 100;
const heartbeatMs = 1000;

/**
 * Tells what happens as server-sent events: `state`, which is everything, and then `news`, many happenings in one. What
 * waits to be told is bounded, however much happens and however slowly it is read.
 */
export function watch(watched: Watched, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const { contract, clock, jobs, monthlyJobs, keys, requests, findings, events } = watched;
  let newRequests: RequestEntry[] = [];
  let newFindings: Finding[] = [];
  const changedJobs = new Set<string>();
  let whole = true; // whether the next message is the whole state
  let lastLimits = "";
  let quietMs = 0;

  const write = (name: string, content: object): void => {
    response.write(`event: ${name}\ndata: ${JSON.stringify(content)}\n\n`);
  };
  const flush = (): void => {
    quietMs += newsMs;
    const due =
      whole ||
      newRequests.length > 0 ||
      newFindings.length > 0 ||
      changedJobs.size > 0 ||
      quietMs >= heartbeatMs;
    // Who reads slowly gets fewer messages, not a longer queue.
    if (!due || response.writableNeedDrain) return;
    quietMs = 0;
    const redact = redactorFor(keys.all().map(({ key }) => key));
    const limits = limitViews(contract, keys, jobs, monthlyJobs, clock.now());
    const limitsText = JSON.stringify(limits);
    const now = { nowMs: clock.now(), count: requests.count };
    if (whole)
      write("state", {
        title: contract.title,
        ...now,
        limits,
        requests: requests
          .all()
          .slice(-most.requests)
          .map((entry) => requestView(entry, redact)),
        jobs: jobs
          .all()
          .slice(-most.jobs)
          .map((job) => jobView(jobs, job)),
        findings: findings().slice(-most.findings),
      });
    else
      write("news", {
        ...now,
        ...(limitsText === lastLimits ? {} : { limits }),
        ...given(
          "requests",
          newRequests.map((entry) => requestView(entry, redact)),
        ),
        ...given(
          "jobs",
          [...changedJobs].flatMap((id) => jobs.get(id, null) ?? []).map((job) => jobView(jobs, job)),
        ),
        ...given("findings", newFindings),
      });
    whole = false;
    lastLimits = limitsText;
    newRequests = [];
    newFindings = [];
    changedJobs.clear();
  };
  const hear = (event: SandboxEvent): void => {
    if (event.type === "request") newRequests = within(newRequests, event.request, most.requests);
    else if (event.type === "finding") newFindings = within(newFindings, event.finding, most.findings);
    else if (event.type === "reset") whole = true;
    else if (event.type === "job") {
      changedJobs.delete(event.job.id);
      changedJobs.add(event.job.id);
      if (changedJobs.size > most.jobs) changedJobs.delete(changedJobs.values().next().value ?? "");
    }
  };
  const stop = events.onEvent(hear, ["request", "finding", "reset", "job"]);
  flush();
  const timer = setInterval(flush, newsMs);
  timer.unref();
  response.once("close", () => {
    stop();
    clearInterval(timer);
  });
}

/** The list with one more, and not much longer than allowed. */
function within<T>(list: T[], one: T, most: number): T[] {
  list.push(one);
  return list.length > 2 * most ? list.slice(-most) : list;
}

const given = (name: string, list: readonly unknown[]): object => (list.length === 0 ? {} : { [name]: list });
