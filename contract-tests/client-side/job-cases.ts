import fc from "fast-check";
import type { Job } from "../support/answers.js";
import { object } from "../support/contract.js";
import { callArguments, parameterValue, positionsOf } from "./call-arguments.js";
import type { CasesOf, ClientSideCase, Subject } from "./case.js";
import { faultsOfOutcome } from "./check-outcome.js";
import type { ClientContract, ClientOperation, ClientParameter } from "./client-contract.js";
import { declaredAnswers } from "./declared-answers.js";
import { anError, type Expected } from "./expected-outcome.js";
import { codeOf, methodOf, newClient, type Outcome, outcomeOf } from "./make-call.js";
import { hold } from "./property.js";
import { pathTexts } from "./read-request.js";
import { type HttpAnswer, startWireServer, type WireAnswer, whole } from "./wire-server.js";

/** A job of the contract: what looks at it, and what starts it. */
interface FollowedJob {
  readonly look: ClientOperation;
  readonly job: Job;
  readonly starts: readonly ClientOperation[];
  readonly idParameter: ClientParameter;
  readonly idProperty: string;
}

/** Whatever looks at a job are answered, waiting ends as the job does, or with an error of the package. */
export const jobCases: CasesOf = (contract) =>
  followedJobs(contract).flatMap((one) => casesOfJob(contract, one));

function followedJobs({ operations }: ClientContract): FollowedJob[] {
  return operations.flatMap((look) => {
    const starts = operations.filter((one) => one.look?.operationId === look.id);
    const idParameter = look.parameters.find((one) => one.in === "path");
    const idProperty = starts[0]?.look?.idProperty;
    return look.job && idParameter && idProperty !== undefined
      ? [{ look, job: look.job, starts, idParameter, idProperty }]
      : [];
  });
}

/** How a look is answered while the job goes on. */
const passing = ["pending", "unheard", "odd", "failing", "tooFast", "html", "reset", "half"] as const;

interface Course {
  readonly before: readonly { readonly kind: (typeof passing)[number]; readonly job: object }[];
  readonly end: { readonly kind: "succeeded" | "failed" | "lost" | "forbidden"; readonly job: object };
}

function casesOfJob(contract: ClientContract, followed: FollowedJob): ClientSideCase[] {
  const { look, starts } = followed;
  const resource = look.id.split(".").slice(0, -1);
  const waitFor = [...resource, "waitFor"].join(".");
  const watch = [...resource, "watch"].join(".");
  return [
    {
      title: [look.id, `${waitFor} ends as the job does`],
      run: (subject) => holdWaiting(subject, contract, followed, waitFor),
    },
    ...starts.map(
      (start): ClientSideCase => ({
        title: [start.id, `${start.id}AndWait ends as the job does`],
        run: (subject) => holdStarting(subject, contract, followed, start),
      }),
    ),
    {
      title: [look.id, `${watch} yields every job that ends`],
      run: (subject) => holdWatching(subject, contract, followed, watch),
    },
    {
      title: [look.id, `${waitFor} gives up in time`],
      run: (subject) => holdPatience(subject, contract, followed, waitFor),
    },
    {
      title: [look.id, `${waitFor} does not wait behind pages that are no job`],
      run: (subject) => holdNonsense(subject, contract, followed, waitFor),
    },
  ];
}

function courses(contract: ClientContract, { look, job }: FollowedJob): fc.Arbitrary<Course> {
  const body = declaredAnswers(contract, look)
    .filter(({ isSuccess, schema }) => isSuccess && schema !== null)
    .map(({ schema }) => contract.answered.arbitraries.of(schema ?? true));
  const ofStatus = (statuses: readonly unknown[]): fc.Arbitrary<object> =>
    fc
      .tuple(fc.oneof(...body), fc.constantFrom(...statuses))
      .map(([value, status]) => ({ ...object(value), [job.statusProperty]: status }));
  const before = fc
    .constantFrom(...passing)
    .chain((kind) =>
      (kind === "unheard"
        ? ofStatus(["TELEPORTING", "", "pending "])
        : kind === "odd"
          ? ofStatus([null, 7, undefined, ["x"], {}])
          : ofStatus(job.pending)
      ).map((made) => ({ kind, job: made })),
    );
  const end = fc.oneof(
    {
      arbitrary: ofStatus(job.succeeded).map((made) => ({ kind: "succeeded" as const, job: made })),
      weight: 4,
    },
    { arbitrary: ofStatus(job.failed).map((made) => ({ kind: "failed" as const, job: made })), weight: 2 },
    {
      arbitrary: fc.constantFrom("lost" as const, "forbidden" as const).map((kind) => ({ kind, job: {} })),
      weight: 1,
    },
  );
  return fc.record({ before: fc.array(before, { maxLength: 4 }), end });
}

const jsonHeaders: HttpAnswer["headers"] = [["content-type", "application/json"]];
const page: HttpAnswer = {
  status: 200,
  headers: [["content-type", "text/html"]],
  body: Buffer.from("<h1>Hello</h1>"),
};

/** The answer to a look, the first being 0. */
function wireAt({ before, end }: Course, index: number): WireAnswer {
  const { kind, job } = before[index] ?? end;
  const text = JSON.stringify(job);
  const json = (status: number, headers: HttpAnswer["headers"] = jsonHeaders): WireAnswer =>
    whole({ status, headers, body: Buffer.from(text) });
  const again = [...jsonHeaders, ["retry-after", "0"] as const];
  switch (kind) {
    case "failing":
      return json(503, again);
    case "tooFast":
      return json(429, again);
    case "html":
      return whole(page);
    case "reset":
      return { bytes: Buffer.alloc(0), end: "reset" };
    case "half":
      return { bytes: json(200).bytes.subarray(0, -1), end: "close" };
    case "lost":
      return json(404);
    case "forbidden":
      return json(401);
    default:
      return json(200);
  }
}

/** What the end of a job becomes. */
function expectedAt({ end }: Course, { job }: FollowedJob, id: string): Expected {
  const asSent = JSON.parse(JSON.stringify(end.job)) as Readonly<Record<string, unknown>>;
  if (end.kind === "succeeded") return { kind: "result", value: asSent };
  if (end.kind === "failed")
    return anError("JobFailedError", {
      id,
      status: asSent[job.statusProperty],
      errorCode: textIn(asSent, job.errorCodeProperty),
      job: asSent,
    });
  return anError(end.kind === "lost" ? "NotFoundError" : "AuthenticationError", {});
}

function textIn(value: Readonly<Record<string, unknown>>, property: string | null): string | null {
  const found = property === null ? null : value[property];
  return typeof found === "string" ? found : null;
}

const ids = (contract: ClientContract, { idParameter }: FollowedJob): fc.Arbitrary<string> =>
  parameterValue(contract, idParameter) as fc.Arbitrary<string>;

function method(client: object, name: string): (...args: unknown[]) => unknown {
  const found = methodOf(client, name);
  if (!found) throw new Error(`The client has no ${name}.`);
  return found;
}

const told = (name: string, course: unknown): string => `client.${name}, answered ${JSON.stringify(course)}`;

async function holdWaiting(
  subject: Subject,
  contract: ClientContract,
  followed: FollowedJob,
  name: string,
): Promise<void> {
  const waitFor = method(newClient(subject), name);
  await hold(
    fc.record({ course: courses(contract, followed), id: ids(contract, followed) }),
    async ({ course, id }) => {
      const seen: unknown[] = [];
      const options = { pollMs: 1, onProgress: (job: unknown) => seen.push(job) };
      const { value, requests } = await subject.server.serve(
        (_, index) => wireAt(course, index),
        () => outcomeOf(subject, async () => waitFor(id, options)),
      );
      const looks = course.before.length + 1;
      const jobs = [...course.before, course.end].filter(({ kind }) => isJobKind(kind)).length;
      return [
        ...(await faultsOfOutcome(subject.client.main, expectedAt(course, followed, id), value)),
        ...(requests.length === looks ? [] : [`It looked ${requests.length} times, not ${looks}.`]),
        ...(seen.length === jobs ? [] : [`It told of ${seen.length} jobs, not ${jobs}.`]),
      ];
    },
    subject.run,
    ({ course }) => told(name, course),
  );
}

const isJobKind = (kind: string): boolean =>
  ["pending", "unheard", "odd", "succeeded", "failed"].includes(kind);

async function holdStarting(
  subject: Subject,
  contract: ClientContract,
  followed: FollowedJob,
  start: ClientOperation,
): Promise<void> {
  const client = newClient(subject);
  const createAndWait = method(client, `${start.id}AndWait`);
  const created = declaredAnswers(contract, start).find(
    ({ isSuccess, schema }) => isSuccess && schema !== null,
  );
  if (!created) throw new Error(`${start.id} starts no job.`);
  await hold(
    fc.record({
      course: courses(contract, followed),
      id: ids(contract, followed),
      args: callArguments(contract, start),
      answer: created.answers,
    }),
    async ({ course, id, args, answer }) => {
      const job = { ...object(JSON.parse(String(answer.body))), [followed.idProperty]: id };
      const first = whole({ ...answer, body: Buffer.from(JSON.stringify(job)) });
      const positions = positionsOf(contract, start, args, { pollMs: 1 });
      const looked = new Set<string>();
      const { value, requests } = await subject.server.serve(
        ({ target }, index) => {
          if (index === 0) return first;
          looked.add(idIn(followed, target, subject.server.prefix));
          return wireAt(course, index - 1);
        },
        () => outcomeOf(subject, async () => createAndWait(...positions)),
      );
      const wanted = course.before.length + 2;
      return [
        ...(await faultsOfOutcome(subject.client.main, expectedAt(course, followed, id), value)),
        ...(requests.length === wanted ? [] : [`${requests.length} requests came, not ${wanted}.`]),
        ...(looked.size === 1 && looked.has(id) ? [] : [`It looked at ${[...looked].join()}, not at ${id}.`]),
      ];
    },
    { ...subject.run, runs: Math.ceil(subject.run.runs / 2) },
    ({ course, args }) => told(codeOf(contract, start, args), course),
  );
}

function idIn({ look, idParameter }: FollowedJob, target: string, prefix: string): string {
  const [path = ""] = target.slice(prefix.length).split("?");
  const texts = pathTexts(look.path, path) ?? [];
  return decodeURIComponent(texts.find(([name]) => name === idParameter.name)?.[1] ?? "");
}

/** Those that end are yielded, whatever becomes of the others; only then it throws for one that can't be looked at. */
async function holdWatching(
  subject: Subject,
  contract: ClientContract,
  followed: FollowedJob,
  name: string,
): Promise<void> {
  const watch = method(newClient(subject), name);
  const { main } = subject.client;
  await hold(
    fc.uniqueArray(fc.record({ id: ids(contract, followed), course: courses(contract, followed) }), {
      maxLength: 4,
      selector: ({ id }) => id,
    }),
    async (jobs) => {
      const looks = new Map<string, number>();
      const yielded: unknown[] = [];
      const { value } = await subject.server.serve(
        ({ target }) => {
          const id = idIn(followed, target, subject.server.prefix);
          const index = looks.get(id) ?? 0;
          looks.set(id, index + 1);
          const course = jobs.find((one) => one.id === id)?.course;
          return course ? wireAt(course, index) : whole(page);
        },
        () =>
          outcomeOf(subject, async () => {
            const all = watch([...jobs.map(({ id }) => id), ...jobs.map(({ id }) => id)], { pollMs: 1 });
            for await (const job of all as AsyncIterable<unknown>) yielded.push(job);
          }),
      );
      const ended = jobs.filter(({ course: { end } }) => end.kind === "succeeded" || end.kind === "failed");
      const lost = jobs.filter(({ course: { end } }) => end.kind === "lost" || end.kind === "forbidden");
      const classes = lost
        .map(({ course }) => expectedAt(course, followed, ""))
        .flatMap((expected) => (expected.kind === "error" ? expected.classes : []));
      const expected: Expected = lost.length > 0 ? anError(classes) : { kind: "result", value: undefined };
      const text = (job: unknown): string => JSON.stringify(job);
      const missing = ended.filter(({ course }) => !yielded.map(text).includes(text(course.end.job)));
      return [
        ...(await faultsOfOutcome(main, expected, value)),
        ...missing.map(({ id }) => `It did not yield the job ${id}, which had ended.`),
        ...(yielded.length <= ended.length ? [] : [`It yielded ${yielded.length} jobs of ${ended.length}.`]),
      ];
    },
    subject.run,
    (jobs) => told(name, jobs),
  );
}

/** A job that does not end, and looks that are never answered, end with the time that was given. */
async function holdPatience(
  subject: Subject,
  contract: ClientContract,
  followed: FollowedJob,
  name: string,
): Promise<void> {
  const server = await startWireServer();
  try {
    const waitFor = method(newClient({ ...subject, server }), name);
    await hold(
      fc.record({
        course: courses(contract, followed),
        id: ids(contract, followed),
        isSilent: fc.boolean(),
      }),
      async ({ course, id, isSilent }) => {
        const silence: WireAnswer = { bytes: Buffer.alloc(0), end: "hang" };
        const endless: Course = { ...course, before: [] };
        const pending = { ...course.end.job, [followed.job.statusProperty]: followed.job.pending[0] };
        const { value } = await server.serve(
          () => (isSilent ? silence : wireAt({ ...endless, end: { kind: "succeeded", job: pending } }, 0)),
          () => outcomeOf(subject, async () => waitFor(id, { pollMs: 1, timeoutMs: 20 })),
        );
        return faultsOfOutcome(subject.client.main, anError("JobTimeoutError", { id, timeoutMs: 20 }), value);
      },
      { ...subject.run, runs: Math.ceil(subject.run.runs / 6) },
      ({ id, isSilent }) =>
        `client.${name}(${JSON.stringify(id)}, { timeoutMs: 20 })${isSilent ? ", never answered" : ""}`,
    );
  } finally {
    await server.stop();
  }
}

/** A page that is always there, of another server or a log-in, is no job that goes on. */
async function holdNonsense(
  subject: Subject,
  contract: ClientContract,
  followed: FollowedJob,
  name: string,
): Promise<void> {
  const waitFor = method(newClient(subject), name);
  const pages: readonly HttpAnswer[] = [
    page,
    { ...page, body: null },
    { ...page, headers: jsonHeaders },
    { ...page, headers: jsonHeaders, body: Buffer.from("[]") },
  ];
  await hold(
    fc.record({ answer: fc.constantFrom(...pages), id: ids(contract, followed) }),
    async ({ answer, id }) => {
      const { value } = await subject.server.serve(
        () => whole(answer),
        (): Promise<Outcome> => outcomeOf(subject, async () => waitFor(id, { pollMs: 1 })),
      );
      return faultsOfOutcome(subject.client.main, anError("UnexpectedResponseError", { status: 200 }), value);
    },
    { ...subject.run, runs: Math.ceil(subject.run.runs / 4) },
    ({ answer, id }) =>
      `client.${name}(${JSON.stringify(id)}), answered ${JSON.stringify(String(answer.body))} for ever`,
  );
}
