import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { api, create, get, list, ping, transport, update, upload } from "../../testing/example-api.js";
import type { OperationDescriptor } from "../descriptors.js";
import { type MockedOperation, mockApi } from "./mock-api.js";

const course = {
  look: "things.get",
  idProperty: "id",
  statusProperty: "state",
  pending: ["NEW", "BUSY"],
  succeeded: ["DONE"],
};
const json = (status: string, headers = {}) => ({ status, mediaType: "application/json", headers });
const mocked = [
  {
    operation: get,
    answers: [json("200"), json("404"), json("429", { "Retry-After": "30" }), json("5XX")],
    examples: {
      "200": {
        done: { id: "a", state: "DONE" },
        new: { id: "a", state: "NEW" },
        busy: { id: "a", state: "BUSY" },
      },
      "404": { gone: { message: "gone" } },
      "429": { rate: { message: "slow" } },
      "5XX": { broken: { message: "broken" } },
    },
    job: course,
  },
  {
    operation: create,
    answers: [json("201"), json("401")],
    examples: { "201": { made: { id: "a", state: "NEW" } }, "401": { noKey: { message: "who?" } } },
    job: course,
  },
  { operation: list, answers: [json("200")], examples: {}, job: null },
  { operation: update, answers: [{ status: "204", mediaType: null, headers: {} }], examples: {}, job: null },
  {
    operation: ping,
    answers: [{ status: "200", mediaType: "text/plain", headers: {} }],
    examples: { "200": { pong: "pong" } },
    job: null,
  },
] as const satisfies readonly MockedOperation[];

interface Responses {
  readonly "things.get": (typeof mocked)[0]["examples"];
  readonly "things.create": (typeof mocked)[1]["examples"];
  readonly "things.list": object;
  readonly "things.update": object;
  readonly ping: (typeof mocked)[4]["examples"];
}
interface Jobs {
  readonly "things.get": "NEW" | "BUSY" | "DONE" | "LOST";
}

const { handlers, respond, jobScenario } = mockApi<Responses, Jobs>(api, mocked);
const server = setupServer(...handlers());
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const { send } = transport(api.baseUrl);
const look = (id = "a"): Promise<{ id: string; state: string }> => send(get, { id }, undefined, undefined);

describe("by default", () => {
  test("an operation answers with the first example of its success", async () => {
    expect(await look()).toEqual({ id: "a", state: "DONE" });
    expect(await send(create, {}, {}, undefined)).toEqual({ id: "a", state: "NEW" });
    expect(await send(ping, {}, undefined, undefined)).toBe("pong");
    expect(await send(update, { id: "a" }, {}, undefined)).toBeUndefined();
  });

  test("a call without a key is refused where one is needed", async () => {
    const bare = await fetch(`${api.baseUrl}/things`, { method: "POST" });
    expect([bare.status, await bare.json()]).toEqual([401, { message: "who?" }]);
    expect((await fetch(`${api.baseUrl}/things`)).status).toBe(401);
    expect((await fetch(`${api.baseUrl}/ping`)).status).toBe(200);
  });

  test("what the contract has no example of is told", async () => {
    await expect(send(list, {}, undefined, undefined)).rejects.toMatchObject({
      status: 501,
      sample: expect.stringContaining("no example of status 200 of things.list"),
    });
  });

  test("an address of the caller's own", async () => {
    const baseUrl = "https://other.example/v9";
    server.use(...handlers({ baseUrl }));
    expect(await transport(baseUrl).send(get, { id: "a" }, undefined, undefined)).toMatchObject({ id: "a" });
  });
});

describe("respond", () => {
  test("answers with an example of a refusal, with the headers that the contract requires", async () => {
    server.use(respond("things.get", { status: 429, example: "rate" }));
    const error = await look().catch((thrown: unknown) => thrown as { status: number; headers: Headers });
    expect(error).toMatchObject({ status: 429 });
    expect((error as { headers: Headers }).headers.get("retry-after")).toBe("30");
  });

  test.each([
    [{ example: "busy" } as const, 200, { id: "a", state: "BUSY" }],
    [{ status: 404 } as const, 404, { message: "gone" }],
    [{ status: 503, body: undefined } as const, 503, { message: "broken" }],
    [{ status: 418, body: { odd: true } } as const, 418, { odd: true }],
    [{ body: { id: "z", state: "BUSY" } } as never, 200, { id: "z", state: "BUSY" }],
  ])("%j", async (answer, status, body) => {
    server.use(respond("things.get", answer));
    const response = await fetch(`${api.baseUrl}/things/a`, { headers: { "x-example-key": "k" } });
    expect([response.status, await response.json()]).toEqual([status, body]);
  });

  test("once, and then goes on", async () => {
    server.use(respond("things.get", { status: 429, headers: { "retry-after": "0" }, once: true }));
    await expect(look()).rejects.toMatchObject({ status: 429 });
    expect(await look()).toMatchObject({ state: "DONE" });
  });

  test("refuses at once what the contract does not have", () => {
    expect(() => respond("things.get", { status: 404, example: "lost" as "gone" })).toThrow(/known: gone/);
    expect(() => respond("things.lose" as "ping")).toThrow(/no operation things.lose/);
    // @ts-expect-error no such status with an example
    expect(() => respond("things.get", { status: 404, example: "rate" })).toThrow(TypeError);
  });
});

describe("an answer", () => {
  /** What an operation with these answers and examples sends. */
  const answerOf = async (
    given: Partial<MockedOperation>,
    answer?: object,
  ): Promise<{ status: number; type: string | null; text: string; headers: Headers }> => {
    const operation = { ...ping, id: "it", path: "/it" };
    const target = { operation, answers: [json("200")], examples: {}, job: null, ...given };
    server.use(mockApi<{ it: object }, object>(api, [target]).respond("it", answer as never));
    const response = await fetch(`${api.baseUrl}/it`);
    const { status, headers } = response;
    return { status, type: headers.get("content-type"), text: await response.text(), headers };
  };
  const example = (status: string, body: unknown = { a: 1 }) => ({ [status]: { one: body } });

  test.each([
    { answers: [json("202")], examples: example("202"), want: 202 },
    { answers: [json("2XX")], examples: example("2XX"), want: 200 },
    { answers: [json("default")], examples: example("default"), want: 200 },
    { answers: [json("404"), json("201")], examples: { ...example("404"), ...example("201") }, want: 201 },
    { answers: [json("200"), json("202")], examples: example("202"), want: 202 },
    { answers: [json("4XX"), json("default")], examples: example("default"), want: 200 },
  ])("of $answers is by default a $want", async ({ answers, examples, want }) => {
    expect(await answerOf({ answers, examples })).toMatchObject({
      status: want,
      type: "application/json",
      text: '{"a":1}',
    });
  });

  test.each([
    { answers: [json("404")], status: 404, want: "404" },
    { answers: [json("4XX"), json("404")], status: 404, want: "404" },
    { answers: [json("4xx")], status: 499, want: "4xx" },
    { answers: [json("4XX"), json("default")], status: 418, want: "4XX" },
    { answers: [json("4XX"), json("default")], status: 503, want: "default" },
  ])("to $status is that of $want", async ({ answers, status, want }) => {
    const examples = Object.fromEntries(answers.map((one) => [one.status, { one: one.status }]));
    expect(await answerOf({ answers, examples }, { status })).toMatchObject({
      status,
      text: JSON.stringify(want),
    });
  });

  test.each([204, 205, 304])("of %d is empty", async (status) => {
    const { text, type } = await answerOf({ answers: [json(String(status))] }, { status, body: "x" });
    expect([text, type]).toEqual(["", null]);
  });

  test.each([
    { mediaType: "application/json", body: "a", want: '"a"' },
    { mediaType: "application/problem+json; charset=utf-8", body: "a", want: '"a"' },
    { mediaType: "text/csv", body: "a,b", want: "a,b" },
    { mediaType: "text/csv", body: [1], want: "[1]" },
    { mediaType: "application/json", body: new Blob(["raw"]), want: "raw" },
    { mediaType: null, body: { a: 1 }, want: '{"a":1}' },
  ])("in $mediaType is written as $want", async ({ mediaType, body, want }) => {
    const sent = await answerOf({ answers: [{ status: "200", mediaType, headers: {} }] }, { body });
    expect(sent).toMatchObject({ status: 200, text: want, type: mediaType ?? "application/json" });
  });

  test("has the caller's headers before the contract's", async () => {
    const { headers, type } = await answerOf(
      { answers: [json("200", { "x-a": "1", "x-b": "2" })], examples: example("200") },
      { headers: { "X-A": "9", "content-type": "application/x+json" } },
    );
    expect([headers.get("x-a"), headers.get("x-b"), type]).toEqual(["9", "2", "application/x+json"]);
  });

  test("that the contract has no example of says what to do", async () => {
    expect(await answerOf({})).toMatchObject({
      status: 501,
      type: "text/plain",
      text: 'The contract has no example of status 200 of it. Give it one, or answer by respond("it", { status, body }).',
    });
    expect(await answerOf({ answers: [json("5XX")] })).toMatchObject({ status: 200, text: "" });
    expect(await answerOf({ answers: [json("201")] }, { body: null })).toMatchObject({
      status: 201,
      text: "",
      type: null,
    });
  });

  test.each([
    [{ example: "two" }, "it has no example two of status 200; known: one."],
    [{ status: 404, example: "two" }, "it has no example two of status that; known: none."],
  ])("to %j is refused at once", (answer, message) => {
    const target = {
      operation: { ...ping, id: "it" },
      answers: [json("200")],
      examples: example("200"),
      job: null,
    };
    const { respond: respondIt } = mockApi<{ it: object }, object>(api, [target]);
    expect(() => respondIt("it", answer as never)).toThrow(new TypeError(message));
    expect(() => respondIt("it", { ...answer, body: {} } as never)).not.toThrow();
  });
});

describe("an operation", () => {
  const target = (fields: Partial<MockedOperation["operation"]>, text: string): MockedOperation => ({
    operation: { ...ping, ...fields },
    answers: [{ status: "200", mediaType: "text/plain", headers: {} }],
    examples: { "200": { one: text } },
    job: null,
  });
  const textOf = async (path: string, init?: RequestInit): Promise<string> =>
    (await fetch(path.startsWith("/") ? api.baseUrl + path : path, init)).text();

  test("with fewer parameters comes first", async () => {
    const templates = ["/{a}/{b}", "/{a}/new", "/old/new"];
    server.use(
      ...mockApi(
        api,
        templates.map((path) => target({ id: path, path }, path)),
      ).handlers(),
    );
    expect([await textOf("/x/y"), await textOf("/x/new"), await textOf("/old/new")]).toEqual(templates);
  });

  test("may have a server of its own", async () => {
    const own = target({ path: "/own", baseUrl: "https://own.example/v1" }, "own");
    server.use(...mockApi(api, [own]).handlers());
    expect(await textOf("https://own.example/v1/own")).toBe("own");
    server.use(...mockApi(api, [own]).handlers({ baseUrl: "https://mine.example" }));
    expect(await textOf("https://mine.example/own")).toBe("own");
  });

  test("has a method", async () => {
    server.use(
      ...mockApi(api, [
        target({ id: "a", path: "/m", method: "PUT" }, "put"),
        target({ id: "b", path: "/m", method: "DELETE" }, "delete"),
      ]).handlers(),
    );
    expect(await textOf("/m", { method: "PUT" })).toBe("put");
    expect(await textOf("/m", { method: "DELETE" })).toBe("delete");
  });

  test("without a key is not asked for one", async () => {
    server.use(...mockApi(api, [target({ path: "/n", auth: null, anonymous: false }, "none")]).handlers());
    expect(await textOf("/n")).toBe("none");
  });
});

describe("a job's scenario", () => {
  const states = async (id: string, count: number): Promise<string[]> => {
    const seen: string[] = [];
    for (let index = 0; index < count; index++) seen.push((await look(id)).state);
    return seen;
  };

  test("goes from the start through the contract's statuses, each job on its own", async () => {
    server.use(...jobScenario("things.get"));
    const first = await send<{ id: string; state: string }>(create, {}, {}, undefined);
    const second = await send<{ id: string; state: string }>(create, {}, {}, undefined);
    expect([first, second]).toEqual([
      { id: "a", state: "NEW" },
      { id: "a-1", state: "NEW" },
    ]);
    expect(await states("a", 3)).toEqual(["BUSY", "DONE", "DONE"]);
    expect(await states("a-1", 2)).toEqual(["BUSY", "DONE"]);
    expect(await look("50% / ü")).toEqual({ id: "50% / ü", state: "BUSY" });
  });

  test("may be where the caller says", async () => {
    const baseUrl = "https://other.example";
    server.use(...jobScenario("things.get", {}, { baseUrl }));
    const other = transport(baseUrl);
    expect(await other.send(create, {}, {}, undefined)).toMatchObject({ state: "NEW" });
    expect(await other.send(get, { id: "a" }, undefined, undefined)).toMatchObject({ state: "BUSY" });
    expect(await look()).toMatchObject({ state: "DONE" });
  });

  test("takes a course of one's own", async () => {
    server.use(...jobScenario("things.get", { statuses: ["NEW", "NEW", "DONE"] }));
    expect(await states("b", 3)).toEqual(["NEW", "DONE", "DONE"]);
  });

  test("refuses a status without an example", () => {
    expect(() => jobScenario("things.get", { statuses: ["LOST"] })).toThrow(
      /no example of a job that is LOST/,
    );
    expect(() => jobScenario("ping" as "things.get")).toThrow(/looks at no job/);
  });
});

describe("of several operations of one path, which differ in what they send", () => {
  const twin = { ...create, id: "things.createWithFiles", body: upload.body } as OperationDescriptor;
  const both: MockedOperation[] = [create, twin].map((operation, index) => ({
    operation,
    answers: [json("201"), json("409")],
    examples: { "201": { made: { id: `${index}` } }, "409": { twice: { message: "twice" } } },
    job: null,
  }));
  interface Answers {
    readonly "things.create": object;
    readonly "things.createWithFiles": { "201": object; "409": { twice: object } };
  }
  const api2 = mockApi<Answers, Record<never, never>>(api, both);
  const calls = async (): Promise<unknown[]> => {
    const [first, second] = [
      () => send(create, {}, {}, undefined),
      () => send(twin, {}, { label: "l" }, undefined),
    ];
    return Promise.all([first(), second()].map((call) => call.catch(({ status }) => status)));
  };

  test("each answers the calls that are its own", async () => {
    server.use(...api2.handlers());
    expect(await calls()).toEqual([{ id: "0" }, { id: "1" }]);
  });

  test("once means the next call of its own", async () => {
    server.use(respondOnce(), ...api2.handlers());
    expect([await calls(), await calls()]).toEqual([
      [{ id: "0" }, 409],
      [{ id: "0" }, { id: "1" }],
    ]);
  });
  const respondOnce = () =>
    api2.respond("things.createWithFiles", { status: 409, example: "twice", once: true });
});
