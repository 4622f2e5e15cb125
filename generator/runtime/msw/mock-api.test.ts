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
