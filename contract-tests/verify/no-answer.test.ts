import { type AddressInfo, createServer, type Socket } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { ConnectionError } from "./connection.js";
import type { VerifyReport } from "./report.js";
import { loadVerifiedContract, type VerifiedContract } from "./verified-contract.js";
import { verify } from "./verify.js";

let contract: VerifiedContract;
beforeAll(async () => {
  contract = await loadVerifiedContract("contract-tests/fixtures/print-shop/openapi.yaml");
});

const refusal =
  'HTTP/1.1 401 No\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"code":"key"}';

interface Started {
  readonly url: string;
  stop(): void;
}

/** A server below HTTP; `answer` is called once for each request. */
async function start(answer: (request: string, socket: Socket, stop: () => void) => void): Promise<Started> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("data", (bytes) => answer(String(bytes), socket, stop));
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

async function runOn({ url, stop }: Started, timeoutMs = 20_000): Promise<VerifyReport> {
  try {
    return await verify(contract, {
      target: url,
      keys: ["a key"],
      readsOnly: true,
      operationIds: ["prints.list", "prints.get"],
      checks: [],
      seed: 1,
      maxCases: 24,
      maxTimeMs: 60_000,
      workers: 8,
      timeoutMs,
      keepsRateLimits: false,
      scenario: { plan: null, webhookSecret: null, isLocal: true },
      signal: new AbortController().signal,
    });
  } finally {
    stop();
  }
}

const isList = (request: string): boolean =>
  request.startsWith("GET /prints?") || request.startsWith("GET /prints ");

describe("a server that gives no answer is at fault, by not_a_server_error alone", () => {
  const given: readonly {
    what: string;
    answer: (socket: Socket) => void;
    says: RegExp;
    timeoutMs?: number;
  }[] = [
    {
      what: "closes",
      answer: (socket) => socket.end(),
      says: /^The connection is closed without an answer\.$/,
    },
    {
      what: "resets",
      answer: (socket) => socket.resetAndDestroy(),
      says: /^The connection is closed without an answer\.$/,
    },
    {
      what: "cuts a body off",
      answer: (socket) => socket.end(refusal.replace("14", "1400")),
      says: /^The answer is cut off\.$/,
    },
    {
      what: "is silent",
      answer: () => undefined,
      says: /^There is no answer within 0\.3 s\.$/,
      timeoutMs: 300,
    },
    {
      what: "begins, and is silent then",
      answer: (socket) => socket.write(refusal.replace("14", "1400")),
      says: /^The answer has no end within 0\.3 s\.$/,
      timeoutMs: 300,
    },
    {
      what: "speaks something else",
      answer: (socket) => socket.end("220 mail.example ESMTP\r\n"),
      says: /^The answer is not HTTP: /,
    },
  ];
  test.each(given)("$what", async ({ answer, says, timeoutMs }) => {
    let lists = 0; // the first asks whether there is a server
    const server = await start((request, socket) =>
      isList(request) && ++lists > 1 ? answer(socket) : socket.write(refusal),
    );
    const { findings, operations, notes } = await runOn(server, timeoutMs);
    const mine = findings.filter(
      ({ operation, exchange }) => operation === "prints.list" && exchange.response.status === 0,
    );
    expect([...new Set(mine.map(({ check }) => check))]).toEqual(["not_a_server_error"]);
    expect(mine[0]?.fault).toMatch(says);
    expect(mine[0]?.curl).toContain("/prints");
    expect(operations.find(({ id }) => id === "prints.list")?.statuses).toHaveProperty("no answer");
    expect(notes).toEqual([]);
  });
});

test("a server that falls over ends the run, and what it fell over is told", async () => {
  let requests = 0;
  const server = await start((_, socket, stop) => (++requests > 8 ? stop() : socket.write(refusal)));
  const { stopped, findings, notes } = await runOn(server);
  expect(stopped).toBe("unreachable");
  expect(notes.join()).toContain("ECONNREFUSED");
  expect(findings.filter(({ check }) => check === "not_a_server_error")).not.toEqual([]);
});

test("a server that is not there, or speaks something else from the first, can't be judged", async () => {
  const gone = await start(() => undefined);
  gone.stop();
  await expect(runOn(gone)).rejects.toThrow(ConnectionError);
  await expect(runOn(await start((_, socket) => socket.end("220 mail ESMTP\r\n")))).rejects.toThrow(
    "not HTTP",
  );
});
