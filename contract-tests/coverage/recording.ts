import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Recorder } from "../support/recorder.js";
import { formParts, type Observation, observationOf, type Seen } from "./observation.js";

/** Where the tests of this repository leave what they saw: one file for each file of tests. */
export const recordingsFolder = "node_modules/.cache/contract-coverage";
/** The contract whose coverage is counted; exchanges of others are not kept. */
const recordedSpec = resolve("spec/openapi.yaml");

/** What the test that is running has seen so far; `null`: no test is running. */
let current: Observation[] | null = null;

export function beginTest(): void {
  current = [];
}

/** What the test has seen; the next one begins anew. */
export function endTest(): readonly Observation[] {
  const seen = current ?? [];
  current = null;
  return seen;
}

/** Keeps what a test sees of a server that serves the repository's contract. Does nothing outside of a test. */
export function observe(
  seen: Seen,
  from: Pick<Observation, "server"> & Partial<Pick<Observation, "case" | "plan" | "driven" | "isWebhook">>,
): void {
  current?.push(observationOf(seen, { ...from, test: "" })); // who ends the test knows its name
}

/** What a recorder is to do with each exchange; `undefined` where another contract is served. */
export function observerOf(specPath: string, server: string): Parameters<Recorder["watch"]>[0] | undefined {
  if (resolve(specPath) !== recordedSpec) return undefined;
  return ({ request, response }) => {
    const { method, target, headers, body } = request;
    const { status, headers: answerHeaders, body: answer } = response;
    observe({ method, target, headers, body, status, answerHeaders, answer }, { server });
  };
}

/** Keeps what `fetch` was given, and what came of it. */
export async function observeFetch(
  {
    url,
    init,
    response,
    answer,
  }: {
    readonly url: string;
    readonly init: RequestInit;
    readonly response: Response;
    readonly answer: string;
  },
  from: { readonly plan: string | null; readonly driven: boolean },
): Promise<void> {
  if (current === null) return;
  const { origin, pathname, search } = new URL(url);
  const { body = null, method = "GET" } = init;
  const isRead = body === null || typeof body === "string" || Buffer.isBuffer(body);
  if (!isRead && !(body instanceof FormData)) return; // a stream is gone
  const headers = new Headers(init.headers);
  observe(
    {
      method,
      target: `${pathname}${search}`,
      headers,
      body: body instanceof FormData ? await formParts(body) : body,
      status: response.status,
      answerHeaders: response.headers,
      answer,
    },
    { server: origin, ...from },
  );
}

/** Writes what the tests of one file saw, in place of what they saw before. */
export function writeRecording(testFile: string, observations: readonly Observation[]): void {
  mkdirSync(recordingsFolder, { recursive: true });
  const name = relative(".", testFile).replaceAll(/[^\w.-]+/g, "_");
  const path = join(recordingsFolder, `${name}.jsonl`);
  if (observations.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  const unfinished = `${path}.${process.pid}.tmp`;
  writeFileSync(unfinished, observations.map((one) => `${JSON.stringify(one)}\n`).join(""));
  renameSync(unfinished, path);
}

/** All that is recorded in a folder. @throws Error if there is no such folder, or a file in it is no recording */
export function readRecordings(folder: string): Observation[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .flatMap((name) =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line, index) => {
          try {
            return JSON.parse(line) as Observation;
          } catch {
            throw new Error(`${join(folder, name)}: line ${index + 1} is no exchange.`);
          }
        }),
    );
}
