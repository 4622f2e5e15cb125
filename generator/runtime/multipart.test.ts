import { describe, expect, it } from "vitest";
import { encodeForm, type FormPart } from "./multipart.js";

/** Read back by the platform, which knows nothing of how we write it. */
async function read(parts: readonly FormPart[]): Promise<[name: string, value: unknown][]> {
  const form = await new Response(encodeForm(parts)).formData();
  return Promise.all(
    [...form].map(async ([name, value]): Promise<[string, unknown]> => {
      if (typeof value === "string") return [name, value];
      return [name, [value.name, value.type, Buffer.from(await value.arrayBuffer()).toString("latin1")]];
    }),
  );
}

describe("a form", () => {
  it("holds texts and files to the byte, in their order", async () => {
    const odd = "\0\xff\r\n--form-1\r\n\n\r";
    const file = new Blob([Buffer.from(odd, "latin1")], { type: "video/mp4" });
    expect(
      await read([
        ["b", "ü\n😀"],
        ["a", file, "clip.mp4"],
        ["b", ""],
        ["c", new Blob([]), "empty"],
      ]),
    ).toEqual([
      ["b", "ü\n😀"],
      ["a", ["clip.mp4", "video/mp4", odd]],
      ["b", ""],
      ["c", ["empty", "application/octet-stream", ""]],
    ]);
  });

  it("keeps a name in its place", async () => {
    const text = await encodeForm([['a"; x="b\r\nX: 1', new Blob(["1"]), 'f"\r\n\r\n.mp4']]).text();
    expect(text.split("\r\n").slice(1, 5)).toEqual([
      'Content-Disposition: form-data; name="a%22; x=%22b%0D%0AX: 1"; filename="f%22%0D%0A%0D%0A.mp4"',
      "Content-Type: application/octet-stream",
      "",
      "1",
    ]);
  });

  it("has a boundary of its own each time, and may hold nothing", async () => {
    const [one, two] = [encodeForm([]), encodeForm([])];
    expect(one.type).toMatch(/^multipart\/form-data; boundary=[\w-]{20,70}$/);
    expect(one.type).not.toBe(two.type);
    expect(one.size).toBe((await one.text()).length);
  });
});

it("has a boundary that nobody guesses, and an empty name for a file without one", async () => {
  const body = encodeForm([["a", new Blob(["x"])]]);
  expect(body.type).toMatch(/^multipart\/form-data; boundary=form(-\d+){4}$/);
  expect(await body.text()).toContain('name="a"; filename=""\r\n');
});
