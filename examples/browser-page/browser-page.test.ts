import type { Route } from "playwright-core";
import { expect, test } from "vitest";
import { chromiumPath, withBrowser } from "../testing/chromium.js";
import { start } from "../testing/program.js";
import { type SyncServer, syncServer } from "../testing/sync-server.js";

const key = "sk-example-that-stays-on-the-server";
const serve = (server: SyncServer, apiKey = key) =>
  start(
    "browser-page/server",
    { SYNC_BASE_URL: server.url, SYNC_API_KEY: apiKey, PORT: "0" },
    { cwd: import.meta.dirname },
  );

// On a machine without a browser this is skipped, and said so; CI always has one.
test.skipIf(chromiumPath === null && !process.env["CI"])(
  "in Chromium: the page follows a video to its end, also after a reload, and never sees the key",
  async () => {
    await using server = await syncServer({ statuses: ["PENDING", "PROCESSING", "PROCESSING", "COMPLETED"] });
    await using program = serve(server);
    const origin = await program.says(/http:\/\/localhost:\d+/);
    await withBrowser(chromiumPath ?? "/usr/bin/chromium", async (browser) => {
      const page = await browser.newPage();
      const sent: string[] = [];
      const received: Promise<string>[] = [];
      page.on("request", (request) => {
        sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ""}`);
      });
      page.on("response", (response) => void received.push(response.text().catch(() => "")));

      await page.goto(origin);
      await page.getByLabel("Video").fill("https://cdn.example.com/host.mp4");
      await page.getByLabel("Sound").fill("https://cdn.example.com/host-es.wav");
      // The connection breaks when the backend has made the video; the user tries again.
      const breakOff = async (route: Route): Promise<void> => {
        await route.fetch();
        await route.abort();
      };
      await page.route("**/api/videos", breakOff, { times: 1 });
      await page.getByRole("button").click();
      await page.getByText("Failed to fetch").waitFor();
      await page.getByRole("button").dblclick();
      await page.getByText("PROCESSING").waitFor();
      await page.reload();
      const link = page.getByRole("link", { name: "Watch it" });
      await link.waitFor();
      expect(await link.getAttribute("href")).toBe(`${server.url}/videos/${server.accepted[0]}.mp4`);
      expect(server.attempts.length).toBeGreaterThan(1);
      expect(server.accepted).toHaveLength(1);

      expect(sent.filter((request) => !request.startsWith(`${origin}/`))).toEqual([]);
      const texts = await Promise.all(received);
      expect(texts.some((text) => text.includes("COMPLETED"))).toBe(true);
      expect([...sent, ...texts].filter((text) => text.includes(key))).toEqual([]);
    });
  },
);

test("the backend takes what a user may choose, and pays once for a key", async () => {
  await using server = await syncServer();
  await using program = serve(server);
  const origin = await program.says(/http:\/\/localhost:\d+/);
  const post = (body: unknown) =>
    fetch(`${origin}/api/videos`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const video = {
    videoUrl: "https://cdn.example.com/a.mp4",
    audioUrl: "https://cdn.example.com/a.wav",
    key: "k1",
  };

  const first = await post(video);
  expect(first.status).toBe(201);
  expect(await (await post(video)).json()).toEqual(await first.json());
  expect(server.accepted).toHaveLength(1);
  expect((await post({ ...video, videoUrl: "file:///etc/passwd" })).status).toBe(400);
  expect((await post("nothing")).status).toBe(400);
});

test("the backend says little of what is wrong with it", async () => {
  await using server = await syncServer();
  await using program = serve(server, "");
  const origin = await program.says(/http:\/\/localhost:\d+/);
  const response = await fetch(`${origin}/api/videos/6533643b-aceb-4c40-967e-d9ba9baac39e`);
  expect(response.status).toBe(502);
  expect(await response.json()).toEqual({ message: "That did not work. Try again later." });
  await program.says(/MissingApiKeyError/);
});
