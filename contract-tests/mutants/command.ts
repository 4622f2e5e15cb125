import { readFile, rename, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Family, families, type Judged, type Mutant, nameOf } from "./mutant.js";
import { type Outcome, outcomeOf, sampled, threshold } from "./outcome.js";
import { judgeAll } from "./pool.js";
import { survivors } from "./survivors.js";

const help = `Plants faults one at a time and counts those that the suite notices.

  npm run mutants                              a few of each kind
  npm run mutants -- --sample all              every one there is (more than an hour on two cores)
  npm run mutants -- --only sandbox --sample 10
  npm run mutants -- --match "limit + 1" --json mutants.json

  --only FAMILY    contract (as it is served), sandbox (its code) or client (the built package)
  --match WORDS    only those in whose name these words stand: a kind, a file, a pointer
  --again FILE     those that survived in a run whose --json FILE this is
  --sample N|all   at most N of each kind; unless given 2 of the contract, 4 of the sandbox, 6 of the client
  --seed N         which of each kind; 1 unless given
  --workers N      processes; as many as there are cores unless given
  --json FILE      every mutant with what became of it
  --help

Exit codes: 0 enough are caught (${threshold * 100} %) and every survivor is explained in contract-tests/mutants/survivors.ts;
1 not so; 2 the command line is wrong; 3 the suite could not be run; 130 stopped.`;

const usual: Readonly<Record<Family, number>> = { contract: 2, sandbox: 4, client: 6 };

/** `npm run mutants`; returns the exit code. */
export async function mutantsCommand(argv: readonly string[], workerPath: string): Promise<number> {
  let flags: ReturnType<typeof flagsOf>;
  try {
    flags = flagsOf(argv);
  } catch (error) {
    process.stderr.write(`error ${(error as Error).message}\nfix   See npm run mutants -- --help.\n`);
    return 2;
  }
  if (flags.help) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  const wanted = flags.again === null ? null : await survivedIn(flags.again).catch(() => null);
  if (flags.again !== null && wanted === null) {
    process.stderr.write(
      `error ${flags.again} is not what a run wrote.\nfix   Give the file of an earlier --json.\n`,
    );
    return 2;
  }
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  const progress = process.stderr.isTTY === true;
  const startedMs = performance.now();
  if (progress) process.stderr.write("Getting the suite ready …");
  try {
    const { judged, unreached } = await judgeAll({
      workerPath,
      specPath: "spec/openapi.yaml",
      families: flags.families,
      workers: flags.workers,
      choose: (mutants) =>
        wanted
          ? mutants.filter((mutant) => wanted.has(nameOf(mutant)))
          : sampled(
              mutants.filter((mutant) => nameOf(mutant).includes(flags.match)),
              (family) => flags.sample ?? usual[family],
              flags.seed,
            ),
      signal: stop.signal,
      onJudged: ({ mutant, outcome }, done, all) => {
        if (progress) process.stderr.write(`\r\u001b[2K${done} of ${all}: ${mutant.family}, ${mutant.kind} `);
        if (outcome === "survived") {
          const isListed = survivors.some((one) => one.mutant === nameOf(mutant));
          if (!isListed)
            process.stderr.write(`${progress ? "\r\u001b[2K" : ""}survived  ${nameOf(mutant)}\n`);
        }
      },
    });
    if (progress) process.stderr.write("\r\u001b[2K");
    const outcome = outcomeOf(judged, survivors);
    if (flags.json) await writeJson(flags.json, judged, outcome);
    const minutes = (performance.now() - startedMs) / 60_000;
    process.stdout.write(`${describe(outcome, unreached.length, minutes)}\n`);
    if (stop.signal.aborted) return 130;
    return outcome.passed ? 0 : 1;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    process.stderr.write(`error The suite could not be run: ${(error as Error).message}\n`);
    return 3;
  }
}

function flagsOf(argv: readonly string[]) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: "string", multiple: true },
      match: { type: "string" },
      again: { type: "string" },
      sample: { type: "string" },
      seed: { type: "string" },
      workers: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  const number = (name: "sample" | "seed" | "workers", least: number, otherwise: number): number => {
    const text = values[name];
    if (text === undefined) return otherwise;
    if (!/^\d+$/.test(text) || Number(text) < least)
      throw new Error(`--${name} must be a whole number, ${least} or more, not ${JSON.stringify(text)}.`);
    return Number(text);
  };
  const only = values.only ?? [...families];
  const unknown = only.filter((name) => !(families as readonly string[]).includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(", ")}; there are ${families.join(", ")}.`);
  return {
    families: only as Family[],
    match: values.match ?? "",
    again: values.again ?? null,
    sample:
      values.sample === undefined
        ? null
        : values.sample === "all"
          ? Number.POSITIVE_INFINITY
          : number("sample", 1, 1),
    seed: number("seed", 0, 1),
    workers: number("workers", 1, availableParallelism()),
    json: values.json ?? null,
    help: values.help === true,
  };
}

/** Names of those that survived an earlier run. */
async function survivedIn(path: string): Promise<ReadonlySet<string>> {
  const { mutants } = JSON.parse(await readFile(path, "utf8")) as { mutants: (Mutant & Judged)[] };
  return new Set(mutants.filter(({ outcome }) => outcome === "survived").map(nameOf));
}

async function writeJson(path: string, judged: readonly Judged[], outcome: Outcome): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  const told = judged.map(({ mutant, ...rest }) => ({
    ...mutant,
    ...rest,
    durationMs: Math.round(rest.durationMs),
  }));
  await writeFile(unfinished, `${JSON.stringify({ ...outcome, mutants: told }, null, 2)}\n`);
  await rename(unfinished, path);
}

function describe(outcome: Outcome, unreached: number, minutes: number): string {
  const { kinds, caught, survived, equivalent, score, explained, unexplained, healed } = outcome;
  const row = (family: string, kind: string, ...numbers: readonly (number | string)[]): string =>
    `${family.padEnd(9)} ${kind.padEnd(40)} ${numbers.map((one) => String(one).padStart(10)).join("")}`;
  return [
    row("family", "kind", "caught", "survived", "no fault"),
    ...kinds.map((one) => row(one.family, one.kind, one.caught, one.survived, one.equivalent)),
    row("", "in all", caught, survived, equivalent),
    "",
    `${(score * 100).toFixed(1)} % of ${caught + survived} faults are noticed (at least ${threshold * 100} %), in ${minutes.toFixed(1)} minutes.`,
    ...(unreached > 0 ? [`${unreached} more would be in code that this contract never comes by.`] : []),
    ...(explained.length > 0
      ? ["", "Known survivors:", ...explained.map(({ mutant, reason }) => `  ${mutant}\n    ${reason}`)]
      : []),
    ...(unexplained.length > 0
      ? [
          "",
          "Survivors without a reason: mend the suite, or explain them in contract-tests/mutants/survivors.ts:",
          ...unexplained.map((name) => `  ${name}`),
        ]
      : []),
    ...(healed.length > 0
      ? [
          "",
          "Caught by now, so take them out of contract-tests/mutants/survivors.ts:",
          ...healed.map(({ mutant, by }) => `  ${mutant}\n    ${by}`),
        ]
      : []),
  ].join("\n");
}
