import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readContract } from "../sandbox/read-contract.js";
import { loadSpec, startSandbox } from "../sandbox/start-sandbox.js";
import { Validators } from "../sandbox/validators.js";
import { object, type Schema } from "../support/contract.js";
import { forwardTo, type RecordedResponse, startRecorder } from "../support/recorder.js";
import { bundleSpec } from "../support/spec-files.js";
import { answerFor, loadVerifiedContract, type VerifiedContract } from "../verify/verified-contract.js";
import { type ContractMutant, contractMutants, type Liberty } from "./contract-mutants.js";
import type { MutantFamily, Verdict } from "./mutant-family.js";
import type { Between, Part, ServerJudge } from "./server-judge.js";

/** Valid answers in which faults are looked for, besides the examples. */
const samples = 12;

/** Faults of the contract as it is served: the sandbox keeps the changed one, and is judged by the true one. */
export class ContractFamily implements MutantFamily<ContractMutant> {
  readonly mutants: readonly ContractMutant[];
  readonly unreached: readonly ContractMutant[] = [];
  readonly #judge: ServerJudge;
  readonly #faulty = new Map<string, readonly unknown[]>();

  private constructor(mutants: readonly ContractMutant[], judge: ServerJudge) {
    this.mutants = mutants;
    this.#judge = judge;
  }

  static async of(specPath: string, judge: ServerJudge): Promise<ContractFamily> {
    const fault = await judge.faultOf({ startSandbox }, () => loadSpec(specPath));
    if (fault !== null) throw new Error(`The contract as it is served is said to have a fault: ${fault}`);
    return new ContractFamily(contractMutants(object(await bundleSpec(specPath))), judge);
  }

  async judge({ kind, at, document, liberty }: ContractMutant): Promise<Verdict> {
    const folder = await mkdtemp(join(tmpdir(), "mutant-"));
    try {
      const path = join(folder, "openapi.json");
      await writeFile(path, JSON.stringify(document()));
      const between = liberty && (await this.#taking(liberty, path));
      if (liberty && !between) return { outcome: "same", by: null };
      const fault = await this.#judge.faultOf(
        { startSandbox },
        async () => {
          const contract = await readContract(path);
          return { contract, validators: new Validators(contract.document, false) };
        },
        {
          between,
          // Many answers come only when they are asked for, which the cases of statuses do.
          first: ({ title }) => /answer|status|header/.test(kind) && String(title[1]).startsWith("status "),
          begin: partFor(kind === "extension lost" ? String(at.split("/").at(-1)) : kind),
        },
      );
      return { outcome: fault === null ? "survived" : "caught", by: fault };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** A server that takes the liberty; `null` where it is none, since no answer would be wrong. */
  async #taking({ answers, of }: Liberty, path: string): Promise<Between | null> {
    if (of !== "body")
      return inAnswers(answers.slice(0, 1), ({ headers, ...answer }) => {
        const changed = new Headers(headers);
        if (of.text === null) changed.delete(of.header);
        else changed.set(of.header, of.text);
        return { ...answer, headers: changed };
      });
    const mutated = await loadVerifiedContract(path);
    for (const answer of answers) {
      const schema = schemaOf(mutated, answer);
      const witness =
        schema === undefined
          ? undefined
          : [...this.#faultyAnswers(answer), ...this.#answersOf(mutated, schema, answer)].find((value) =>
              isValid(mutated, schema, value),
            );
      if (witness === undefined) continue;
      const body = Buffer.from(JSON.stringify(witness));
      return inAnswers([answer], ({ headers, ...rest }) => {
        const changed = new Headers(headers);
        changed.set("content-length", String(body.length));
        return { ...rest, headers: changed, body };
      });
    }
    return null;
  }

  /** Answers of the changed contract's own that the true one forbids. */
  #answersOf(mutated: VerifiedContract, schema: Schema, answer: Liberty["answers"][number]): unknown[] {
    const { contract } = this.#judge;
    const truth = schemaOf(contract, answer) ?? true;
    try {
      return fc
        .sample(mutated.arbitraries.of(schema, "json"), { numRuns: 10 * samples, seed: 1 })
        .filter((value) => !isValid(contract, truth, value));
    } catch {
      return []; // the changed schema has no values
    }
  }

  /** Answers that the true contract forbids, each for one reason. */
  #faultyAnswers(answer: Liberty["answers"][number]): readonly unknown[] {
    const key = JSON.stringify(answer);
    const known = this.#faulty.get(key);
    if (known) return known;
    const { contract } = this.#judge;
    const schema = schemaOf(contract, answer) ?? true;
    const operation = operationOf(contract, answer);
    const examples =
      operation?.responses
        .find(({ status }) => status === answer.status)
        ?.examples.map(({ value }) => value) ?? [];
    const valid = [
      ...examples,
      ...fc.sample(contract.arbitraries.of(schema, "json"), { numRuns: samples, seed: 1 }),
    ];
    const found = [...contract.faulty.coverage(schema, valid)].map(({ value }) => value);
    this.#faulty.set(key, found);
    return found;
  }
}

/** What is likeliest to notice a change of an extension. */
function partFor(kind: string): Part {
  if (/^x-(plans|rate)/.test(kind)) return "limits";
  return /^x-(job|batch|webhook|estimate|max|idempotency)/.test(kind) ? "scenarios" : "cases";
}

function operationOf({ operations }: VerifiedContract, { path, method }: Liberty["answers"][number]) {
  return operations.find((one) => one.path === path && one.method === method.toUpperCase());
}

function schemaOf(contract: VerifiedContract, answer: Liberty["answers"][number]) {
  const operation = operationOf(contract, answer);
  return operation && answerFor(operation, Number(answer.status))?.content[0]?.schema;
}

function isValid(
  { judge }: VerifiedContract,
  schema: Parameters<typeof judge.isValid>[0],
  value: unknown,
): boolean {
  try {
    return judge.isValid(schema, value);
  } catch {
    return false; // the changed schema is none
  }
}

/** Changes answers of some operations and statuses on their way back. */
function inAnswers(
  answers: Liberty["answers"],
  change: (answer: RecordedResponse) => RecordedResponse,
): Between {
  const meant = answers.map(({ path, method, status }) => ({
    method: method.toUpperCase(),
    status: Number(status),
    pattern: new RegExp(
      `^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^{}]+\}/g, "[^/]+")}(\\?|$)`,
    ),
  }));
  return async (url) => {
    const forward = forwardTo(url);
    return startRecorder(async (request) => {
      const answer = await forward(request);
      const isMeant = meant.some(
        ({ method, status, pattern }) =>
          method === request.method && status === answer.status && pattern.test(request.target),
      );
      return isMeant ? change(answer) : answer;
    });
  };
}
