import type { Fault } from "./fault.js";
import type { Judge } from "./judge.js";
import type { ReadBody } from "./receive-body.js";
import type { SandboxOperation } from "./sandbox-contract.js";
import type { Incoming } from "./serve-operation.js";

/**
 * Asks another judge of a request's shape. Where the two disagree the stricter one wins, and the disagreement is told.
 *
 * @param own what our own judge found
 * @returns what is wrong after all
 */
export async function secondOpinion(
  judge: Judge,
  operation: SandboxOperation,
  { request, path, query }: Incoming,
  forJudge: ReadBody["forJudge"],
  own: readonly Fault[],
  onDisagreement: (message: string) => void,
): Promise<readonly Fault[]> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = String(value);
  const other = await judge.judge({
    method: operation.method,
    path,
    query,
    headers: { ...headers, ...forJudge?.headers },
    body: forJudge?.body,
  });
  if (other === null || (other.length === 0) === (own.length === 0)) return own;
  const [who, said] = other.length === 0 ? ["Ajv", own] : [judge.name, other];
  const sentences = said
    .slice(0, 3)
    .map(
      ({ pointer, rule, message, in: place }) => `${place ?? "body"} ${pointer || "/"} ${message} (${rule})`,
    );
  onDisagreement(`Only ${who} objects: ${sentences.join("; ")}`);
  return said;
}
