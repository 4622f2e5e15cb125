import { Readable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { serializeBody } from "./body.js";
import type { BodyDescriptor, ParameterDescriptor, PartDescriptor } from "./descriptors.js";
import { InvalidArgumentError, LimitError } from "./errors.js";
import { writeQuery } from "./parameter-styles.js";

const part: PartDescriptor = {
  name: "clip",
  kind: "file",
  contentTypes: ["audio/wav", "audio/mpeg"],
  maxBytes: 100,
};
const form = (parts: readonly PartDescriptor[]): BodyDescriptor => ({
  mediaType: "multipart/form-data",
  encoding: "multipart",
  required: true,
  parts,
});
const wav = `RIFF\0\0\0\0WAVE${"\0".repeat(20)}`;
const mp3 = "ID3\x04\0\0";

async function sentFile(given: unknown, rule: Partial<PartDescriptor> = {}, options = {}): Promise<File> {
  const body = await serializeBody(form([{ ...part, ...rule }]), { clip: given }, options);
  expect(body).toBeInstanceOf(Blob); // which can be sent again
  return (await new Response(body).formData()).get("clip") as File;
}

async function refusal(given: unknown, rule: Partial<PartDescriptor> = {}, options = {}): Promise<Error> {
  const error = await sentFile(given, rule, options).then(
    () => expect.fail("It was not refused."),
    (thrown: unknown) => thrown as Error,
  );
  expect(error).toMatchObject({ argument: "clip" });
  return error;
}

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  return new Blob(chunks).stream();
}

describe("a URL-encoded form", () => {
  const fields: ParameterDescriptor[] = [
    { name: "at", in: "form", style: "deepObject", write: writeQuery },
    { name: "tags", in: "form", explode: false, write: writeQuery },
  ];
  const urlEncoded: BodyDescriptor = {
    mediaType: "application/x-www-form-urlencoded",
    encoding: "form",
    required: true,
    parts: [],
  };
  it.each([
    [
      "texts, lists and JSON",
      { a: "x y", b: [1, 2], c: { d: "&" } },
      "a=x+y&b=1&b=2&c=%7B%22d%22%3A%22%26%22%7D",
    ],
    ["a field of a style", { at: { x: 1, "y&z": "a b" } }, "at[x]=1&at[y%26z]=a%20b"],
    ["both", { a: "+", tags: ["a,b", "c"], at: undefined }, "a=%2B&tags=a%2Cb,c"],
  ])("holds %s", async (_, given, want) => {
    expect(String(await serializeBody(urlEncoded, given, { fields }))).toBe(want);
  });
});

describe("a file's type", () => {
  it.each([
    ["is kept where the contract has it", wav, "audio/mpeg", "audio/mpeg"],
    ["is found where none is given", mp3, "", "audio/mpeg"],
    ["is said as the contract says it", wav, "audio/vnd.wave", "audio/wav"],
    ["is found where what is given says nothing", wav, "application/octet-stream", "audio/wav"],
  ])("%s", async (_, content, type, want) => {
    expect((await sentFile(new File([content], "a.bin", { type }))).type).toBe(want);
  });

  it("is the caller's where kinds are not checked, and the contract's only one where none is given", async () => {
    const unchecked = { checkFileKinds: false };
    expect((await sentFile(new Blob(["?"], { type: "audio/flac" }), {}, unchecked)).type).toBe("audio/flac");
    expect((await sentFile(new Blob(["?"]), { contentTypes: ["text/csv"] })).type).toBe("text/csv");
    expect((await sentFile(new Blob(["?"]), { contentTypes: [] })).type).toBe("application/octet-stream");
    expect((await sentFile(new Blob(["?"]), { contentTypes: ["text/csv", "text/plain"] })).type).toBe(
      "application/octet-stream",
    );
  });
});

describe("a file of another kind", () => {
  it("is refused, in a form of the caller's own too, unless the caller says not to check", async () => {
    const file = new Blob(["<html>"], { type: "audio/wav" });
    const own = new FormData();
    own.set("clip", file);
    await expect(serializeBody(form([part]), own)).rejects.toThrow(/looks like text\/html/);
    expect((await refusal(file)).message).toMatch(/looks like text\/html/);
    expect(await (await sentFile(file, {}, { checkFileKinds: false })).text()).toBe("<html>");
  });

  it("is refused for its size first, for nothing of it need be read then", async () => {
    expect(await refusal(new Blob(["a".repeat(101)]))).toBeInstanceOf(LimitError);
    expect(await refusal(new Blob(["a".repeat(101)]), {}, { checkFileKinds: false })).toBeInstanceOf(
      LimitError,
    );
  });
});

describe("a stream", () => {
  it("of the length it says is sent, with its name and type", async () => {
    const file = await sentFile({ stream: streamOf(wav, "end"), size: 35, name: "voice.wav" });
    expect([file.name, file.type, await file.text()]).toEqual(["voice.wav", "audio/wav", `${wav}end`]);
    const typed = await sentFile({ stream: streamOf(mp3), size: 6, type: "audio/mpeg" });
    expect([typed.name, typed.type]).toEqual(["clip", "audio/mpeg"]);
  });

  it("of Node's own is one", async () => {
    const stream = Readable.toWeb(Readable.from([Buffer.from(mp3)]));
    expect(await (await sentFile({ stream, size: 6 })).text()).toBe(mp3);
  });

  it.each([
    ["shorter than it says", 7, /ended after 6 of 7 bytes/],
    ["longer than it says", 5, /longer than the 5 bytes/],
  ])("%s is refused", async (_, size, want) => {
    const error = await refusal({ stream: streamOf(mp3), size });
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(want);
  });

  it("over the limit is refused without being read", async () => {
    const stream = streamOf("a".repeat(101));
    expect(await refusal({ stream, size: 101 })).toBeInstanceOf(LimitError);
    expect(stream.locked).toBe(false);
  });

  it("without an end is left as soon as it is too long", async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => {
        cancelled = true;
      },
    });
    expect((await refusal({ stream, size: 50 })).message).toMatch(/longer/);
    expect(cancelled).toBe(true);
  });

  it("that fails, or is read elsewhere, is refused", async () => {
    const failing = new ReadableStream<Uint8Array>({
      pull: () => Promise.reject(new Error("the disk is gone")),
    });
    expect((await refusal({ stream: failing, size: 5 })).message).toMatch(/failed .*the disk is gone/);
    const locked = streamOf(mp3);
    locked.getReader();
    expect((await refusal({ stream: locked, size: 6 })).message).toMatch(/read elsewhere/);
  });

  it("that stalls ends with the caller's signal", async () => {
    let cancelledFor: unknown;
    const controller = new AbortController();
    const stream = new ReadableStream<Uint8Array>({
      cancel: (reason) => {
        cancelledFor = reason;
      },
    });
    const refused = refusal({ stream, size: 5 }, {}, { signal: controller.signal });
    controller.abort("enough");
    await refused;
    expect(cancelledFor).toBe("enough");
  });

  it("leaves the caller's signal alone once it is read", async () => {
    const { signal } = new AbortController();
    const [added, removed] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
    await sentFile({ stream: streamOf(mp3), size: 6 }, {}, { signal });
    expect(removed.mock.calls).toEqual(added.mock.calls);
    expect(added).toHaveBeenCalledOnce();
  });

  it("without a name or a type of its own has the part's, and the one that is found", async () => {
    const file = await sentFile({ stream: streamOf(mp3), size: 6, name: undefined, type: undefined });
    expect([file.name, file.type]).toEqual(["clip", "audio/mpeg"]);
  });

  it("can be a whole body", async () => {
    const raw: BodyDescriptor = { mediaType: "image/*", encoding: "raw", required: true, parts: [] };
    const body = (await serializeBody(raw, { stream: streamOf("abc"), size: 3, type: "image/png" })) as Blob;
    expect([body.type, await body.text()]).toEqual(["image/png", "abc"]);
    expect(((await serializeBody(raw, { stream: streamOf("abc"), size: 3 })) as Blob).type).toBe("");
    await expect(serializeBody(raw, { stream: streamOf("abc"), size: 4 })).rejects.toMatchObject({
      argument: "body",
      message: "The stream of body ended after 3 of 4 bytes. Nothing was sent.",
    });
  });
});

describe("a part that may be a file or something else", () => {
  const rule = { kind: "json", contentTypes: [] } as const;
  it("is sent as what it is", async () => {
    const file = await sentFile(new File(["abc"], "a.png", { type: "image/png" }), rule);
    expect([file.name, file.type, await file.text()]).toEqual(["a.png", "image/png", "abc"]);
    expect(await sentFile({ url: "a" }, rule)).toBe('{"url":"a"}');
    expect(await (await sentFile({ stream: streamOf("abc"), size: 3 }, rule)).text()).toBe("abc");
  });

  it("may be several files, each a part, but no list of both", async () => {
    const send = async (clip: unknown): Promise<FormDataEntryValue[]> =>
      (await new Response(await serializeBody(form([{ ...part, ...rule }]), { clip })).formData()).getAll(
        "clip",
      );
    expect(await send([new Blob(["a"]), new Blob(["b"])])).toHaveLength(2);
    expect(await send([1, 2])).toEqual(["[1,2]"]);
    expect(await send([])).toEqual(["[]"]);
  });
});

describe("what is no file", () => {
  it.each([
    "/tmp/a.wav",
    5,
    { size: 5 },
    { stream: streamOf(""), size: -0.5 },
    { stream: streamOf(""), size: -1 },
    new Uint8Array(3),
  ])("%s is refused", async (given) => {
    expect((await refusal(given)).message).toMatch(/must be a Blob or a File, or \{ stream, size \}/);
  });
});

describe("a form", () => {
  const text = (name: string, rule: Partial<PartDescriptor> = {}): PartDescriptor => ({
    name,
    kind: "text",
    contentTypes: [],
    maxBytes: null,
    ...rule,
  });
  const parts = [text("label"), text("options", { kind: "json" }), text("tags", { repeated: true })];
  const entries = async (value: unknown, known: readonly PartDescriptor[] = parts) =>
    [...(await new Response(await serializeBody(form(known), value)).formData())] as [string, unknown][];

  it.each([
    { given: { label: 1 }, want: [["label", "1"]] },
    { given: { label: new Date(0) }, want: [["label", "1970-01-01T00:00:00.000Z"]] },
    { given: { label: { a: 1 } }, want: [["label", '{"a":1}']] },
    { given: { label: ["a", "b"] }, want: [["label", '["a","b"]']] },
    { given: { options: "text" }, want: [["options", '"text"']] },
    {
      given: { tags: ["a", null, undefined, "b"] },
      want: [
        ["tags", "a"],
        ["tags", "b"],
      ],
    },
    { given: { tags: "a" }, want: [["tags", "a"]] },
    { given: { label: null, options: undefined, other: undefined }, want: [] },
  ])("of $given is $want", async ({ given, want }) => {
    expect(await entries(given)).toEqual(want);
  });

  it("has no other parts than the contract's", async () => {
    await expect(entries({ label: "a", lable: "b" })).rejects.toMatchObject({
      name: "InvalidArgumentError",
      argument: "lable",
      message: "There is no part lable; there are label, options, tags.",
    });
  });

  it("of the caller's own is sent as it is: texts, and files that the contract does not know", async () => {
    const own = new FormData();
    own.set("label", "a");
    own.set("options", "{");
    own.set("other", "b");
    own.set("more", new File(["?"], "a.bin", { type: "audio/wav" }));
    expect(await entries(own, [part, ...parts])).toEqual([
      ["label", "a"],
      ["options", "{"],
      ["other", "b"],
      ["more", expect.objectContaining({ name: "a.bin", type: "audio/wav", size: 1 })],
    ]);
    expect(await entries(own, [{ ...part, name: "label" }])).toHaveLength(4); // a text is no file to be checked
  });
});

describe("a body that is no form", () => {
  const of = (encoding: BodyDescriptor["encoding"]): BodyDescriptor => ({
    mediaType: "a/b",
    encoding,
    required: true,
    parts: [],
  });

  it.each([
    { given: { a: 1, b: ["x", "y z"], c: null, d: undefined, e: [null, 2] }, want: "a=1&b=x&b=y+z&e=2" },
    { given: { a: new Date(0), b: { c: 1 } }, want: "a=1970-01-01T00%3A00%3A00.000Z&b=%7B%22c%22%3A1%7D" },
  ])("is encoded as for a link: $want", async ({ given, want }) => {
    const body = await serializeBody(of("form"), given);
    expect(body).toBeInstanceOf(URLSearchParams);
    expect(String(body)).toBe(want);
  });

  it.each(["form", "multipart", "json", "raw"] as const)(
    "is the caller's own, where %s is wanted",
    async (encoding) => {
      const own = new URLSearchParams("a=1");
      expect(await serializeBody(of(encoding), own)).toBe(own);
    },
  );

  it("is JSON, or what was given", async () => {
    expect(await serializeBody(of("json"), { a: [1] })).toBe('{"a":[1]}');
    const bytes = new Uint8Array(2);
    expect(await serializeBody(of("raw"), bytes)).toBe(bytes);
  });
});
