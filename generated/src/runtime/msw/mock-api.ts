import { type HttpHandler, http } from "msw";
import type { ApiDescriptor, OperationDescriptor } from "../descriptors.js";
import { type Course, courseOf, type JobCourse } from "./job-course.js";
import { matching } from "./route.js";

/** One operation, and all that its contract shows of its answers. */
export interface MockedOperation {
  readonly operation: OperationDescriptor;
  readonly answers: readonly MockedAnswer[];
  /** Values by status and name. */
  readonly examples: Readonly<Record<string, object>>;
  /** The job that it starts or looks at. */
  readonly job: MockedJob | null;
}

export interface MockedAnswer {
  /** `"201"`, `"4XX"` or `"default"`. */
  readonly status: string;
  /** `null` where it has no body. */
  readonly mediaType: string | null;
  /** The required ones, with the contract's examples as values. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface MockedJob extends JobCourse {
  /** Id of the operation that looks at it. */
  readonly look: string;
}

/** Where the client under test sends its calls, if it is not where the contract says. */
export interface MockOptions {
  /** As given to the client; by default the contract's server. */
  readonly baseUrl?: string | undefined;
}

interface Sent {
  /** Beside those that the contract requires, or in their place. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Answer the next call only; further ones go to the handlers after this. */
  readonly once?: boolean | undefined;
}

type NumberOf<Status> = Status extends `${infer Digits extends number}` ? Digits : number;

/**
 * An answer that the contract has an example of, by status and name (without them, the first success and its first
 * example), or one of the caller's own.
 */
export type Answer<Examples> =
  | {
      [Status in keyof Examples]: Sent & {
        readonly status: NumberOf<Status>;
        readonly example?: keyof Examples[Status] | undefined;
        readonly body?: undefined;
      };
    }[keyof Examples]
  | {
      [Status in keyof Examples]: Status extends `2${string}`
        ? Sent & {
            readonly status?: undefined;
            readonly example?: keyof Examples[Status] | undefined;
            readonly body?: Examples[Status][keyof Examples[Status]] | undefined;
          }
        : never;
    }[keyof Examples]
  | (Sent & { readonly status: number; readonly body: unknown; readonly example?: undefined });

export interface MockApi<Examples, Jobs> {
  /**
   * A handler for every operation. Each answers with the contract's first example of a success, and with 401 where a
   * call has no key; what is sent is not checked.
   */
  readonly handlers: (options?: MockOptions) => HttpHandler[];
  /** A handler for one operation, to be put before the others. */
  readonly respond: <Id extends keyof Examples & string>(
    operationId: Id,
    answer?: Answer<Examples[Id]>,
    options?: MockOptions,
  ) => HttpHandler;
  /**
   * Handlers that play a job's course: the call that starts it answers with the first status, each look at it with the
   * next, and from then on with the last. Each job has an id of its own.
   *
   * @param operationId of the operation that looks at the job
   * @throws {TypeError} for a status of which the contract has no example
   */
  readonly jobScenario: <Id extends keyof Jobs & string>(
    operationId: Id,
    course?: Course<Jobs[Id]>,
    options?: MockOptions,
  ) => HttpHandler[];
}

type Resolve = (call: { params: Readonly<Record<string, unknown>> }) => Response;
type AnyAnswer = Sent & {
  readonly status?: number | undefined;
  readonly example?: PropertyKey | undefined;
  readonly body?: unknown;
};

/** Makes the handlers of an API out of its contract's examples. */
export function mockApi<Examples, Jobs>(
  api: ApiDescriptor,
  mocked: readonly MockedOperation[],
): MockApi<Examples, Jobs> {
  const find = (operationId: string): MockedOperation => {
    const found = mocked.find(({ operation }) => operation.id === operationId);
    if (!found) throw new TypeError(`The contract has no operation ${operationId}.`);
    return found;
  };

  const handle = (
    target: MockedOperation,
    resolve: Resolve,
    { baseUrl }: MockOptions = {},
    once = false,
  ): HttpHandler => {
    const { operation } = target;
    const { method, auth, anonymous } = operation;
    const path = matching(baseUrl ?? (operation.baseUrl || api.baseUrl), operation.path);
    const handler = method === "TRACE" ? http.all : http[lowerCase(method)]; // no `fetch` sends a TRACE
    const namesakes = mocked.filter(
      (other) => other.operation.method === method && other.operation.path === operation.path,
    );
    let isOver = false; // of several operations of one path, only the call that was meant uses a handler up
    return handler(
      path,
      ({ request, params }) => {
        if (namesakes.length > 1) {
          if (isOver || meant(namesakes, request) !== target) return undefined;
          isOver = once;
        }
        if (auth && !anonymous && !request.headers.get(auth.header)) return answerOf(target, { status: 401 });
        return resolve({ params });
      },
      { once: once && namesakes.length === 1 },
    );
  };

  return {
    handlers: (options) =>
      byTemplates(mocked).map((target) => handle(target, () => answerOf(target, {}), options)),
    respond: (operationId, answer = {} as never, options) => {
      const target = find(operationId);
      const given: AnyAnswer = answer;
      if (given.body === undefined && given.example !== undefined) answerOf(target, given); // says now what is wrong
      return handle(target, () => answerOf(target, given), options, given.once);
    },
    jobScenario: (operationId, course, options) => {
      const look = find(operationId);
      if (!look.job) throw new TypeError(`${operationId} looks at no job.`);
      const { start, next } = courseOf(look.job, examplesOfSuccess(look), course?.statuses);
      const starts = mocked.filter(
        ({ job, operation }) => job?.look === operationId && operation !== look.operation,
      );
      return [
        ...starts.map((target) => handle(target, () => answerOf(target, { body: start() }), options)),
        handle(look, ({ params }) => answerOf(look, { body: next(params["0"]) }), options),
      ];
    },
  };
}

/** Of the operations of one verb and path, which differ in what they send, the one that a request is of. */
function meant(operations: readonly MockedOperation[], { headers }: Request): MockedOperation | undefined {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  return operations.find(({ operation }) => operation.body?.mediaType === type) ?? operations[0];
}

function lowerCase<Method extends string>(method: Method): Lowercase<Method> {
  return method.toLowerCase() as Lowercase<Method>;
}

function examplesOfSuccess({ examples }: MockedOperation): readonly unknown[] {
  return Object.entries(examples).flatMap(([status, named]) =>
    status.startsWith("2") ? Object.values(named) : [],
  );
}

/** A template such as `/things/{id}` also fits `/things/new`: what is more definite comes first. */
function byTemplates(mocked: readonly MockedOperation[]): MockedOperation[] {
  const count = ({ operation }: MockedOperation): number => operation.path.split("{").length;
  return [...mocked].sort((a, b) => count(a) - count(b));
}

/** @throws {TypeError} for an example that the contract does not have */
function answerOf(target: MockedOperation, { status, example, body, headers }: AnyAnswer): Response {
  const declared = declaredAnswer(target, status, example);
  const code = status ?? numberOf(declared?.status);
  const given = body === undefined ? exampleOf(target, declared, example) : body;
  if (given === undefined && declared?.mediaType && status !== 401) {
    const how = `Give it one, or answer by respond(${JSON.stringify(target.operation.id)}, { status, body }).`;
    const text = `The contract has no example of status ${code} of ${target.operation.id}. ${how}`;
    return new Response(text, { status: 501, headers: { "content-type": "text/plain" } });
  }
  const all = new Headers(declared?.headers);
  const isEmpty = given === undefined || given === null || [204, 205, 304].includes(code);
  if (!isEmpty) all.set("content-type", declared?.mediaType ?? "application/json");
  for (const [name, value] of Object.entries(headers ?? {})) all.set(name, value);
  return new Response(isEmpty ? null : serialized(given, all), { status: code, headers: all });
}

function serialized(body: unknown, headers: Headers): BodyInit {
  const isJson = /[/+]json\b/i.test(headers.get("content-type") ?? "");
  return body instanceof Blob || (typeof body === "string" && !isJson) ? body : JSON.stringify(body);
}

/** Of the declared answers the one that fits: by status, else the first success (that has this example). */
function declaredAnswer(
  { answers, examples }: MockedOperation,
  status: number | undefined,
  example: PropertyKey | undefined,
): MockedAnswer | undefined {
  if (status !== undefined) {
    const fitting = [String(status), `${Math.floor(status / 100)}XX`, "default"];
    return fitting
      .map((key) => answers.find((answer) => answer.status.toUpperCase() === key || answer.status === key))
      .find((answer) => answer !== undefined);
  }
  const successes = answers.filter((answer) => answer.status.startsWith("2"));
  const has = (answer: MockedAnswer): boolean =>
    example === undefined
      ? Object.keys(examples[answer.status] ?? {}).length > 0
      : Object.hasOwn(examples[answer.status] ?? {}, example);
  return successes.find(has) ?? successes[0] ?? answers.find((answer) => answer.status === "default");
}

function exampleOf(
  { operation, examples }: MockedOperation,
  declared: MockedAnswer | undefined,
  example: PropertyKey | undefined,
): unknown {
  const named: Readonly<Record<string, unknown>> = { ...examples[declared?.status ?? ""] };
  if (example !== undefined && !Object.hasOwn(named, example)) {
    const known = Object.keys(named).join(", ") || "none";
    throw new TypeError(
      `${operation.id} has no example ${String(example)} of status ${declared?.status ?? "that"}; known: ${known}.`,
    );
  }
  return example === undefined ? Object.values(named)[0] : named[String(example)];
}

function numberOf(status = "200"): number {
  return /^\d{3}$/.test(status) ? Number(status) : status.startsWith("2") || status === "default" ? 200 : 500;
}
