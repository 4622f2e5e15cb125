import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { readMultipart } from "./read-multipart.js";
import { mp4, type TestSandbox, testSandbox, wav } from "./testing/sync-requests.js";

const limit = 20_971_520;
const parts = (): Record<string, string | File> => ({ model: "lipsync-2", video: mp4(), audio: wav() });

describe("an upload", () => {
  test("of two files creates a job", async () => {
    await using given = await testSandbox();
    const { status, body } = await given.upload({ ...parts(), options: '{"sync_mode":"loop"}' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: "PENDING", model: "lipsync-2", options: { sync_mode: "loop" } });
    expect((await given.send(`/v2/generate/${body.id}`)).status).toBe(200);
  });

  test.each([
    { bytes: limit - 1, status: 201 },
    { bytes: limit, status: 201 },
    { bytes: limit + 1, status: 413 },
  ])("with a video of $bytes bytes → $status", async ({ bytes, status }) => {
    await using given = await testSandbox();
    const answer = await given.upload({ ...parts(), video: mp4(bytes) });
    expect(answer.status).toBe(status);
    if (status === 413) expect(answer.body).toMatchObject({ statusCode: 413, field: "video" });
  });

  test("of 20 MB keeps no more than its beginning in memory", async () => {
    const request = new PassThrough() as unknown as IncomingMessage;
    request.headers = { "content-type": "multipart/form-data; boundary=b" };
    const form = readMultipart(request, []);
    const stream = request as unknown as PassThrough;
    stream.write('--b\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n');
    const chunk = Buffer.alloc(64 * 1024, "x");
    for (let i = 0; i < 320; i++) if (!stream.write(chunk)) await once(stream, "drain");
    stream.end("\r\n--b--\r\n");
    expect((await form).files).toEqual([
      { part: "video", fileName: "a.mp4", contentType: null, length: limit, bytes: Buffer.alloc(4096, "x") },
    ]);
  });

  test.each([
    {
      what: "a text named .mp4",
      given: { video: new File(["I am a text"], "a.mp4") },
      want: { status: 422, body: { errorCode: "generation_input_video_invalid", field: "video" } },
    },
    {
      what: "a WAV as video",
      given: { video: wav() },
      want: { status: 422, body: { errorCode: "generation_input_video_invalid" } },
    },
    {
      what: "an MP4 as audio",
      given: { audio: mp4() },
      want: { status: 422, body: { errorCode: "generation_input_audio_invalid" } },
    },
    { what: "an MP3 as audio", given: { audio: new File(["ID3\u0004"], "a.mp3") }, want: { status: 201 } },
    { what: "an empty file", given: { video: new File([], "a.mp4") }, want: { status: 422 } },
    { what: "no model", given: { model: "" }, want: { status: 400 } },
    {
      what: "options that are no JSON",
      given: { options: "{" },
      want: { status: 400, body: { message: "/options is not JSON (json)" } },
    },
    {
      what: "a wrong option",
      given: { options: '{"sync_mode":"x"}' },
      want: { status: 400, body: { message: expect.stringContaining("/options/sync_mode") } },
    },
    {
      what: "a part that the contract does not name",
      given: { more: "1" },
      want: { status: 400, body: { message: expect.stringContaining("/more") } },
    },
    {
      what: "a file where text belongs",
      given: { options: new File(["{}"], "o.json") },
      want: { status: 400 },
    },
    { what: "text where a file belongs", given: { video: "text" }, want: { status: 422 } },
  ])("with $what", async ({ given: changes, want }) => {
    await using given = await testSandbox();
    expect(await given.upload({ ...parts(), ...(changes as Record<string, string | File>) })).toMatchObject(
      want,
    );
  });

  test("without the voice needs input, and takes it", async () => {
    await using given = await testSandbox();
    const input = '[{"type":"audio","url":"https://a.example/a.wav"}]';
    expect((await given.upload({ model: "lipsync-2", video: mp4() })).status).toBe(400);
    expect((await given.upload({ model: "lipsync-2", video: mp4(), input })).status).toBe(201);
  });

  test.each(['a"b.mp4', "a;b.mp4", "ü 日本 😀.mp4", "a\\b.mp4", "..", "a%22.mp4", "a'b.mp4"])(
    "of a file called %s",
    async (name) => {
      await using given = await testSandbox();
      expect((await given.upload({ ...parts(), video: mp4(24, name) })).status).toBe(201);
    },
  );
});

describe("a form that is none", () => {
  const part = (headers: string, content = "x"): string => `--b\r\n${headers}\r\n\r\n${content}\r\n`;
  const model = part('Content-Disposition: form-data; name="model"', "lipsync-2");
  const multipart = "multipart/form-data; boundary=b";

  test.each([
    { what: "without a boundary", type: "multipart/form-data", body: model, says: "boundary" },
    { what: "with an empty boundary", type: "multipart/form-data; boundary=", body: model, says: "boundary" },
    {
      what: "with another boundary",
      type: "multipart/form-data; boundary=c",
      body: `${model}--b--\r\n`,
      says: "malformed",
    },
    { what: "without its end", type: multipart, body: model, says: "end of multipart data" },
    {
      what: "that ends in a header",
      type: multipart,
      body: "--b\r\nContent-Dispo",
      says: "end of multipart data",
    },
    {
      what: "with a part that ends before its headers do",
      type: multipart,
      body: '--b\r\nContent-Disposition: form-data; name="video"\r\n--b--\r\n',
      says: "headers",
    },
    {
      what: "with a part without a name",
      type: multipart,
      body: `${part("Content-Disposition: form-data")}--b--\r\n`,
      says: "without a name",
    },
    {
      what: "with an empty name",
      type: multipart,
      body: `${part('Content-Disposition: form-data; name=""')}--b--\r\n`,
      says: "without a name",
    },
    {
      what: "with a part without a disposition",
      type: multipart,
      body: `${part("Content-Type: text/plain")}--b--\r\n`,
      says: "Content-Disposition",
    },
    {
      what: "with an attachment",
      type: multipart,
      body: `${part('Content-Disposition: attachment; name="model"')}--b--\r\n`,
      says: "form-data",
    },
    { what: "with no part at all", type: multipart, body: "--b--\r\n", says: "part" },
    { what: "that is empty", type: multipart, body: "", says: "required" },
    { what: "with two models", type: multipart, body: `${model}${model}--b--\r\n`, says: "more than once" },
  ])("$what → 400, and the server lives", async ({ type, body, says }) => {
    await using given = await testSandbox();
    const answer = await given.send("/v2/generate/upload", {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    expect(answer).toMatchObject({ status: 400, body: { statusCode: 400 } });
    expect(JSON.stringify(answer.body.message)).toContain(says);
    expect((await given.upload(parts())).status).toBe(201);
  });

  test("whose sender goes away in the middle harms nobody", async () => {
    await using given = await testSandbox();
    await abandoned(
      given,
      `--b\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n${"x".repeat(5000)}`,
    );
    expect((await given.upload(parts())).status).toBe(201);
  });
});

/** Sends the beginning of a form and ends the connection. */
async function abandoned({ sandbox }: TestSandbox, text: string): Promise<void> {
  const { hostname, port } = new URL(sandbox.url);
  await new Promise<void>((done) => {
    const socket = connect(Number(port), hostname, () => {
      const head = `POST /v2/generate/upload HTTP/1.1\r\nHost: a\r\nx-api-key: sk-scale\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000\r\n\r\n`;
      socket.write(head + text, () => socket.destroy());
    });
    socket.on("close", () => done());
  });
}
