import { violationsHeader } from "../../support/prism.js";
import { forwardTo, type Recorder, startRecorder } from "../../support/recorder.js";
import type { Sandbox } from "../start-sandbox.js";

/** A server before a sandbox that adds, in the header where the suite looks for it, what the sandbox objected to. */
export function withViolations(sandbox: Sandbox): Promise<Recorder> {
  const forward = forwardTo(sandbox.url);
  return startRecorder(async (request) => {
    const answer = await forward(request);
    const faults = sandbox.requests.at(-1)?.faults ?? [];
    if (faults.length === 0 || answer.status >= 500) return answer;
    const violations = faults.map(({ pointer, rule, message, ...fault }) => ({
      location: [
        "request",
        ...("in" in fault ? [String(fault.in), pointer] : ["body", ...pointer.split("/").slice(1)]),
      ],
      code: rule,
      message,
    }));
    const headers = new Headers(answer.headers);
    // A header has room for ASCII only.
    const text = JSON.stringify(violations).replace(
      /[^\x20-\x7e]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    headers.set(violationsHeader, text);
    return { ...answer, headers };
  });
}
