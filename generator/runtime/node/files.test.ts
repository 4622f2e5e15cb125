import { promises } from "node:fs";
import { appendFile, chmod, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { transport, upload } from "../../testing/example-api.js";
import { json, localServer } from "../../testing/local-server.js";
import { InvalidArgumentError } from "../errors.js";
import { openFile } from "./files.js";

let folder: string;
const mp4 = "\0\0\0\x0aftypis";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "specwright-files-"));
  await writeFile(join(folder, "clip one.mp4"), mp4);
  await writeFile(join(folder, "voice.mp3"), "RIFF\0\0\0\0WAVEfmt ");
  await writeFile(join(folder, "empty.mp4"), "");
  await symlink(join(folder, "clip one.mp4"), join(folder, "link.mp4"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a file on disk", () => {
  it("is opened by a path or a URL, and knows its name, type and size", async () => {
    const path = join(folder, "clip one.mp4");
    for (const at of [path, pathToFileURL(path)]) {
      const file = await openFile(at);
      expect([file.name, file.type, file.size]).toEqual(["clip one.mp4", "video/mp4", mp4.length]);
      expect(await file.text()).toBe(mp4);
    }
    expect((await openFile(join(folder, "link.mp4"))).name).toBe("link.mp4");
  });

  it("has its type from its bytes, not from its name, and both from the caller if given", async () => {
    expect((await openFile(join(folder, "voice.mp3"))).type).toBe("audio/wav");
    const file = await openFile(join(folder, "voice.mp3"), { type: "audio/x-own", name: "a" });
    expect([file.name, file.type]).toEqual(["a", "audio/x-own"]);
  });

  it.each([
    ["that is not there", "nothing.mp4", /is not there/],
    ["below a file", "voice.mp3/a", /is not there/],
    ["that is a folder", ".", /is a folder/],
    ["that is empty", "empty.mp4", /is empty/],
    ["with a name that none can have", "a\0b", /can't be opened/],
  ])("%s is refused", async (_, name, want) => {
    const error = await openFile(join(folder, name)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as Error).message).toMatch(want);
    expect(error).toMatchObject({ argument: "path" });
  });

  it("that is none, such as a socket or a URL of the web, is refused", async () => {
    const socket = join(folder, "socket");
    const server = createServer().listen(socket);
    await new Promise((done) => server.once("listening", done));
    await expect(openFile(socket)).rejects.toThrow(/is no ordinary file/);
    await new Promise((done) => server.close(done));
    await expect(openFile(new URL("https://example.com/a.mp4"))).rejects.toThrow(/is no file/);
  });

  it("is when it was changed", async () => {
    const path = join(folder, "clip one.mp4");
    expect(Math.trunc((await openFile(path)).lastModified)).toBe(Math.trunc((await stat(path)).mtimeMs));
  });

  it("is named in the error, with the reason", async () => {
    const at = join(folder, "nothing.mp4");
    await expect(openFile(at)).rejects.toThrow(`${at} is not there.`);
    await expect(openFile(join(folder, "a".repeat(300)))).rejects.toThrow("can't be opened (ENAMETOOLONG).");
    await expect(openFile(new URL("https://example.com/a.mp4"))).rejects.toMatchObject({
      argument: "path",
      message: expect.stringMatching(/^https:\/\/example\.com\/a\.mp4 is no file: .*\.$/),
    });
  });

  it.each([
    ["EACCES", /may not be read\.$/],
    ["EPERM", /may not be read\.$/],
    ["EBUSY", /can't be opened \(EBUSY\)\.$/],
  ])("that the system refuses (%s) is refused", async (code, want) => {
    const path = join(folder, "clip one.mp4");
    const access = vi.spyOn(promises, "access").mockRejectedValue(Object.assign(new Error("no"), { code }));
    await expect(openFile(path)).rejects.toThrow(want);
    access.mockRejectedValue(new Error("the disk is gone"));
    await expect(openFile(path)).rejects.toThrow("can't be opened (the disk is gone).");
    access.mockRestore();
  });

  it("needs a Node that has what it takes", async () => {
    vi.stubGlobal("process", {});
    await expect(openFile("a")).rejects.toThrow(
      new TypeError("Files on disk can be opened on Node 20.19 or newer, and what is like it."),
    );
    vi.stubGlobal("process", undefined);
    await expect(openFile("a")).rejects.toThrow(TypeError);
    vi.unstubAllGlobals();
  });

  it.skipIf(process.getuid?.() === 0)("that may not be read is refused", async () => {
    const path = join(folder, "secret.mp4");
    await writeFile(path, mp4);
    await chmod(path, 0);
    await expect(openFile(path)).rejects.toThrow(/may not be read/);
  });

  it("travels byte for byte with its name and type", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const clip = await openFile(join(folder, "clip one.mp4"));
    await transport(server.url).send(upload, {}, { clip }, {});
    expect(String(server.seen[0]?.body)).toContain(
      `name="clip"; filename="clip one.mp4"\r\nContent-Type: video/mp4\r\n\r\n${mp4}\r\n`,
    );
  });

  it("that was changed since it was opened is refused before anything is sent", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const path = join(folder, "changing.mp4");
    await writeFile(path, mp4.slice(0, 8));
    const clip = await openFile(path);
    await appendFile(path, "!");
    const error = await transport(server.url)
      .send(upload, {}, { clip }, {})
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as Error).message).toMatch(/clip can't be read; it may have been changed or removed since/);
    expect(server.seen).toEqual([]);
  });
});
