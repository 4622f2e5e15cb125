import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answer } from "../refusal.js";

let answer: Answer | null = null;

/**
 * The live page. It may run its own script alone, ask nobody but the sandbox, and turn no text into markup: the browser
 * holds it to that.
 */
export function livePage(): Answer {
  answer ??= answerOf(readFileSync(pathOf("page.html"), "utf8"));
  return answer;
}

function answerOf(html: string): Answer {
  const policy = [
    "default-src 'none'",
    `script-src ${digestOf(html, "script")}`,
    `style-src ${digestOf(html, "style")}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    status: 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.join("; "),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    },
    body: html,
    rule: null,
    faults: [],
  };
}

function digestOf(html: string, tag: string): string {
  const content = html.split(`<${tag}>`)[1]?.split(`</${tag}>`)[0] ?? "";
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}

/** Beside this file; or, where this runs from the command line's bundle, in the folder that the bundle was made of. */
function pathOf(name: string): string {
  const beside = join(dirname(fileURLToPath(import.meta.url)), name);
  const { SPECWRIGHT_GENERATOR } = process.env;
  if (existsSync(beside) || SPECWRIGHT_GENERATOR === undefined) return beside;
  return join(SPECWRIGHT_GENERATOR, "..", "contract-tests", "sandbox", "page", name);
}
