import { expect } from "vitest";
import { type Call, toCall } from "../support/call.js";
import { type Operation, object } from "../support/contract.js";
import { beginningOf, knownMediaTypes } from "../support/file-signatures.js";
import { parseMultipart } from "../support/multipart.js";
import { type Part, partsOf } from "../support/parts.js";
import { answerWith, startRecorder } from "../support/recorder.js";
import { type RequestExample, requestExamples } from "../support/request-examples.js";
import type { CasesOf, ContractCase } from "./case.js";
import { callThrough, expectAccepted, headerOf, only } from "./exchange.js";
import { expectForm } from "./expect-form.js";

/** What examples of forms do not show: other types of file, and names that mean something in a part's head. */
export const formCases: CasesOf = (_contract, operation) => {
  const { body } = operation;
  if (!body) return [];
  const parts = partsOf(body).filter(({ name }) => hasExampleWith(operation, name));
  const others = parts.filter(({ kind }) => kind !== "file");
  return [
    ...fileCases(operation, partsOf(body)),
    ...others.map((part) => asFileCase(operation, part)),
    ...others.filter(isJsonList).map((part) => emptyListCase(operation, part)),
  ];
};

function fileCases(operation: Operation, parts: readonly Part[]): ContractCase[] {
  return parts
    .filter(({ kind }) => kind === "file")
    .flatMap((part) => [
      ...contentTypeCases(operation, part),
      ...kindCases(operation, part),
      oddNameCase(operation, part),
      listCase(operation, part),
      ...untypedCase(operation, part),
      noFileCase(operation, part),
    ]);
}

function contentTypeCases(operation: Operation, part: Part): ContractCase[] {
  return part.contentTypes.slice(1).map((type) => ({
    title: [operation.id, `part ${part.name}`, `accepted as ${type}`],
    run: async (target) => {
      const call = callWith(operation, part, new File([beginningOf(type), "bytes"], part.name, { type }));
      const called = await callThrough(target, operation, call);
      expectAccepted(operation, called);
      await expectSent(operation, call.body, called.exchanges);
    },
  }));
}

/** A file is told by its bytes, whatever its name and type say, and before any of them is sent. */
function kindCases(operation: Operation, part: Part): ContractCase[] {
  const { contentTypes } = part;
  if (contentTypes.length === 0 || contentTypes.some((type) => !knownMediaTypes.includes(type))) return [];
  const [type = ""] = contentTypes;
  const others = knownMediaTypes.filter((other) => !contentTypes.includes(other));
  const contents = [...others.map((other) => [other, beginningOf(other)] as const), ["nothing", ""] as const];
  return contents.map(([what, content]) => ({
    title: [operation.id, `part ${part.name}`, `${what} refused`],
    run: async (target) => {
      const file = new File([content], `${part.name}.${type.split("/")[1]}`, { type });
      const { outcome, exchanges } = await callThrough(target, operation, callWith(operation, part, file));
      const error = "error" in outcome ? outcome.error : expect.fail("It was not refused.");
      expect(error).toBeInstanceOf(target.client["InvalidArgumentError"]);
      expect(error).toMatchObject({ argument: part.name });
      expect(exchanges, "requests").toEqual([]);
    },
  }));
}

/** Whoever writes no types may give a list, as a browser's file field does. */
function listCase(operation: Operation, part: Part): ContractCase {
  return {
    title: [operation.id, `part ${part.name}`, "a list of one file is that file"],
    run: async (target) => {
      const call = toCall(operation, exampleWith(operation, part));
      const called = await callThrough(
        target,
        operation,
        withPart(call, part, (file) => [file]),
      );
      expectAccepted(operation, called);
      await expectSent(operation, call.body, called.exchanges);
    },
  };
}

/** Bytes alone are sent as what the contract takes, where there is one type, or the bytes tell which it is. */
function untypedCase(operation: Operation, part: Part): ContractCase[] {
  const { contentTypes } = part;
  const isTold = contentTypes.length > 0 && contentTypes.every((type) => knownMediaTypes.includes(type));
  if (contentTypes.length !== 1 && !isTold) return [];
  return [
    {
      title: [operation.id, `part ${part.name}`, "a file without a type has the contract's"],
      run: async (target) => {
        const call = toCall(operation, exampleWith(operation, part));
        const untyped = withPart(call, part, (file) => new File([file as Blob], (file as File).name));
        const called = await callThrough(target, operation, untyped);
        expectAccepted(operation, called);
        await expectSent(operation, call.body, called.exchanges);
      },
    },
  ];
}

function noFileCase(operation: Operation, part: Part): ContractCase {
  return {
    title: [operation.id, `part ${part.name}`, "what is no file refused"],
    run: async (target) => {
      const call = withPart(toCall(operation, exampleWith(operation, part)), part, () => "no file");
      const { outcome, exchanges } = await callThrough(target, operation, call);
      const error = "error" in outcome ? outcome.error : expect.fail("It was not refused.");
      expect(error).toBeInstanceOf(target.client["InvalidArgumentError"]);
      expect(error).toMatchObject({ argument: part.name });
      expect(exchanges, "requests").toEqual([]);
    },
  };
}

/** What is text or JSON may lie in a file of the caller's, whose bytes are sent as they are. */
function asFileCase(operation: Operation, part: Part): ContractCase {
  return {
    title: [operation.id, `part ${part.name}`, "given as a file is sent as its bytes"],
    run: async (target) => {
      const server = await startRecorder(answerWith(500, null, null));
      try {
        const file = new File(["bytes"], "given.txt", { type: "text/plain" });
        const call = withPart(toCall(operation, exampleWith(operation, part)), part, () => file);
        const { request } = only((await callThrough(target, operation, call, server)).exchanges);
        const sent = parseMultipart(headerOf(request, "content-type") ?? "", request.body);
        const [own] = sent.filter(({ name }) => name === part.name);
        expect(own?.bytes.toString(), `bytes of ${part.name}`).toBe("bytes");
      } finally {
        await server.stop();
      }
    },
  };
}

function isJsonList({ kind, schema, repeated }: Part): boolean {
  const { contentSchema = schema } = object(schema);
  return kind === "json" && !repeated && object(contentSchema)["type"] === "array";
}

/** A list that is one part is there when it is empty, too. */
function emptyListCase(operation: Operation, part: Part): ContractCase {
  return {
    title: [operation.id, `part ${part.name}`, "an empty list is sent as one"],
    run: async (target) => {
      const server = await startRecorder(answerWith(500, null, null));
      try {
        const call = withPart(toCall(operation, exampleWith(operation, part)), part, () => []);
        const { request } = only((await callThrough(target, operation, call, server)).exchanges);
        const sent = parseMultipart(headerOf(request, "content-type") ?? "", request.body);
        const own = sent.filter(({ name }) => name === part.name);
        expect(own.map(({ bytes }) => bytes.toString())).toEqual(["[]"]);
      } finally {
        await server.stop();
      }
    },
  };
}

/** The same call with another value for a part. */
function withPart(call: Call, { name }: Part, change: (value: unknown) => unknown): Call {
  const positions = call.positions.map((one) =>
    Object.hasOwn(object(one), name) ? { ...object(one), [name]: change(object(one)[name]) } : one,
  );
  return { ...call, positions };
}

const oddName = 'a"; filename="b\r\nX-Header: c\\ü😀;.mp4';

function oddNameCase(operation: Operation, part: Part): ContractCase {
  return {
    title: [operation.id, `part ${part.name}`, "an odd file name stays in its place"],
    run: async (target) => {
      const type = part.contentTypes[0] ?? "application/octet-stream";
      // The mock server would not survive such a name; what is asked here is only what the client sends.
      const server = await startRecorder(answerWith(500, null, null));
      try {
        const call = callWith(
          operation,
          part,
          new File([beginningOf(type), linesOf(operation, part)], oddName, { type }),
        );
        const { exchanges } = await callThrough(target, operation, call, server);
        await expectSent(operation, call.body, exchanges);
      } finally {
        await server.stop();
      }
    },
  };
}

async function expectSent({ body }: Operation, given: unknown, exchanges: Parameters<typeof only>[0]) {
  if (!body) return;
  const { request } = only(exchanges);
  await expectForm(body, given, headerOf(request, "content-type") ?? "", request.body);
}

function callWith(operation: Operation, part: Part, file: File) {
  const example = exampleWith(operation, part);
  return toCall(operation, { ...example, body: { ...object(example.body), [part.name]: file } });
}

/** The text of the example's file, for a client that reads what it sends. */
function linesOf(operation: Operation, part: Part): string {
  return String(object(exampleWith(operation, part).body)[part.name]);
}

function hasExampleWith(operation: Operation, name: string): boolean {
  return requestExamples(operation).some(({ body }) => name in object(body));
}

function exampleWith(operation: Operation, { name }: Part): RequestExample {
  const example = requestExamples(operation).find(({ body }) => name in object(body));
  return example ?? expect.fail(`No example of ${operation.id} has the part ${name}.`);
}
