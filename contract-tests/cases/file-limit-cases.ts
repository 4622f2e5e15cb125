import { expect } from "vitest";
import { linesFile, maxFileBytes, paddedFile } from "../limits/files.js";
import { apiKey, type Call, callOperation, newClient, toCall } from "../support/call.js";
import { type Operation, object, type RequestBody } from "../support/contract.js";
import { parseMultipart } from "../support/multipart.js";
import { type Part, partsOf } from "../support/parts.js";
import { pointerOf } from "../support/pointer.js";
import { answerWith, startRecorder } from "../support/recorder.js";
import { type RequestExample, requestExamples } from "../support/request-examples.js";
import type { CasesOf, ContractCase, Target } from "./case.js";
import { callThrough, expectAccepted, only } from "./exchange.js";

/** The bounds of files, which the client itself enforces before any byte is sent. */
export const fileLimitCases: CasesOf = (_contract, operation) => {
  const { body } = operation;
  if (!body) return [];
  return partsOf(body).flatMap((part) => {
    const at = [...body.at, "schema", "properties", part.name];
    return [...sizeCases(operation, body, part, at), ...lineCases(operation, part, at)];
  });
};

function sizeCases(
  operation: Operation,
  body: RequestBody,
  part: Part,
  at: readonly string[],
): ContractCase[] {
  const { maxBytes } = part;
  if (maxBytes === null) return [];
  return [-1, 0, 1].map((offset) => ({
    title: [
      operation.id,
      `limit part ${part.name} ${maxBytes} bytes`,
      titleOf(maxBytes, offset, offset <= 0),
    ],
    limits: [pointerOf([...at, "x-max-bytes"])],
    run: async (target) => {
      const file = paddedFile(part, exampleWith(operation, part).text, maxBytes + offset);
      expect(file.size).toBe(maxBytes + offset);
      if (offset > 0) {
        await expectLimitError(target, operation, part, file, {
          limit: "maxBytes",
          allowed: maxBytes,
          actual: file.size,
        });
        return;
      }
      const success = operation.responses.find(({ status }) => status.startsWith("2"));
      const status = Number(success?.status);
      if (maxBytes > maxFileBytes) {
        await expectSent(target, operation, callWith(operation, part, file));
        return;
      }
      // Far more than the mock server takes; any server will do to see that all of it arrives.
      const answer = answerWith(status, success?.mediaType ?? null, success?.examples[0]?.value);
      const server = await startRecorder(answer);
      try {
        const called = await callThrough(target, operation, callWith(operation, part, file), server);
        expectAccepted(operation, called);
        const { headers, body: bytes } = only(called.exchanges).request;
        const [, type = ""] = headers.find(([name]) => name.toLowerCase() === "content-type") ?? [];
        const sent = parseMultipart(type, bytes).find(({ name }) => name === part.name);
        expect(sent?.bytes.equals(Buffer.from(await file.arrayBuffer())), body.mediaType).toBe(true);
      } finally {
        await server.stop();
      }
    },
  }));
}

/** The client lets a file pass that is only said to be so large; what it would send is not looked at. */
async function expectSent({ contract, client }: Target, operation: Operation, call: Call) {
  const sent: Request[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    sent.push(request);
    return Response.json({ message: "no" }, { status: 500 });
  };
  const outcome = callOperation(newClient(contract, client, { apiKey, fetch }), operation, call);
  await expect(outcome).rejects.toBeInstanceOf(client["InternalServerError"]);
  expect(sent.map(({ url }) => new URL(url).pathname)).toEqual([operation.path]);
}

function lineCases(operation: Operation, part: Part, at: readonly string[]): ContractCase[] {
  const { lines } = part;
  if (lines === null) return [];
  const rules = [...at, "x-item-schema"];
  const counted = (["minItems", "maxItems"] as const).flatMap((limit): ContractCase[] => {
    const bound = lines[limit];
    if (bound === null) return [];
    return [-1, 0, 1].map((offset) => {
      const count = bound + offset;
      const allowed = count >= (lines.minItems ?? 0) && count <= (lines.maxItems ?? count);
      return {
        title: [
          operation.id,
          `limit part ${part.name} ${limit} ${bound} lines`,
          titleOf(bound, offset, allowed),
        ],
        limits: [pointerOf([...rules, limit])],
        run: async (target) => {
          const file = linesFile(part, lines, exampleWith(operation, part).text, count);
          if (allowed) {
            expectAccepted(operation, await callThrough(target, operation, callWith(operation, part, file)));
            return;
          }
          await expectLimitError(target, operation, part, file, { limit, allowed: bound, actual: count });
        },
      };
    });
  });
  const { uniqueBy } = lines;
  if (uniqueBy === null) return counted;
  const unique: ContractCase = {
    title: [operation.id, `limit part ${part.name} unique ${uniqueBy}`, "two alike refused"],
    limits: [pointerOf([...rules, "uniqueBy"])],
    run: async (target) => {
      const [first = "", ...rest] = exampleWith(operation, part).text.trimEnd().split("\n");
      const twin = {
        ...object(JSON.parse(rest.pop() ?? "")),
        [uniqueBy]: object(JSON.parse(first))[uniqueBy],
      };
      const text = [first, ...rest, JSON.stringify(twin)].join("\n");
      const file = new File([text], "twins.jsonl", { type: part.contentTypes[0] ?? "" });
      // Both lines are named, as people count them.
      const message = expect.stringMatching(new RegExp(`\\b1 and ${rest.length + 2}\\b`));
      await expectLimitError(target, operation, part, file, {
        limit: "uniqueBy",
        allowed: uniqueBy,
        message,
      });
    },
  };
  const nameless = ["null", "1", '"a"', "[]"].map(
    (line): ContractCase => ({
      title: [operation.id, `part ${part.name}`, `a line that is ${line} refused`],
      run: async (target) => {
        const text = [...exampleWith(operation, part).text.trimEnd().split("\n").slice(1), line].join("\n");
        const file = new File([text], "nameless.jsonl", { type: part.contentTypes[0] ?? "" });
        const { outcome, exchanges } = await callThrough(target, operation, callWith(operation, part, file));
        const error = "error" in outcome ? outcome.error : expect.fail("It was not refused.");
        expect(error).toBeInstanceOf(target.client["InvalidArgumentError"]);
        expect(error).toMatchObject({ argument: part.name });
        expect(exchanges, "requests").toEqual([]);
      },
    }),
  );
  return [...counted, unique, ...nameless];
}

async function expectLimitError(target: Target, operation: Operation, part: Part, file: File, what: object) {
  const { outcome, exchanges } = await callThrough(target, operation, callWith(operation, part, file));
  const error = "error" in outcome ? outcome.error : expect.fail("It was not refused.");
  expect(error).toBeInstanceOf(target.client["LimitError"]);
  expect(error).toMatchObject({ argument: part.name, ...what });
  expect((error as Error).message).toContain(part.name);
  expect(exchanges, "requests").toEqual([]);
}

function callWith(operation: Operation, part: Part, file: File) {
  const { example } = exampleWith(operation, part);
  return toCall(operation, { ...example, body: { ...object(example.body), [part.name]: file } });
}

function exampleWith(operation: Operation, { name }: Part): { example: RequestExample; text: string } {
  const example = requestExamples(operation).find(({ body }) => name in object(body));
  return example
    ? { example, text: String(object(example.body)[name]) }
    : expect.fail(`No example of ${operation.id} has the part ${name}.`);
}

function titleOf(bound: number, offset: number, allowed: boolean): string {
  const n = offset === 0 ? "n" : offset < 0 ? "n−1" : "n+1";
  return `${n} = ${bound + offset} ${allowed ? "accepted" : "refused"}`;
}
