import { type ChildProcess, spawn } from "node:child_process";
import { openAsBlob } from "node:fs";
import { appendFile, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { json, localServer } from "../testing/local-server.js";
import { underStryker } from "../testing/under-stryker.js";
import { ConnectionError, InvalidArgumentError, RedirectError } from "./errors.js";
import { type CallContext, type Fetch, platformFetch } from "./fetch.js";
import { redacting } from "./redact.js";
import { withRedirects } from "./redirects.js";
import { type UploadProgress, withUpload } from "./upload.js";

function upload(
  url: string,
  body: BodyInit | null,
  onUploadProgress?: CallContext["onUploadProgress"],
  below: Fetch = platformFetch(undefined),
  above = (fetch: Fetch): Fetch => fetch,
): Promise<Response> {
  const place = { method: "POST", path: new URL(url).pathname };
  const headers = new Headers({ "x-own": "1", "content-type": "text/plain" });
  const call = { place, redact: redacting([]), onUploadProgress } as unknown as CallContext;
  return above(withUpload(below))({ url, method: "POST", headers, body, settings: {}, call });
}

describe("progress", () => {
  const body = new Blob(["a".repeat(200_000), "b".repeat(100_000)], { type: "text/plain" });

  it("is told as the body goes, up to its size; what is sent stays what it was", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const told: UploadProgress[] = [];
    await upload(server.url, body, (progress) => told.push(progress));
    expect(told).toHaveLength(5); // steps of 64 KiB
    expect(told.every(({ totalBytes }) => totalBytes === 300_000)).toBe(true);
    const sent = told.map(({ sentBytes }) => sentBytes);
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    expect(sent.at(-1)).toBe(300_000);
    const { headers, body: bytes } = server.seen[0] ?? expect.fail("Nothing came.");
    expect(headers).toMatchObject({ "content-length": "300000", "content-type": "text/plain", "x-own": "1" });
    expect(bytes.equals(Buffer.from(await body.arrayBuffer()))).toBe(true);
  });

  it("begins again with each attempt, which has a fresh body", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const told: number[] = [];
    for (const _ of [1, 2]) await upload(server.url, body, ({ sentBytes }) => told.push(sentBytes));
    expect(told.filter((sentBytes) => sentBytes === 300_000)).toHaveLength(2);
    expect(server.seen.map((request) => request.body.length)).toEqual([300_000, 300_000]);
  });

  it("is told once where the platform does not say, and never more than was sent", async () => {
    const told: UploadProgress[] = [];
    const silent: Fetch = async () => new Response("{}");
    await upload("http://localhost", body, (progress) => told.push(progress), silent);
    expect(told.at(-1)?.sentBytes).toBe(300_000);
    expect(told.filter(({ sentBytes }) => sentBytes === 300_000)).toHaveLength(1);
  });

  it("ends the call by what it throws", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const call = upload(server.url, body, () => {
      throw new Error("enough");
    });
    await expect(call).rejects.toMatchObject({ cause: { message: "enough" } });
    expect(server.seen).toEqual([]);
  });

  it("is not asked of a body that is no Blob", async () => {
    await using server = await localServer((_, response) => json(response, 200, {}));
    const told: UploadProgress[] = [];
    await upload(server.url, "text", (progress) => told.push(progress));
    expect([told, server.seen.map((request) => String(request.body))]).toEqual([[], ["text"]]);
  });
});

describe("a redirect of an upload", () => {
  it.each([301, 307])("%i is not followed", async (status) => {
    await using thief = await localServer((_, response) => json(response, 200, {}));
    await using server = await localServer((_, response) =>
      response.writeHead(status, { location: thief.url }).end(),
    );
    const call = upload(`${server.url}/a`, new Blob(["1"]), undefined, undefined, withRedirects);
    await expect(call).rejects.toBeInstanceOf(RedirectError);
    expect([thief.seen.length, server.seen.length]).toEqual([0, 1]);
  });
});

it("a failed connection is none of its business", async () => {
  await expect(upload("http://127.0.0.1:1", new Blob(["1"]))).rejects.toSatisfy(
    (error) => error instanceof TypeError && !(error instanceof ConnectionError),
  );
});

describe("a file on disk", () => {
  let folder: string;
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "specwright-upload-"));
    // In a process of its own, so that its memory is not ours.
    const program = `
      const { createServer } = require("node:http");
      const server = createServer(async (request, response) => {
        let bytes = 0;
        for await (const chunk of request) bytes += chunk.length;
        response.end(String(bytes));
      });
      server.listen(0, "127.0.0.1", () => process.send(server.address().port));
      process.on("disconnect", () => process.exit());`;
    server = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    url = await new Promise((done) => server.once("message", (port) => done(`http://127.0.0.1:${port}`)));
  });
  afterAll(async () => {
    server.kill();
    await rm(folder, { recursive: true, force: true });
  });

  async function fileOf(bytes: number): Promise<Blob> {
    const path = join(folder, `${bytes}.bin`);
    const file = await open(path, "w");
    await file.truncate(bytes); // as long as it says, but with nothing on the disk
    await file.close();
    return openAsBlob(path);
  }

  /** How many bytes more the process held at most than before. */
  async function peakOf(run: () => Promise<void>): Promise<number> {
    const held = (): number => process.memoryUsage().arrayBuffers;
    const before = held();
    let peak = before;
    const timer = setInterval(() => {
      peak = Math.max(peak, held());
    }, 2);
    await run();
    clearInterval(timer);
    return peak - before;
  }

  const megabyte = 1024 * 1024;
  it.skipIf(underStryker).each(["alone", "watched"])(
    "of any size goes through constant memory (%s)",
    async (how) => {
      const file = await fileOf(200 * megabyte);
      const body = new Blob(["head", file, "tail"]);
      let last = 0;
      const watch = ({ sentBytes }: UploadProgress): void => {
        last = sentBytes;
      };
      const peak = await peakOf(async () => {
        const answer = await upload(url, body, how === "watched" ? watch : undefined);
        expect(Number(await answer.text())).toBe(200 * megabyte + 8);
      });
      expect(peak).toBeLessThan(100 * megabyte);
      if (how === "watched") expect(last).toBe(body.size);
    },
    60_000,
  );

  it("that is changed while it is being sent ends the call, with a word why", async () => {
    const path = join(folder, "changing.bin");
    await writeFile(path, "a".repeat(1_000));
    const body = new Blob(["head", await openAsBlob(path)]);
    await appendFile(path, "more");
    const error = await upload(url, body).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as Error).message).toMatch(/changed or removed while it was being sent/);
  });
});
