// The sandbox against other mock servers, on the same contract: requests a second, latency, start-up, and a large upload.
// The servers stay; in every round each does the same work, one server after the other.
import { join } from "node:path";
import autocannon from "autocannon";
import { median, peer, ratio, run, table } from "./measure.mjs";
import { contestants, start } from "./sandbox-servers.mjs";
import { unlimitedSpec } from "./unlimited-spec.mjs";

const connections = 10;
const seconds = 2;
/** Prism's command takes no body of more than 10 MB; the contract allows 20 MiB a file. */
const uploadMegabytes = [9, 20];
const uploads = 5;
const key = { "x-api-key": "sk-enterprise" };
const json = { ...key, "content-type": "application/json" };
const valid = JSON.stringify({
  model: "lipsync-2",
  input: [
    { type: "video", url: "https://cdn.example.com/v.mp4" },
    { type: "audio", url: "https://cdn.example.com/a.wav" },
  ],
});
const invalid = JSON.stringify({ model: "no-such-model", input: [] });

const works = [
  {
    name: "create",
    wants: [201],
    request: () => ({ method: "POST", path: "/v2/generate", headers: json, body: valid }),
  },
  {
    name: "get",
    wants: [200],
    request: ({ id }) => ({ method: "GET", path: `/v2/generate/${id}`, headers: key }),
  },
  {
    name: "invalid create",
    wants: [400, 422],
    request: () => ({ method: "POST", path: "/v2/generate", headers: json, body: invalid }),
  },
];

export async function measure({ spec, rounds, scratch }) {
  const bundled = join(scratch, "sandbox.yaml");
  run([peer("redocly"), "bundle", unlimitedSpec(spec, scratch), "-o", bundled]);
  await measureStartUp(bundled, rounds);
  await measureLoad(bundled, rounds);
  for (const megabytes of uploadMegabytes) await measureUploads(bundled, megabytes);
}

async function measureStartUp(spec, rounds) {
  const times = new Map(contestants.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const contestant of contestants) {
      const server = await start(contestant, spec);
      await server.stop();
      if (round >= 0) times.get(contestant.name).push(server.startUpMs); // the first fills the caches
    }
    progress("start-up", round, rounds);
  }
  const base = median(times.get(contestants[0].name));
  table(
    `Start-up to the first answer, ${rounds} rounds`,
    ["Server", "Ratio", "Seconds"],
    [...times].map(([name, list]) => [name, ratio(median(list), base), (median(list) / 1000).toFixed(2)]),
  );
}

async function measureLoad(spec, rounds) {
  const servers = await startAll(spec);
  const results = new Map(servers.map(({ name }) => [name, new Map(works.map((work) => [work.name, []]))]));
  try {
    for (let round = -1; round < rounds; round++) {
      for (const work of works)
        for (const server of servers) {
          const outcome = await load(server, work);
          if (round >= 0) results.get(server.name).get(work.name).push(outcome); // the first warms the compiler
        }
      progress("load", round, rounds);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
  for (const { name: work } of works) {
    const middle = (name, what) =>
      median(
        results
          .get(name)
          .get(work)
          .map((outcome) => outcome[what]),
      );
    const base = middle(servers[0].name, "rate");
    table(
      `${work}: ${rounds} rounds of ${seconds} s on ${connections} connections`,
      ["Server", "Ratio", "Requests/s", "p50, ms", "p99, ms", "CPU, µs"],
      servers.map(({ name }) => [
        name,
        ratio(middle(name, "rate"), base),
        Math.round(middle(name, "rate")),
        middle(name, "p50").toFixed(2),
        middle(name, "p99").toFixed(2),
        Math.round(middle(name, "cpu")),
      ]),
    );
  }
}

/** One server, for a while, on some connections; every answer must be the one that is wanted. */
async function load(server, work) {
  const id = await newId(server);
  const { path, ...request } = work.request({ id });
  const times = [];
  const instance = autocannon({ url: `${server.url}${path}`, connections, duration: seconds, ...request });
  instance.on("response", (_client, status, _bytes, timeMs) => {
    if (work.wants.includes(status)) times.push(timeMs);
  });
  const beforeMicros = server.cpuMicros();
  const result = await instance;
  const cpuMicros = server.cpuMicros() - beforeMicros;
  const answered = result.requests.total;
  if (result.errors > 0 || times.length < answered || answered === 0)
    throw new Error(
      `${server.name}, ${work.name}: ${times.length} of ${answered} answers were ${work.wants.join(" or ")}; there were ${result.errors} errors. ${JSON.stringify(result.statusCodeStats)}`,
    );
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
  return { rate: answered / result.duration, p50: at(0.5), p99: at(0.99), cpu: cpuMicros / answered };
}

async function newId({ url, name }) {
  const response = await fetch(`${url}/v2/generate`, { method: "POST", headers: json, body: valid });
  const created = await response.json();
  if (typeof created.id !== "string") throw new Error(`${name} answered ${response.status}, without an id.`);
  return created.id;
}

async function measureUploads(spec, megabytes) {
  const rows = [];
  for (const contestant of contestants) {
    const server = await start(contestant, spec);
    try {
      const before = server.memoryMiB().now;
      const outcomes = [];
      for (let upload = 0; upload < uploads; upload++)
        outcomes.push(await uploadOnce(server, megabytes * 2 ** 20));
      const { peak } = server.memoryMiB();
      const refused = outcomes.find(({ status }) => status !== 201);
      rows.push([
        server.name,
        refused ? `refuses it (${refused.status})` : median(outcomes.map(({ timeMs }) => timeMs)).toFixed(0),
        Math.round(before),
        Math.round(peak),
        Math.round(peak - before),
      ]);
    } finally {
      await server.stop();
    }
  }
  table(
    `${uploads} uploads of ${megabytes} MiB, one by one`,
    ["Server", "ms an upload", "MiB before", "MiB at most", "More"],
    rows,
  );
}

async function uploadOnce({ url }, bytes) {
  const video = Buffer.alloc(bytes);
  video.write("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1"); // how an MP4 begins
  const form = new FormData();
  form.append("model", "lipsync-2");
  form.append("video", new File([video], "video.mp4", { type: "video/mp4" }));
  form.append("input", JSON.stringify([{ type: "audio", url: "https://cdn.example.com/a.wav" }]));
  const startedMs = performance.now();
  const response = await fetch(`${url}/v2/generate/upload`, { method: "POST", headers: key, body: form });
  await response.arrayBuffer();
  return { status: response.status, timeMs: performance.now() - startedMs };
}

async function startAll(spec) {
  const servers = [];
  for (const contestant of contestants) servers.push(await start(contestant, spec));
  return servers;
}

function progress(what, round, rounds) {
  process.stderr.write(round + 1 < rounds ? `\r${what}, round ${round + 1} of ${rounds} ` : "\r\u001b[K");
}
