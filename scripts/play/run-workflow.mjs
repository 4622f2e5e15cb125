import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { asText, evaluate, fill } from "./evaluate.mjs";

/**
 * Plays a workflow as a runner would: its jobs one after the other, their `run:` steps by bash, other people's actions
 * by stand-ins.
 *
 * @param {object} play
 * @param {string} play.workflow text of the workflow
 * @param {object} play.github the context of that name
 * @param {object} play.secrets
 * @param {Record<string, (step: { inputs: object, workspace: string }) => Promise<void>>} play.standIns by name of the action
 * @param {Record<string, string>} play.env the runner's own environment
 * @param {string} play.scratch
 * @returns {Promise<{ ok: boolean, log: string, summary: string, ran: string[], skipped: string[] }>}
 */
export async function runWorkflow({ workflow, github, secrets, standIns, env, scratch }) {
  const { jobs, env: shared = {} } = parse(workflow);
  const result = { ok: true, log: "", summary: "", ran: [], skipped: [] };
  for (const job of Object.values(jobs)) {
    const folder = mkdtempSync(join(scratch, "job-"));
    const workspace = join(folder, "workspace");
    const runner = { temp: folder, os: "Linux" };
    const contexts = { github: { ...github, workspace }, secrets, runner, env: shared, status: "success" };
    await runSteps(job.steps, { contexts, actionPath: null, env: { ...env, ...textsOf(shared, contexts) } });

    async function runSteps(steps, { contexts, actionPath, env }) {
      const outcomes = {};
      contexts.steps = outcomes;
      for (const step of steps) {
        const title = step.name ?? step.uses ?? step.run.trim().split("\n")[0];
        const condition = asText(step.if ?? "success()").replace(/^\$\{\{(.*)\}\}$/s, "$1");
        const wanted = /\b(always|success|failure)\(/.test(condition)
          ? condition
          : `success() && (${condition})`;
        if (!evaluate(wanted, contexts)) {
          result.skipped.push(title);
          continue;
        }
        result.ran.push(title);
        const outcome = { outputs: {} };
        if (step.id) outcomes[step.id] = outcome;
        try {
          if (step.run === undefined) await useAction(step, contexts, env);
          else outcome.outputs = await runScript(step, { contexts, actionPath, env });
        } catch (error) {
          result.log += `${error.message}\n`;
          result.ok = false;
          contexts.status = "failure";
        }
      }
      return outcomes;
    }

    async function useAction(step, contexts, env) {
      const inputs = textsOf(step.with, contexts);
      if (step.uses !== "./") {
        const [name] = step.uses.split("@");
        if (!Object.hasOwn(standIns, name)) throw new Error(`There is no stand-in for ${name}.`);
        return standIns[name]({ inputs, workspace });
      }
      const action = parse(readFileSync(join(workspace, "action.yml"), "utf8"));
      const defaults = Object.fromEntries(
        Object.entries(action.inputs).map(([name, { default: value }]) => [
          name,
          asText(fill(value, contexts)),
        ]),
      );
      const inner = { ...contexts, inputs: { ...defaults, ...inputs } };
      await runSteps(action.runs.steps, { contexts: inner, actionPath: workspace, env });
      if (inner.status === "failure") throw new Error("The action failed.");
    }

    async function runScript(step, { contexts, actionPath, env }) {
      const stepFolder = mkdtempSync(join(folder, "step-"));
      const files = { GITHUB_OUTPUT: "output", GITHUB_STEP_SUMMARY: "summary", GITHUB_ENV: "env" };
      const paths = Object.fromEntries(
        Object.entries(files).map(([name, file]) => [name, join(stepFolder, file)]),
      );
      for (const path of Object.values(paths)) writeFileSync(path, "");
      const script = join(stepFolder, "script.sh");
      writeFileSync(script, asText(fill(step.run, contexts)));
      const { code, output } = await bash(script, workspace, {
        ...env,
        ...paths,
        RUNNER_TEMP: folder,
        GITHUB_WORKSPACE: workspace,
        GITHUB_REPOSITORY: github.repository,
        GITHUB_EVENT_NAME: github.event_name,
        ...(actionPath === null ? {} : { GITHUB_ACTION_PATH: actionPath }),
        ...textsOf(step.env, contexts),
      });
      result.log += output;
      result.summary += readFileSync(paths.GITHUB_STEP_SUMMARY, "utf8");
      if (code !== 0) throw new Error(`The step ended with ${code}.`);
      const lines = readFileSync(paths.GITHUB_OUTPUT, "utf8").split("\n").filter(Boolean);
      return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2)));
    }
  }
  return result;
}

function textsOf(fields, contexts) {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]) => [name, asText(fill(value, contexts))]),
  );
}

function bash(script, cwd, env) {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
