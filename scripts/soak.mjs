// Sends the sandbox 200,000 requests and watches what it keeps: npm run soak [requests]
// It ends with 1 if memory still grows in the second half, or anything it keeps passes its bound.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request as send } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { unlimitedSpec } from "./bench/unlimited-spec.mjs";

const total = Number(process.argv[2] ?? 200_000);
const connections = 16;
const samples = 20;
/** A heap so small that garbage is collected in time: what is left is what is kept, and who keeps too much does not survive. */
const maxHeapMiB = 96;
const maxGrowthMiB = 20;
const bounds = {
  requests: 2000,
  jobs: 11_000,
  tasks: 5000,
  idempotencyKeys: 10_100,
  findings: 1000,
  deliveries: 1000,
};

const bin = resolve(import.meta.dirname, "..", "generator", "bin.mjs");
const scratch = mkdtempSync(join(tmpdir(), "specwright-soak-"));
const spec = unlimitedSpec(resolve(import.meta.dirname, "..", "spec", "openapi.yaml"), scratch);
const args = ["sandbox", "--judge", "ajv", "--json", "--quiet", "--speed", "1000", "--spec", spec];
const child = spawn(process.execPath, [`--max-old-space-size=${maxHeapMiB}`, bin, ...args], {
  stdio: ["ignore", "pipe", "inherit"],
});
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const key = { "x-api-key": "sk-enterprise" };
const input = [
  { type: "video", url: "https://cdn.example.com/v.mp4" },
  { type: "audio", url: "https://cdn.example.com/a.wav" },
];
const form = formOf(64 * 1024);
const statuses = new Map();
let lastId = "";
try {
  const [line] = await once(createInterface(child.stdout), "line");
  const { url } = JSON.parse(line);
  const rows = [];
  let sent = 0;
  for (let sample = 1; sample <= samples; sample++) {
    const until = Math.round((total * sample) / samples);
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (sent < until) await one(url, sent++);
      }),
    );
    const held = JSON.parse((await exchange(`${url}/__sandbox/held`, { method: "GET" })).text);
    rows.push({ sent, residentMiB: residentMiB(child.pid), ...held });
    console.log(JSON.stringify(rows.at(-1)));
  }
  process.exitCode = judged(rows) ? 0 : 1;
} finally {
  agent.destroy();
  child.kill();
  rmSync(scratch, { recursive: true, force: true });
}

/** Of ten requests: five creates, one with a key, one wrong, two gets, one upload of 64 KiB. */
async function one(url, index) {
  const json = { ...key, "content-type": "application/json" };
  const create = (body, headers = {}) =>
    exchange(
      `${url}/v2/generate`,
      { method: "POST", headers: { ...json, ...headers } },
      JSON.stringify(body),
    );
  const good = { model: "lipsync-2", input };
  switch (index % 10) {
    case 0:
      return create(good, { "idempotency-key": `soak-${index}` });
    case 1:
      return create({ ...good, model: `wrong-${index}` });
    case 2:
    case 3:
      return exchange(`${url}/v2/generate/${lastId || "none"}`, { method: "GET", headers: key });
    case 4:
      return exchange(
        `${url}/v2/generate/upload`,
        { method: "POST", headers: { ...key, ...form.headers } },
        form.body,
      );
    case 5:
      return create({ ...good, webhookUrl: "https://elsewhere.example.com/hook" });
    case 6:
      return exchange(`${url}/v2/unknown-${index}?value=${index}`, { method: "GET", headers: key });
    default: {
      const { status, text } = await create(good);
      if (status === 201) lastId = JSON.parse(text).id;
    }
  }
}

function formOf(bytes) {
  const video = Buffer.alloc(bytes);
  video.write("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1"); // how an MP4 begins
  const part = (head, content) => [
    Buffer.from(`--soak\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    content,
    Buffer.from("\r\n"),
  ];
  const body = Buffer.concat([
    ...part('name="model"', Buffer.from("lipsync-2")),
    ...part('name="video"; filename="video.mp4"\r\nContent-Type: video/mp4', video),
    ...part('name="input"', Buffer.from(JSON.stringify(input.slice(1)))),
    Buffer.from("--soak--\r\n"),
  ]);
  return { body, headers: { "content-type": "multipart/form-data; boundary=soak" } };
}

function exchange(url, options, body) {
  return new Promise((done, fail) => {
    const request = send(url, { ...options, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1);
        done({ status: response.statusCode, text });
      });
      response.on("error", fail);
    });
    request.on("error", fail);
    request.end(body);
  });
}

function judged(rows) {
  const half = rows.slice(rows.length / 2);
  const least = Math.min(...rows.slice(rows.length / 4, rows.length / 2).map(({ residentMiB: one }) => one));
  const later = Math.min(...half.slice(half.length / 2).map(({ residentMiB: one }) => one));
  const over = Object.entries(bounds).filter(([name, most]) => rows.some((row) => row[name] > most));
  console.log(`Answers: ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}.`);
  console.log(`Least memory in the second quarter ${least} MiB, in the last quarter ${later} MiB.`);
  for (const [name, most] of over) console.error(`There were more than ${most} ${name}.`);
  if (later - least > maxGrowthMiB) console.error(`Memory grew by ${later - least} MiB.`);
  const broken = [...statuses.keys()].filter((status) => status >= 500);
  if (broken.length > 0) console.error(`There were answers ${broken.join(", ")}.`);
  return over.length === 0 && later - least <= maxGrowthMiB && broken.length === 0;
}

function residentMiB(pid) {
  return Math.round(
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024,
  );
}
