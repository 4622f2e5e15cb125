import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import type { Fault } from "../sandbox/fault.js";
import type { Judge, JudgedRequest } from "../sandbox/judge.js";

/**
 * The independent judge of what the client sends: Prism, which mocks the API from the spec and refuses requests that
 * break it. This file is the only one that knows who it is; all others know a mock server.
 */
export interface MockServer {
  readonly url: string;
  readonly pid: number;
  /** Ends it; throws if it had ended by itself, which a malformed multipart body makes it do. */
  stop(): Promise<void>;
}

/**
 * Runs in the child before Prism. Prism never says which port it got, so the child does, once it listens (and keeps
 * that port when Prism starts anew because the spec was changed). And it ends the child as soon as its parent is
 * gone, however that ended.
 */
const preload = `
  import { Server } from "node:net";
  const { listen } = Server.prototype;
  let port = 0;
  Server.prototype.listen = function (wanted, ...rest) {
    this.once("listening", () => { port = this.address().port; process.send?.(port); });
    return listen.call(this, wanted === 0 ? port : wanted, ...rest);
  };
  process.on("disconnect", () => process.exit());
`;

const require = createRequire(import.meta.url);

export async function startMockServer(specPath: string): Promise<MockServer> {
  const command = require.resolve("@stoplight/prism-cli/dist/index.js");
  const child = spawn(
    process.execPath,
    [
      ...["--import", `data:text/javascript,${encodeURIComponent(preload)}`],
      ...[command, "mock", resolve(specPath), "--port", "0", "--multiprocess=false", "-v", "silent"],
    ],
    { stdio: ["ignore", "pipe", "pipe", "ipc"] },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-4000);
    });
  }
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const port = await firstMessage(child, ended, () => output);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      const endedByItself = child.exitCode !== null || child.signalCode !== null;
      child.kill();
      await ended;
      if (endedByItself) throw new Error(`The mock server ended in the middle of the run.\n${output}`);
    },
  };
}

async function firstMessage(
  child: ChildProcess,
  ended: Promise<void>,
  output: () => string,
): Promise<number> {
  const message = new Promise<number>((done, fail) => {
    child.once("message", (port) => done(port as number));
    child.once("error", fail);
  });
  const tooEarly = ended.then(() => {
    throw new Error(`The mock server did not start.\n${output()}`);
  });
  tooEarly.catch(() => undefined); // it always ends at last; by then nobody waits
  return Promise.race([message, tooEarly]);
}

/** Header that asks the mock server for one declared status and, where there are several, one of its examples. */
export function preferring(status: string, example: string | null): Record<string, string> {
  return { Prefer: example === null ? `code=${status}` : `code=${status}, example=${example}` };
}

/** What the mock server objects to: in a request it refused, or in its own answer. */
export interface Violation {
  readonly location: readonly string[];
  readonly code: string;
  readonly message: string;
}

/** The header they are in. */
export const violationsHeader = "sl-violations";

export function violationsOf(headers: Headers): readonly Violation[] {
  const text = headers.get(violationsHeader);
  return text === null ? [] : (JSON.parse(text) as Violation[]);
}

/** By what name the command line asks for it. */
export const judgeName = "prism";

/**
 * The same judge without its server, for the sandbox: it routes and judges a request, and answers nothing.
 *
 * @param document the whole contract, in one piece
 */
export async function loadJudge(document: object): Promise<Judge> {
  // Its parts alone: the whole of it loads a generator of samples in all languages, which takes it a second.
  const part = "@stoplight/prism-http/dist";
  const { getHttpOperationsFromSpec } = require(`${part}/utils/operations`) as Parts["operations"];
  const { validateInput } = require(`${part}/validator`) as Parts["validator"];
  const { default: route } = require(`${part}/router`) as Parts["router"];
  const resources = await getHttpOperationsFromSpec(structuredClone(document));
  return {
    name: "Prism",
    judge: async (request) => {
      try {
        const element = asInput(request);
        const found = route({ resources, input: element });
        if (found._tag === "Left") return null; // it found no operation: that it can't say
        const outcome = validateInput({ resource: found.right, element });
        return outcome._tag === "Left" ? outcome.left.map(toFault) : [];
      } catch {
        return null; // malformed forms make it throw
      }
    },
  };
}

interface Parts {
  readonly operations: typeof import("@stoplight/prism-http/dist/utils/operations.js");
  readonly validator: typeof import("@stoplight/prism-http/dist/validator/index.js");
  readonly router: typeof import("@stoplight/prism-http/dist/router/index.js");
}

function asInput({ method, path, query, headers, body }: JudgedRequest) {
  const parameters: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters[name];
    parameters[name] = before === undefined ? value : [before, value].flat();
  }
  // It decodes the texts of a form as though they stood in an address.
  const sent = Buffer.isBuffer(body) ? body.toString("utf8").replaceAll("%", "%25") : body;
  return { method: method.toLowerCase() as "get", url: { path, query: parameters }, headers, body: sent };
}

function toFault({ code, message, path = [] }: { code?: unknown; message: string; path?: unknown[] }): Fault {
  const [place, ...rest] = path.map(String);
  const pointer = rest.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  const rule = String(code ?? "shape");
  return place === "path" || place === "query" || place === "header"
    ? { in: place, pointer: rest[0] ?? "", rule, message }
    : { pointer, rule, message };
}

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the mock server of `spec/` listens; one for all test files. */
    mockServerUrl: string;
  }
}

/** vitest's globalSetup of the contract tests. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startMockServer("spec/openapi.yaml");
  project.provide("mockServerUrl", server.url);
  return () => server.stop();
}
