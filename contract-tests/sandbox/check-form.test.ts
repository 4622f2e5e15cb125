import { describe, expect, test } from "vitest";
import { FormChecker } from "./check-form.js";
import { readForm } from "./read-form.js";
import { SpecNode } from "./spec-node.js";
import { Validators } from "./validators.js";

const binary = { contentMediaType: "application/octet-stream" };
const settings = { type: "object", properties: { fast: { type: "boolean" } }, additionalProperties: false };
const schema = {
  type: "object",
  required: ["title"],
  additionalProperties: false,
  not: { required: ["film", "any"] },
  properties: {
    title: { type: "string", minLength: 2 },
    copies: { type: "integer" },
    tags: { type: "array", items: { type: "string", minLength: 2 } },
    plain: settings,
    encoded: { type: "string", contentMediaType: "application/json", contentSchema: settings },
    each: {
      type: "array",
      items: { type: "string", contentMediaType: "application/json", contentSchema: settings },
    },
    film: binary,
    scans: { type: "array", items: binary },
    any: binary,
    list: { ...binary, "x-item-schema": { schema: { type: "object" } } },
    "a/b": { type: "integer" },
  },
};
const encoding = {
  film: { contentType: "video/mp4, video/webm" },
  scans: { contentType: "image/png, image/heic" },
};
const root = { schema, encoding };
const parts = readForm(new SpecNode(root, ["schema"]), new SpecNode(root, ["encoding"]));
const validators = new Validators(root, false);
const checker = new FormChecker(parts, validators.of(new SpecNode(root, ["schema"])), validators);

const mp4 = "\0\0\0\x18ftyp";
const file = (part: string, beginning: string, fileName: string | null = "a") => {
  const bytes = Buffer.from(beginning, "latin1");
  return { part, fileName, contentType: null, length: bytes.length, bytes };
};
const text = (name: string, value: string) => ({ name, text: value });

interface Given {
  readonly texts?: readonly ReturnType<typeof text>[];
  readonly files?: readonly ReturnType<typeof file>[];
}
const checked = ({ texts = [], files = [] }: Given) => {
  const { value, faults } = checker.check({ texts: [text("title", "ok"), ...texts], files });
  return { value, faults: faults.map(({ pointer, rule, message }) => `${pointer} ${rule}: ${message}`) };
};

describe("a form is read as", () => {
  test.each<{ given: Given; want: object }>([
    { given: { texts: [text("copies", "3")] }, want: { copies: 3 } },
    { given: { texts: [text("tags", "aa"), text("tags", "bb")] }, want: { tags: ["aa", "bb"] } },
    { given: { texts: [text("tags", "aa")] }, want: { tags: ["aa"] } },
    { given: { texts: [text("plain", '{"fast":true}')] }, want: { plain: { fast: true } } },
    { given: { texts: [text("encoded", '{"fast":true}')] }, want: { encoded: { fast: true } } },
    {
      given: { texts: [text("each", "{}"), text("each", '{"fast":false}')] },
      want: { each: [{}, { fast: false }] },
    },
    { given: { files: [file("film", mp4, "f.mp4")] }, want: { film: "f.mp4" } },
    { given: { files: [file("film", mp4, null)] }, want: { film: "film" } },
    { given: { files: [file("scans", "x", "1"), file("scans", "y", "2")] }, want: { scans: ["1", "2"] } },
  ])("$want", ({ given, want }) => {
    expect(checked(given)).toEqual({ value: { title: "ok", ...want }, faults: [] });
  });
});

describe("a form has the fault", () => {
  test.each<{ given: Given; want: readonly string[] }>([
    { given: { texts: [text("title", "ok")] }, want: ["/title repeated: was sent more than once"] },
    { given: { texts: [text("copies", "many")] }, want: ["/copies type: must be integer"] },
    { given: { texts: [text("a/b", "x")] }, want: ["/a~1b type: must be integer"] },
    {
      given: { texts: [text("a/b", "1"), text("a/b", "2")] },
      want: ["/a~1b repeated: was sent more than once"],
    },
    {
      given: { texts: [text("tags", "aa"), text("tags", "b")] },
      want: ["/tags/1 minLength: must NOT have fewer than 2 characters"],
    },
    { given: { texts: [text("plain", "{")] }, want: ["/plain json: is not JSON"] },
    { given: { texts: [text("plain", '{"fast":1}')] }, want: ["/plain/fast type: must be boolean"] },
    { given: { texts: [text("encoded", '{"fast":1}')] }, want: ["/encoded/fast type: must be boolean"] },
    { given: { texts: [text("each", "{}"), text("each", "[")] }, want: ["/each/1 json: is not JSON"] },
    {
      given: { texts: [text("each", "{}"), text("each", '{"fast":1}')] },
      want: ["/each/1/fast type: must be boolean"],
    },
    {
      given: { texts: [text("stranger", "1")] },
      want: ["/stranger additionalProperties: is not a property that the contract names"],
    },
    {
      given: { files: [file("stranger", "x")] },
      want: ["/stranger additionalProperties: is not a property that the contract names"],
    },
    { given: { files: [file("copies", "3")] }, want: ["/copies file: is a file; the contract says text"] },
    { given: { texts: [text("film", mp4)] }, want: ["/film file: is text; the contract says a file"] },
    {
      given: { files: [file("film", mp4), file("film", mp4)] },
      want: ["/film repeated: was sent more than once"],
    },
    { given: { files: [file("film", "")] }, want: ["/film contentType: is empty"] },
    {
      given: { files: [file("film", "GIF89a")] },
      want: ["/film contentType: begins like no video/mp4 and no video/webm"],
    },
    { given: { files: [file("list", "")] }, want: [] },
    { given: { files: [file("any", "x")] }, want: [] },
    {
      given: { files: [file("any", "x"), file("film", "")] },
      want: ["/film contentType: is empty", " not: must NOT be valid"],
    },
    { given: { files: [file("list", "\xff")] }, want: ["/list jsonLines: is not in UTF-8"] },
  ])("$want", ({ given, want }) => {
    expect(checked(given).faults).toEqual(want);
  });

  test("of what is missing", () => {
    const { faults } = checker.check({ texts: [], files: [] });
    expect(faults).toEqual([{ pointer: "/title", rule: "required", message: "is required" }]);
  });

  test("names that every object has are not taken for parts", () => {
    expect(checked({ texts: [text("__proto__", "1")] }).faults).toEqual([
      "/__proto__ additionalProperties: is not a property that the contract names",
    ]);
  });
});

describe("how files begin", () => {
  const beginnings: readonly (readonly [type: string, right: readonly string[], wrong: readonly string[]])[] =
    [
      ["video/mp4", [mp4], ["\0\0\0\x18ftyq", "ftyp", "\0\0\0ftyp"]],
      [
        "video/quicktime",
        [mp4, "\0\0\0\x08moov", "\0\0\0\x08mdat", "\0\0\0\x08wide", "\0\0\0\x08free"],
        ["\0\0\0\x08skip", "moov"],
      ],
      [
        "video/webm",
        ["\x1a\x45\xdf\xa3", "\x1a\x45\xdf\xa3\x01"],
        ["\x1a\x45\xdf", "\x1a\x45\xdf\xa4", "\0\x1a\x45\xdf\xa3"],
      ],
      [
        "audio/wav",
        ["RIFF\x01\x02\x03\x04WAVEfmt"],
        ["RIFF\x01\x02\x03\x04AVI ", "RIFX\x01\x02\x03\x04WAVE", "RIFFWAVE"],
      ],
      [
        "audio/mpeg",
        ["ID3", "\xff\xfb", "\xff\xe2", "\xff\xf4"],
        ["ID4", "\xff\xf9", "\xff\xf1", "\xff\xdb", "\xfe\xfb", "\xff"],
      ],
      ["audio/ogg", ["OggS"], ["OggT", "xOggS"]],
      ["audio/flac", ["fLaC"], ["flac", "xfLaC"]],
      ["image/png", ["\x89PNG"], ["PNG", "\x89PNH", "xxPNG"]],
      ["image/jpeg", ["\xff\xd8\xff"], ["\xff\xd9", "\xfe\xd8", "\xff"]],
      ["application/pdf", ["%PDF-1.7"], ["%PDF", "%PDF1", " %PDF-"]],
    ];
  test.each(beginnings)("as %s", (contentType, right, wrong) => {
    const given = { ...root, encoding: { film: { contentType } } };
    const only = new FormChecker(
      readForm(new SpecNode(given, ["schema"]), new SpecNode(given, ["encoding"])),
      () => null,
      validators,
    );
    const rules = (all: readonly string[]) =>
      all.map((one) => only.check({ texts: [], files: [file("film", one)] }).faults[0]?.rule);
    const longer = right.map((one) => `${one} and more`);
    expect(rules([...right, ...longer])).toEqual([...right, ...longer].map(() => undefined));
    expect(rules(wrong)).toEqual(wrong.map(() => "contentType"));
  });
});
