// How many cases a second `specwright verify` gets through against the sandbox, by the number of workers, and the CPU time of both.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fail, median, root, table } from "./measure.mjs";
import { contestants, start } from "./sandbox-servers.mjs";
import { unlimitedSpec } from "./unlimited-spec.mjs";

const counts = [2_000, 10_000];
const workers = [1, 2, 4, 8, 16];
const sandbox = contestants.find(({ name }) => name === "sandbox, judge ajv");

export async function measure({ spec, rounds, scratch }) {
  const unlimited = unlimitedSpec(spec, scratch);
  const works = [
    ...counts.map((cases) => ({ cases, workers: 8 })),
    ...workers.filter((count) => count !== 8).map((count) => ({ cases: 2_000, workers: count })),
  ];
  const outcomes = works.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of works.entries()) {
      const server = await start(sandbox, unlimited); // a new one each time: a list of many jobs takes longer
      try {
        outcomes[index].push(await verifyOnce(unlimited, server, work));
      } finally {
        await server.stop();
      }
    }
    process.stderr.write(round + 1 < rounds ? `\rverify, round ${round + 1} of ${rounds} ` : "\r\u001b[K");
  }
  table(
    `specwright verify against the sandbox with --judge ajv, ${rounds} rounds`,
    ["Cases", "Workers", "Cases/s", "CPU of verify, ms/case", "CPU of the sandbox, ms/case"],
    works.map(({ cases, workers: count }, index) => {
      const middle = (what) => median(outcomes[index].map((outcome) => outcome[what]));
      return [
        cases,
        count,
        Math.round(middle("rate")),
        middle("own").toFixed(2),
        middle("others").toFixed(2),
      ];
    }),
  );
}

/** Tells the CPU time that a process has had, in microseconds, when it ends. */
const tellsCpu = `data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("cpu "+(user+system))})`;

async function verifyOnce(spec, server, { cases, workers: count }) {
  const before = server.cpuMicros();
  const command = ["--import", tellsCpu, join(root, "generator", "bin.mjs"), "verify"];
  const work = ["--max-cases", String(cases), "--workers", String(count), "--seed", "1", "--max-time", "900"];
  const child = spawn(
    process.execPath,
    [...command, "--spec", spec, "--target", server.url, ...work, "--json"],
    {
      env: { ...process.env, SPECWRIGHT_API_KEY: "sk-enterprise" },
    },
  );
  const texts = await Promise.all([child.stdout, child.stderr].map(textOf));
  const report = JSON.parse(texts[0]);
  if (report.findings.length > 0) fail(`verify found what is not there: ${report.findings[0].fault}`);
  return {
    rate: report.cases / (report.durationMs / 1000),
    own: Number(/cpu (\d+)$/.exec(texts[1])?.[1]) / 1000 / report.cases,
    others: (server.cpuMicros() - before) / 1000 / report.cases,
  };
}

async function textOf(stream) {
  let text = "";
  for await (const more of stream.setEncoding("utf8")) text += more;
  return text;
}
