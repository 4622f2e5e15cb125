import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { FormPart } from "./read-form.js";
import { type ReceivedForm, readMultipart } from "./read-multipart.js";

const textPart = (name: string, more: Partial<FormPart> = {}): FormPart =>
  ({ name, kind: "text", maxBytes: null, lines: null, ...more }) as FormPart;
const parts = [
  textPart("words"),
  textPart("film", { kind: "file", maxBytes: 5000 }),
  textPart("list", { kind: "file", lines: {} as FormPart["lines"] }),
];

/** Sends chunks as a form. */
function read(
  chunks: Iterable<string | Buffer>,
  contentType = "multipart/form-data; boundary=b",
): Promise<ReceivedForm> {
  const stream = new PassThrough({ highWaterMark: 2 ** 30 });
  const request = Object.assign(stream, {
    headers: { "content-type": contentType },
  }) as unknown as IncomingMessage;
  const form = readMultipart(request, parts);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return form;
}

const part = (disposition: string, content = "x", more = ""): string =>
  `--b\r\nContent-Disposition: ${disposition}\r\n${more}\r\n${content}\r\n`;
const named = (name: string, content = "x"): string => part(`form-data; name="${name}"`, content);
const end = "--b--\r\n";

/** What was received; or the rule, the place and what it says. */
const told = (form: Promise<ReceivedForm>) =>
  form.then(
    ({ texts, files }) => [
      ...texts.map(({ name, text }) => `${name}: ${text}`),
      ...files.map((file) => `${file.part} ${file.fileName} ${file.contentType} ${file.length}`),
    ],
    ({ rule, fault }) => [`${rule} at '${fault.pointer}': ${fault.message}`],
  );

describe("a part", () => {
  test.each([
    { given: named("words", "a b"), want: ["words: a b"] },
    { given: `${named("words", "1")}${named("words", "2")}`, want: ["words: 1", "words: 2"] },
    { given: part("FORM-DATA ; NAME=words; name=other", "é"), want: ["words: é"] },
    { given: part('form-data; name="a\\"b\\\\c%22d"'), want: ['a"b\\c"d: x'] },
    { given: part('form-data; name="ü 日本"'), want: ["ü 日本: x"] },
    { given: part('form-data; name="words"; filename="a.txt"'), want: ["words a.txt null 1"] },
    {
      given: part(
        'form-data; name="film"; filename="no"; filename*=UTF-8\'\'%e2%82%ac.mp4',
        "film",
        "Content-Type: Video/MP4; codecs=x\r\n",
      ),
      want: ["film €.mp4 video/mp4 4"],
    },
    { given: part("form-data; name=film; filename*=utf-8''%ff"), want: ["film %ff null 1"] },
    { given: part("form-data; name=film; filename*=latin1'en'a"), want: ["film null null 1"] },
    { given: part('form-data; name="film"', ""), want: ["film null null 0"] },
    {
      given: part("attachment; name=words"),
      want: ["multipart at '': has a part 1 whose Content-Disposition is not form-data"],
    },
    {
      given: part("form-database; name=words"),
      want: ["multipart at '': has a part 1 whose Content-Disposition is not form-data"],
    },
    {
      given: `${named("words")}${part("form-data")}`,
      want: ["multipart at '': has a part 2 without a name"],
    },
    { given: part('form-data; name=""'), want: ["multipart at '': has a part 1 without a name"] },
    {
      given: "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n",
      want: ["multipart at '': has a part 1 without a Content-Disposition"],
    },
  ])("$given", async ({ given, want }) => {
    expect(await told(read([given, end]))).toEqual(want);
  });

  test("comes byte by byte as well", async () => {
    const whole = `${named("words", "a b")}${part('form-data; name="film"; filename="a"', "film")}${end}`;
    expect(await told(read(whole))).toEqual(["words: a b", "film a null 4"]);
  });

  test("of media is kept as far as it begins, one of lines as a whole", async () => {
    const long = "y".repeat(4999);
    const { files } = await read([named("film", long), named("list", long), end]);
    expect(files.map(({ part: name, length, bytes }) => [name, length, bytes.length])).toEqual([
      ["film", 4999, 4096],
      ["list", 4999, 4999],
    ]);
  });
});

describe("as much as there may be of", () => {
  const mebibyte = "z".repeat(1024 * 1024);
  const many = (count: number): string => named("words").repeat(count);
  const rests = (count: number): string[] => Array(count).fill(named("words", mebibyte));
  function* huge(more: string) {
    yield `--b\r\nContent-Disposition: form-data; name="any"; filename="a"\r\n\r\n`;
    const chunk = Buffer.alloc(4 * 1024 * 1024, "z");
    for (let count = 0; count < 25; count++) yield chunk;
    yield `${more}\r\n`;
  }
  const texts = (count: number, text = "x") => Array(count).fill(`words: ${text}`);
  test.each([
    { what: "parts", given: [many(100)], want: texts(100) },
    { what: "parts, and one more", given: [many(101)], want: ["multipart at '': has more than 100 parts"] },
    { what: "a text", given: [named("words", mebibyte)], want: texts(1, mebibyte) },
    {
      what: "a text, and a byte more",
      given: [named("words", `${mebibyte}z`)],
      want: ["maxBytes at '/words': is larger than 1048576 bytes"],
    },
    { what: "all texts", given: rests(4), want: texts(4, mebibyte) },
    {
      what: "all texts, and a byte more",
      given: [...rests(4), named("a~/b", "z")],
      want: ["maxBytes at '/a~0~1b': is larger than 1048576 bytes"],
    },
    { what: "a file", given: [named("film", "f".repeat(5000))], want: ["film null null 5000"] },
    {
      what: "a file, and a byte more",
      given: [named("film", "f".repeat(5001))],
      want: ["maxBytes at '/film': is larger than 5000 bytes"],
    },
    { what: "a file without a limit", given: huge(""), want: ["any a null 104857600"] },
    {
      what: "a file without a limit, and a byte more",
      given: huge("z"),
      want: ["maxBytes at '/any': is larger than 104857600 bytes"],
    },
  ])("$what", async ({ given, want }) => {
    expect(await told(read([...given, end]))).toEqual(want);
  });
});

describe("a form", () => {
  const longest = "b".repeat(70);
  test.each([
    { type: `multipart/form-data; boundary=${longest}`, boundary: longest, want: ["words: x"] },
    {
      type: `multipart/form-data; boundary=${longest}b`,
      boundary: `${longest}b`,
      want: "has no boundary in its content type",
    },
    { type: 'multipart/form-data; boundary="a b\\"c"; charset=utf-8', boundary: 'a b"c', want: ["words: x"] },
    { type: "multipart/form-data;BOUNDARY=b;more=1", boundary: "b", want: ["words: x"] },
    { type: 'multipart/form-data; boundary=""', boundary: "", want: "has no boundary in its content type" },
  ])("with the boundary of $type", async ({ type, boundary, want }) => {
    const form = `${named("words")}${end}`.replaceAll("--b", `--${boundary}`);
    expect(await told(read([form], type))).toEqual(Array.isArray(want) ? want : [`boundary at '': ${want}`]);
  });

  test.each([
    { given: [end], want: "has no part" },
    { given: [named("words")], want: "is malformed: Unexpected end of multipart data" },
    { given: [named("words").slice(0, -3)], want: "is malformed: Unexpected end of multipart data" },
    {
      given: [named("words"), '--b\r\nContent-Disposition: form-data; name="words"\r\n', end],
      want: "has a part without the end of its headers",
    },
    {
      given: ['--b\r\nContent-Disposition: form-data; name="words"\r\n', end],
      want: "has a part without the end of its headers",
    },
  ])("$given is none", async ({ given, want }) => {
    expect(await told(read(given))).toEqual([`multipart at '': ${want}`]);
  });

  const sending = () => {
    const stream = new PassThrough({ highWaterMark: 2 ** 30 });
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    return {
      stream,
      form: told(readMultipart(Object.assign(stream, { headers }) as unknown as IncomingMessage, parts)),
    };
  };

  test("may have words before and after it, all of which are read first", async () => {
    const { stream, form } = sending();
    for (const chunk of ["before\r\n", named("words"), end, "after"]) stream.write(chunk);
    let isTold = false;
    void form.then(() => {
      isTold = true;
    });
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
    expect(isTold).toBe(false);
    stream.end("after");
    expect(await form).toEqual(["words: x"]);
    expect(stream.readableEnded).toBe(true);
  });

  test("that is refused is read to its end all the same", async () => {
    const { stream, form } = sending();
    stream.write(part("form-data").slice(0, -3));
    for (let count = 0; count < 50; count++) stream.write(Buffer.alloc(100_000, "z"));
    stream.end();
    expect(await form).toEqual(["multipart at '': has a part 1 without a name"]);
    for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate);
    expect(stream.readableEnded).toBe(true);
  });

  test("whose sender goes away is cut off", async () => {
    const stream = new PassThrough();
    const request = Object.assign(stream, {
      headers: { "content-type": "multipart/form-data; boundary=b" },
    }) as unknown as IncomingMessage;
    const form = told(readMultipart(request, parts));
    stream.write(named("words").slice(0, -3));
    await new Promise(setImmediate);
    stream.destroy(new Error("aborted"));
    expect(await form).toEqual(["cutOff at '': ended too early"]);
  });
});
