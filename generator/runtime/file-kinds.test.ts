import { describe, expect, it } from "vitest";
import { InvalidArgumentError } from "./errors.js";
import { checkKind, mediaTypeOf } from "./file-kinds.js";

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

/** What files begin with: some by the standards, some as programs write them. */
const files: Readonly<Record<string, readonly [head: string, mediaType: string]>> = {
  MP4: ["\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41", "video/mp4"],
  "MP4 of a phone": ["\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"],
  "MP4 whose first box is empty": ["\0\0\0\x08free\0\0\0\x20ftypisom", "video/mp4"],
  "MP4 with a long box": ["\0\0\0\x01ftypisom", "video/mp4"],
  M4V: ["\0\0\0\x20ftypM4V \0\0\0\x01", "video/mp4"],
  QuickTime: ["\0\0\0\x14ftypqt  \0\0\x02\0qt  ", "video/mp4"],
  M4A: ["\0\0\0\x20ftypM4A \0\0\x02\0", "audio/mp4"],
  HEIC: ["\0\0\0\x18ftypheic\0\0\0\0", ""],
  AVIF: ["\0\0\0\x20ftypavif\0\0\0\0", ""],
  WAV: ["RIFF\x24\xf0\x03\0WAVEfmt \x10\0\0\0", "audio/wav"],
  "WAV over 4 GB": ["RF64\xff\xff\xff\xffWAVEds64", "audio/wav"],
  "BWF over 4 GB": ["BW64\xff\xff\xff\xffWAVEds64", "audio/wav"],
  "WAV with a line break in its size": ["RIFF\n\n\0\0WAVEfmt ", "audio/wav"],
  AVI: ["RIFF\x24\xf0\x03\0AVI LIST", "video/x-msvideo"],
  WebP: ["RIFF\x24\xf0\x03\0WEBPVP8 ", ""],
  "MP3 with ID3": ["ID3\x04\0\0\0\0\x02\x01TSSE", "audio/mpeg"],
  "MP3, MPEG 1": ["\xff\xfb\x90\x64\0\x0f\xf0", "audio/mpeg"],
  "MP3, MPEG 1 with a check sum": ["\xff\xfa\x90\x64", "audio/mpeg"],
  "MP3, MPEG 2": ["\xff\xf3\x44\xc4", "audio/mpeg"],
  "MP3, MPEG 2.5": ["\xff\xe3\x18\xc4", "audio/mpeg"],
  MP2: ["\xff\xfd\xa4\x04", "audio/mpeg"],
  "MP3 of free bit rate": ["\xff\xfb\x00\x64", "audio/mpeg"],
  AAC: ["\xff\xf1\x50\x80\x02\x1f\xfc", "audio/aac"],
  "a frame of a version that there is not": ["\xff\xeb\x90\x64", ""],
  "a frame of a bit rate that there is not": ["\xff\xfb\xf0\x64", ""],
  "a frame of a sample rate that there is not": ["\xff\xfb\x9c\x64", ""],
  JPEG: ["\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"],
  "UTF-16": ["\xff\xfeA\0b\0", ""],
  Ogg: ["OggS\0\x02", "audio/ogg"],
  WebM: ["\x1aE\xdf\xa3\x9f", "video/webm"],
  "a web page": ["\n<!DOCTYPE html>", "text/html"],
  "an error in JSON": ['{"message":"gone"}', "application/json"],
  zeros: ["\0".repeat(64), ""],
  "half a signature": ["\0\0\0\x20fty", ""],
  nothing: ["", ""],
};

describe("mediaTypeOf", () => {
  it.each(Object.entries(files))("%s", (_, [head, want]) => {
    expect(mediaTypeOf(bytes(head))).toBe(want);
  });
});

describe("checkKind", () => {
  const part = (contentTypes: readonly string[]) =>
    ({ name: "clip", kind: "file", contentTypes, maxBytes: null }) as const;
  const check = (contentTypes: readonly string[], head: string): Promise<string> =>
    checkKind(part(contentTypes), new Blob([bytes(head), new Uint8Array(1_000)]));

  it.each([
    [["video/mp4"], files["MP4"], "video/mp4"],
    [["audio/x-wav", "audio/mp3"], files["WAV"], "audio/x-wav"],
    [["audio/wav", "audio/mpeg"], files["MP3, MPEG 1"], "audio/mpeg"],
    [["video/mp4", "application/octet-stream"], files["WAV"], ""],
    [["application/octet-stream"], files["zeros"], ""],
    [[], files["zeros"], ""],
  ])("of what must be %s", async (contentTypes, given, want) => {
    expect(await check(contentTypes, given?.[0] ?? "")).toBe(want);
  });

  it.each([
    [["video/mp4"], "WAV", "clip must be video/mp4, but looks like audio/wav. Nothing was sent."],
    [
      ["audio/wav", "audio/mpeg"],
      "M4A",
      "clip must be audio/wav or audio/mpeg, but looks like audio/mp4. Nothing was sent.",
    ],
    [["video/mp4"], "a web page", "clip must be video/mp4, but looks like text/html. Nothing was sent."],
    [["video/mp4"], "zeros", "clip must be video/mp4, but does not begin like it. Nothing was sent."],
  ])("refuses, where %s is wanted, %s", async (contentTypes, name, want) => {
    const error = await check(contentTypes, files[name]?.[0] ?? "").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ argument: "clip", message: want });
  });

  it("refuses an empty file, where a kind is wanted", async () => {
    await expect(checkKind(part(["video/mp4"]), new Blob([]))).rejects.toThrow(
      "clip must be video/mp4, but is empty.",
    );
    expect(await checkKind(part([]), new Blob([]))).toBe("");
  });

  it("refuses what can't be read", async () => {
    const gone = { size: 1, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) };
    await expect(checkKind(part([]), gone as unknown as Blob)).rejects.toMatchObject({
      argument: "clip",
      message:
        "clip can't be read; it may have been changed or removed since it was opened. Nothing was sent.",
    });
  });

  it("reads no more than the beginning", async () => {
    const slices: unknown[] = [];
    const file = new Blob([bytes(files["MP4"]?.[0] ?? "")]);
    const watched = {
      size: file.size,
      slice: (...range: number[]) => slices.push(range) && file.slice(...range),
    };
    await checkKind(part(["video/mp4"]), watched as unknown as Blob);
    expect(slices).toEqual([[0, 64]]);
  });
});
