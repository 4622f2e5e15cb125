import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { FormChecker } from "./check-form.js";
import { parseJson, readBytes } from "./read-body.js";
import type { ReceivedForm } from "./read-multipart.js";
import { announcesBody, matchesMediaType, mediaTypeOf, readAs } from "./receive-body.js";
import type { BodyKind } from "./sandbox-contract.js";

const requestWith = (headers: Record<string, string>, ...chunks: readonly string[]): IncomingMessage => {
  const request = new PassThrough() as unknown as IncomingMessage & PassThrough;
  request.headers = headers;
  for (const chunk of chunks) request.write(chunk);
  request.end();
  return request;
};

test.each([
  { headers: {}, want: false },
  { headers: { "content-length": "0" }, want: false },
  { headers: { "content-length": "1" }, want: true },
  { headers: { "transfer-encoding": "chunked" }, want: true },
])("$headers announce a body: $want", ({ headers, want }) => {
  expect(announcesBody({ headers } as unknown as IncomingMessage)).toBe(want);
});

test.each([
  { declared: "application/json", sent: "Application/JSON; charset=utf-8", want: true },
  { declared: "application/json; charset=utf-8", sent: "application/json", want: true },
  { declared: "application/json", sent: "text/json", want: false },
  { declared: "application/json", sent: undefined, want: false },
  { declared: "application/json", sent: "application/jsonl", want: false },
  { declared: "image/*", sent: "image/png", want: true },
  { declared: "image/*", sent: "imagex/png", want: false },
  { declared: "image/*", sent: undefined, want: false },
  { declared: "image/*", sent: " ", want: false },
  { declared: "*/*", sent: "video/mp4", want: true },
  { declared: "*/*", sent: undefined, want: true },
])("$declared covers $sent: $want", ({ declared, sent, want }) => {
  expect(matchesMediaType(declared, mediaTypeOf(sent))).toBe(want);
});

const isShort = (value: unknown) =>
  String(value).length < 4 ? null : [{ pointer: "", rule: "maxLength", message: "is too long" }];

test.each([
  { mediaType: "application/json", sent: ["[1", "]"], want: { value: [1], faults: [] } },
  {
    mediaType: "application/json",
    sent: ["123", "4"],
    want: { value: 1234, faults: [{ rule: "maxLength" }] },
  },
  { mediaType: "text/plain", sent: ["a", "b"], want: { value: "ab", faults: [] } },
  { mediaType: "text/plain", sent: ["long"], want: { value: "long", faults: [{ rule: "maxLength" }] } },
  { mediaType: "image/png", sent: ["bytes"], want: { value: "bytes", faults: [] } },
])("$sent as $mediaType", async ({ mediaType, sent, want }) => {
  const kind = { mediaType, parts: null } as unknown as BodyKind;
  const read = await readAs({ kind, check: isShort, form: null }, requestWith({}, ...sent));
  expect(read).toMatchObject({ ...want, bytes: Buffer.from(sent.join("")) });
});

test("a form in the query's words is read as its parts", async () => {
  const kind = { mediaType: "application/x-www-form-urlencoded", parts: [] } as unknown as BodyKind;
  const form = {
    check: ({ texts }: ReceivedForm) => ({
      value: texts.map(({ name, text }) => `${name}: ${text}`),
      faults: [],
    }),
  } as unknown as FormChecker;
  const read = await readAs({ kind, check: isShort, form }, requestWith({}, "a=1+2&a=%C3%A9", "&b"));
  expect(read).toMatchObject({ value: ["a: 1 2", "a: é", "b: "], files: [], faults: [] });
});

test.each([
  { headers: {}, chunks: ["12345"], want: "12345" },
  { headers: {}, chunks: ["123", "45"], want: "12345" },
  { headers: { "content-length": "5" }, chunks: ["12345"], want: "12345" },
  { headers: {}, chunks: ["123", "456"], want: "is larger than 5 bytes" },
  { headers: { "content-length": "6" }, chunks: [], want: "is larger than 5 bytes" },
  { headers: {}, chunks: [], want: "" },
])("$chunks with $headers, of 5 bytes at most", async ({ headers, chunks, want }) => {
  const told = await readBytes(requestWith(headers as Record<string, string>, ...chunks), 5).then(
    String,
    ({ message }: Error) => message,
  );
  expect(told).toBe(want);
});

test("a body whose sender goes away is cut off", async () => {
  const request = new PassThrough() as unknown as IncomingMessage & PassThrough;
  request.headers = {};
  const read = readBytes(request);
  request.write("half");
  request.destroy();
  await expect(read).rejects.toMatchObject({ rule: "cutOff", fault: { message: "ended too early" } });
});

test.each([
  { bytes: Buffer.from("{"), says: "is not JSON: Expected property name" },
  { bytes: Buffer.from([0x22, 0xff, 0x22]), says: "is not in UTF-8" },
  { bytes: Buffer.from("[".repeat(200_000)), says: "is not JSON" },
])("no JSON: $says", ({ bytes, says }) => {
  expect(() => parseJson(bytes)).toThrow(says);
});
