import fc from "fast-check";
import { NoValueError } from "./own-arbitraries.js";
import { regExpOf } from "./schema-judge.js";
import type { Shape } from "./shape.js";

/** Where a text is to stand: an address or a header can't hold every text. */
export type TextPlace = "json" | "path" | "query" | "header";

/** Texts of a shape: by its format, its pattern and its lengths, with those of the least and the greatest length. */
export function stringArbitrary(shape: Shape, place: TextPlace): fc.Arbitrary<string> {
  const { minLength, formats, patterns } = shape;
  const fits = fitsShape(shape, place);
  if (formats.length === 0 && patterns.length === 0) return plain(shape, place);
  const sources = [
    ...formats.flatMap((format) => ofFormat(format, place) ?? []),
    ...patterns.flatMap((pattern) => ofPattern(pattern, shape) ?? []),
  ];
  if (sources.length === 0) sources.push(plain(shape, place));
  const rated = sources.map((source) => ({ source, share: shareThatFits(source, fits) }));
  // Texts made by a format look like what people send; by a pattern alone an address may be no more than "https://".
  const best = rated.find(({ share }) => share > 0.2) ?? rated.sort((a, b) => b.share - a.share)[0];
  if (best === undefined || best.share === 0)
    throw new NoValueError(
      `No text fits ${JSON.stringify({ formats, patterns, minLength, maxLength: shape.maxLength })}.`,
    );
  return best.source.filter(fits);
}

/** What a format says is checked by the validator; here is only what generation must keep to. */
function fitsShape({ minLength, maxLength, patterns }: Shape, place: TextPlace): (text: string) => boolean {
  const expressions = patterns.map(regExpOf);
  return (text) => {
    const length = lengthOf(text);
    return (
      length >= minLength &&
      length <= maxLength &&
      expressions.every((expression) => expression.test(text)) &&
      canStand(text, place)
    );
  };
}

function shareThatFits(source: fc.Arbitrary<string>, fits: (text: string) => boolean): number {
  try {
    return fc.sample(source, { numRuns: 40, seed: 1 }).filter(fits).length / 40;
  } catch {
    return 0;
  }
}

/** Texts of a greatest length beyond this one are not tried: they only cost time. */
const longest = 20_000;
/** Longer texts than this are tried more seldom. */
const short = 400;

/** Characters that go wrong where texts are handled carelessly. (fast-check's own `binary` takes a second to set up.) */
const character = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)),
  fc.integer({ min: 0xa0, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom(
    ..."\"\\'%&<>{}\0\n\r\t\u00ad\u200b\u202e\ufeff\ufffd",
    "\u{1f600}",
    "\u{1d11e}",
    "\u{10ffff}",
  ),
);

/** fast-check's strings are dear to make, and most schemas want the same few. */
const plainOnes = new Map<string, fc.Arbitrary<string>>();

function plain(shape: Shape, place: TextPlace): fc.Arbitrary<string> {
  const key = `${shape.minLength} ${shape.maxLength} ${place}`;
  const known = plainOnes.get(key) ?? makePlain(shape, place);
  plainOnes.set(key, known);
  return known;
}

function makePlain({ minLength, maxLength }: Shape, place: TextPlace): fc.Arbitrary<string> {
  const least = place === "json" ? minLength : Math.max(1, minLength);
  const most = Math.min(maxLength, Math.max(least, minLength) + 16);
  const options = { minLength: least, maxLength: most };
  const ascii = fc.string({ ...options, unit: "grapheme-ascii" }).filter((text) => canStand(text, place));
  // A header holds bytes, and what a server makes of those above ASCII no contract says.
  const any =
    place === "header"
      ? ascii
      : fc.string({ ...options, unit: character }).filter((text) => canStand(text, place));
  const limits = [
    ...(least > 0 ? ["a".repeat(least)] : [""]),
    ...(maxLength <= longest ? ["b".repeat(maxLength)] : []),
  ].filter((text) => canStand(text, place));
  return fc.oneof(
    { arbitrary: ascii, weight: maxLength <= short ? 6 : 30 },
    { arbitrary: any, weight: maxLength <= short ? 2 : 10 },
    ...(limits.length > 0 ? [{ arbitrary: fc.constantFrom(...limits), weight: 1 }] : []),
  );
}

export function canStand(text: string, place: TextPlace): boolean {
  if (place === "json") return true;
  if (place === "header") return /^[!-~](?:[ -~]*[!-~])?$/.test(text);
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return false;
  // An empty piece and dots are another path; what follows an encoded slash differs from server to server.
  return place === "query" ? text !== "" : !/^\.{0,2}$/.test(text) && !/[/\\%]/.test(text);
}

export function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** As dear to make as `plainOnes`. */
const patternOnes = new Map<string, fc.Arbitrary<string>[]>();

function ofPattern(pattern: string, { maxLength }: Shape): fc.Arbitrary<string>[] {
  const bounded = maxLength <= longest ? { maxLength } : {};
  const key = `${bounded.maxLength} ${pattern}`;
  const known = patternOnes.get(key) ?? makeOfPattern(pattern, bounded);
  patternOnes.set(key, known);
  return known;
}

function makeOfPattern(pattern: string, bounded: { maxLength?: number }): fc.Arbitrary<string>[] {
  try {
    return [fc.stringMatching(regExpOf(pattern), { size: "small", ...bounded })];
  } catch {
    return []; // a look-ahead and the like; another source may do
  }
}

function ofFormat(format: string, place: TextPlace): fc.Arbitrary<string>[] | null {
  const make = formats[format];
  return make ? [make(place)] : null;
}

const pad = (number: number, digits = 2): string => String(number).padStart(digits, "0");
const date = fc
  .date({ min: new Date("1970-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
  .map((value) => value.toISOString());
const offset = fc.oneof(
  { arbitrary: fc.constant("Z"), weight: 3 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom("+", "-"), fc.nat(12), fc.constantFrom(0, 30))
      .map(([sign, hours, minutes]) => `${sign}${pad(hours)}:${pad(minutes)}`),
    weight: 1,
  },
);
const time = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.option(fc.nat(999), { nil: null }), offset)
  .map(
    ([hour, minute, second, millis, zone]) =>
      `${pad(hour)}:${pad(minute)}:${pad(second)}${millis === null ? "" : `.${pad(millis, 3)}`}${zone}`,
  );
const name = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/);
const host = fc
  .tuple(name, fc.constantFrom("example.com", "example.org", "test"))
  .map((parts) => parts.join("."));
const path = fc
  .array(fc.stringMatching(/^[A-Za-z0-9._~-]{1,8}$/), { maxLength: 3 })
  .map((parts) => parts.join("/"));
const url = fc
  .tuple(
    fc.constantFrom("https", "http"),
    host,
    fc.option(fc.integer({ min: 1, max: 65535 }), { nil: null, freq: 2 }),
    path,
    fc.constantFrom("", "?a=1", "?q=a%20b&r=", "#top"),
  )
  .map(
    ([scheme, at, port, rest, end]) => `${scheme}://${at}${port === null ? "" : `:${port}`}/${rest}${end}`,
  );
const uri = fc.oneof(
  { arbitrary: url, weight: 5 },
  { arbitrary: name.map((text) => `urn:example:${text}`), weight: 1 },
);

const formats: Readonly<Record<string, (place: TextPlace) => fc.Arbitrary<string>>> = {
  uuid: () => fc.uuid(),
  uri: () => uri,
  url: () => url,
  iri: () => uri,
  "uri-reference": () => fc.oneof(uri, path),
  "iri-reference": () => fc.oneof(uri, path),
  "uri-template": () => fc.constantFrom("https://example.com/{id}", "/things{?q,page}", "/{+path}"),
  "date-time": () => fc.tuple(date, time).map(([day, at]) => `${day.slice(0, 10)}T${at}`),
  date: () => date.map((text) => text.slice(0, 10)),
  time: () => time,
  duration: () => fc.constantFrom("P1D", "PT1H30M", "P3Y6M4DT12H30M5S", "P4W"),
  email: () => fc.tuple(name, host).map((parts) => parts.join("@")),
  "idn-email": () => fc.tuple(name, host).map((parts) => parts.join("@")),
  hostname: () => host,
  "idn-hostname": () => host,
  ipv4: () => fc.ipV4(),
  ipv6: () => fc.ipV6(),
  byte: () => fc.base64String({ maxLength: 24 }),
  regex: () => fc.constantFrom("^a+$", "[0-9]{2,}", "x|y"),
  "json-pointer": () => path.map((text) => (text === "" ? "" : `/${text}`)),
  "relative-json-pointer": () => fc.constantFrom("0", "1/a", "2#"),
  int32: () => fc.integer().map(String),
  int64: () => fc.maxSafeInteger().map(String),
};
