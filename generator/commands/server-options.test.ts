import { describe, expect, test } from "vitest";
import { specwright } from "../testing/specwright.js";

/** Options of the commands that are a server, or test one: each that is wrong ends the command before it does anything. */
const wrong = {
  sandbox: [
    { args: ["--port", "70000"], code: 1, says: "--port" },
    { args: ["--speed", "fast"], code: 1, says: "--speed" },
    { args: ["--plan", "gold"], code: 1, says: "hobbyist" },
    { args: ["--chaos", "boom=1"], code: 1, says: "drop=0.1" },
    { args: ["--spec", "nowhere.yaml"], code: 1, says: "nowhere.yaml" },
    { args: ["--keys", "package.json"], code: 1, says: "list of keys" },
    { args: ["--prot", "1"], code: 2, says: "--port" },
  ],
  verify: [
    { args: ["--target", "http://127.0.0.1:1"], code: 3, says: "can't be reached" },
    { args: [], code: 2, says: "--target" },
    { args: ["--target", "ftp://somewhere"], code: 2, says: "http or https address" },
    { args: ["--target", "http://127.0.0.1:1", "--report", "out.txt"], code: 2, says: "must end in .json" },
    { args: ["--target", "http://127.0.0.1:1", "--max-time", "-1"], code: 2, says: "must be a number" },
    { args: ["--target", "http://127.0.0.1:1", "--check", "none"], code: 1, says: "There is no check none" },
    { args: ["--target", "http://127.0.0.1:1", "--operation", "none"], code: 1, says: "no operation none" },
  ],
};

describe.each(Object.entries(wrong))("specwright %s", (command, table) => {
  test.each(table)("$args → exit code $code, and why", async ({ args, code, says }) => {
    const env = { ...process.env, SYNC_API_KEY: "sk-of-the-environment" };
    const done = await specwright([command, ...args], { env });
    expect({ code: done.code, stdout: done.stdout }).toEqual({ code, stdout: "" });
    expect(done.stderr).toContain(says);
    expect(done.stderr).not.toMatch(/\n\s+at /);
    expect(done.stderr).not.toContain("sk-of-the-environment");
  });
});
