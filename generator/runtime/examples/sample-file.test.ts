import { expect, test } from "vitest";
import { sampleFile } from "./sample-file.js";

test.each<[written: unknown, types: string[], name: string, type: string, start: string]>([
  ["<bytes of a.mp4>", ["video/mp4"], "a.mp4", "video/mp4", "\0\0\0\u0018ftyp"],
  ["<bytes of a.wav>", ["audio/wav", "audio/mpeg"], "a.wav", "audio/wav", "RIFF"],
  ["<bytes of a.wav>", ["audio/mpeg", "audio/x-wav"], "a.wav", "audio/x-wav", "RIFF"],
  ["<bytes of a.mp3>", ["audio/wav", "audio/mpeg"], "a.mp3", "audio/mpeg", "\u00ff\u00fb"],
  ["<photo.jpg>", ["image/png", "image/jpeg"], "photo.jpg", "image/jpeg", "\u00ff\u00d8\u00ff"],
  ["<bytes of a.xyz>", ["video/mp4"], "a.xyz", "video/mp4", "\0\0\0\u0018ftyp"],
  ["<bytes of a.xyz>", [], "a.xyz", "", "<bytes of a.xyz>"],
  ["{}\n", ["application/jsonl"], "part.jsonl", "application/jsonl", "{}\n"],
  ["plain", [], "part", "", "plain"],
  ["<a>b</a.c>", [], "part", "", "<a>b</a.c>"],
  [{ a: 1 }, ["application/json"], "part.json", "application/json", '{"a":1}'],
])("%j of %j → %s, %s", async (written, types, name, type, start) => {
  const file = sampleFile(written, "part", types);
  expect([file.name, file.type]).toEqual([name, type]);
  const bytes = new Uint8Array(await file.arrayBuffer());
  expect(String.fromCharCode(...bytes).slice(0, start.length)).toBe(start);
});

test("a wave's sizes are those it has", async () => {
  const view = new DataView(await sampleFile("<a.wav>", "part", []).arrayBuffer());
  expect([view.byteLength, view.getUint32(4, true), view.getUint32(40, true)]).toEqual([44, 36, 0]);
});
