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
  ["<a.png>", ["image/png"], "a.png", "image/png", "\u0089PNG\r\n\u001a\n"],
  ["<a.pdf>", [], "a.pdf", "", "%PDF-1.7\n"],
  ["<a.WAV>", ["audio/mpeg", "Audio/X-Wav ; a=b"], "a.WAV", "audio/x-wav ; a=b", "RIFF"],
  ["<a.b.mp3>", ["audio/wav", "audio/mpeg"], "a.b.mp3", "audio/mpeg", "\u00ff\u00fb"],
  ["<a.xyz>", ["video/mp4", "chemical/xyz"], "a.xyz", "chemical/xyz", "<a.xyz>"],
  ["<bytes of wav.bin>", ["audio/wav"], "wav.bin", "audio/wav", "RIFF"],
  ["see <a.wav>", [], "part", "", "see <a.wav>"],
  ["<a.wav> b", ["text/plain"], "part.plain", "text/plain", "<a.wav> b"],
  ["a", ["application/vnd.x+json"], "part", "application/vnd.x+json", "a"],
  ["a", ["application/longer"], "part", "application/longer", "a"],
  ["a", ["application/a"], "part", "application/a", "a"],
  ["a", ["text/csv;charset=utf-8"], "part.csv", "text/csv;charset=utf-8", "a"],
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
