import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { underStryker } from "../../testing/under-stryker.js";
import * as formats from "./formats.js";

const ajv = new Ajv2020();
addFormats.default(ajv);

/** The longest name that there is, of 253 characters. */
const longest = `${`${"a".repeat(63)}.`.repeat(3)}${"a".repeat(61)}`;

const samples: Readonly<Record<string, readonly [keyof typeof formats, readonly string[]]>> = {
  date: [
    "isDate",
    [
      "2024-02-29",
      "2023-02-29",
      "1900-02-29",
      "2000-02-29",
      "2024-13-01",
      "2024-1-1",
      "2024-04-31",
      "2024-01-01",
      "2024-01-00",
      "x2024-01-01",
      "",
    ],
  ],
  time: [
    "isTime",
    [
      "23:59:59Z",
      "23:59:60Z",
      "22:59:60Z",
      "23:59:61Z",
      "08:00:00+01:00",
      "08:00:00",
      "24:00:00Z",
      "00:59:60+01:00",
      "00:29:60+00:30",
      "01:29:60+01:30",
      "22:59:60-01:00",
      "23:00:60+01:00",
      "08:60:00Z",
      "08:00:00+23:59",
      "08:00:00+24:00",
      "08:00:00+00:60",
      "08:00:00+0100",
      "08:00:00+01",
      "x08:00:00Z",
    ],
  ],
  "date-time": [
    "isDateTime",
    [
      "2024-02-29T00:00:00Z",
      "2024-02-29t00:00:00.123z",
      "2024-02-29 00:00:00Z",
      "2024-02-30T00:00:00Z",
      "2024-02-29",
    ],
  ],
  duration: [
    "isDuration",
    [
      "P1Y2M3DT4H5M6S",
      "P7W",
      "P",
      "PT",
      "P1H",
      "PT36H",
      "P1Y1W",
      "P10Y20M30DT40H50M60S",
      "P10W",
      "P1D",
      "P1M",
      "PT1M",
      "PT1S",
      "P1DT",
      "xP1D",
    ],
  ],
  email: [
    "isEmail",
    ["a@b.c", "a.b+c@d-e.example.com", "a@b", "@b.c", "a@", "a@@b.c", "a b@c.d", ".a@b.c", "a@-b.c", "a.bc"],
  ],
  hostname: [
    "isHostname",
    [
      "a",
      "example.com",
      "example.com.",
      "-a",
      "a-",
      "a..b",
      "",
      `${"a".repeat(64)}.b`,
      longest,
      `${longest}a`,
    ],
  ],
  ipv4: ["isIpv4", ["127.0.0.1", "256.0.0.1", "1.2.3", "01.2.3.4", "1.2.3.4.5"]],
  ipv6: [
    "isIpv6",
    [
      "::",
      "::1",
      "1::",
      "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7",
      "::ffff:1.2.3.4",
      "1::2::3",
      "12345::",
      "1:2:3:4:5:6:7::",
      "1:2::3:4:5::6:7:8",
      "1:2:3:4:5:6:1.2.3.4",
      "1:2:3:4:5:6:7:1.2.3.4",
      "1:2:3:4:5:1.2.3.4",
      "::1:2:3:4:5:6:1.2.3.4",
    ],
  ],
  uri: [
    "isUri",
    [
      "https://example.com/a?b=c#d",
      "http://[::1]:80/",
      "http://[::g]/",
      "urn:a:b",
      "mailto:a@b.c",
      "//example.com",
      "/a",
      "a",
      "https://example.com/a b",
      "https://example.com/ä",
      "https://example.com/%zz",
      "https://example.com/a#b#c",
      "https://user:secret@example.com:8080",
      "https://example.com:port/",
      "https://example.com/[a]",
      "1http://a",
      "",
    ],
  ],
  "uri-reference": [
    "isUriReference",
    [
      "",
      "/a",
      "a/b",
      "?a",
      "#a",
      "//a",
      "http://a",
      "a b",
      "\\",
      "//[::1]",
      "//[::1]:80/a",
      "//u@[::1]",
      "//u:p@[::1]",
      "x://[::1]:",
      "//[::1]x",
      "//x[::1]",
      "//[::1]/[a]",
      "//[::1]/?a",
      "//[g]",
      "a[b]",
      "?a[b]",
    ],
  ],
  uuid: [
    "isUuid",
    [
      "6533643b-aceb-4c40-967e-d9ba9baac39e",
      "6533643b",
      "",
      "6533643b-aceb-4c40-967e-d9ba9baac39g",
      "x6533643b-aceb-4c40-967e-d9ba9baac39e",
      "urn:uuid:6533643b-aceb-4c40-967e-d9ba9baac39e",
    ],
  ],
  "json-pointer": ["isJsonPointer", ["", "/a~1b", "/a~2", "a", "/"]],
  byte: ["isBase64", ["", "YQ==", "YWI=", "YWJj", "YQ", "Y===", "*"]],
};

describe.each(Object.entries(samples))("%s, as Ajv's formats have it", (format, [name, texts]) => {
  const check = formats[name] as (text: string) => boolean;
  const plain = ajv.compile({ type: "string", format });

  it.each(texts)("%j", (text) => {
    expect(check(text)).toBe(plain(text));
  });

  it("in what is like them", () => {
    const bases = fc.constantFrom(...texts);
    const edit = fc.tuple(
      bases,
      fc.nat(40),
      fc.constantFrom("", "0", "9", "-", ":", "/", ".", "a", "Z", "@", "%"),
    );
    const edited = edit.map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1));
    fc.assert(
      fc.property(edited, (text) => {
        expect({ text, valid: check(text) }).toEqual({ text, valid: plain(text) });
      }),
      { numRuns: underStryker ? 200 : 2000, seed: 11 },
    );
  });
});

it.each([
  ["isInt32", 2 ** 31 - 1, true],
  ["isInt32", 2 ** 31, false],
  ["isInt32", -(2 ** 31), true],
  ["isInt32", -(2 ** 31) - 1, false],
  ["isInt32", 0.5, false],
  ["isInt64", 2 ** 40, true],
  ["isInt64", 0.5, false],
] as const)("%s of %d", (name, value, want) => {
  expect(formats[name](value)).toBe(want);
});

it("takes no time to speak of for a text that is made to take it", () => {
  const start = performance.now();
  for (const piece of ["a", "-", "a-", "1:", "%41", "/", "@", "::", "a.", "[", "1"]) {
    const text = piece.repeat(50_000);
    for (const [name] of Object.values(samples))
      (formats[name] as (text: string) => boolean)(`${text}\u0000`);
  }
  expect(performance.now() - start).toBeLessThan(3000);
});
