import { object } from "../support/contract.js";
import { type Exchange, jsonOf, type VerifyCase } from "../verify/case.js";
import { isLoopback } from "../verify/loopback.js";
import type { CaseMaker } from "../verify/make-cases.js";
import type { Means } from "./check.js";
import { followToEnd, hasSucceeded, jobFollowingsOf } from "./follow-jobs.js";
import { isSuccess } from "./links.js";

const timeoutMs = 10_000;

/** A batch that was seen to its end. */
export interface EndedBatch {
  readonly exchanges: readonly Exchange[];
  /** What came of its lines, line by line; `null`: it was not seen to end well, or the results can't be fetched. */
  readonly results: readonly unknown[] | null;
}

/** A case with a file of lines, each made from a line of the example; `null` where the operation takes none. */
export function caseWithLines(
  maker: CaseMaker,
  source: string,
  what: string,
  change: (line: Readonly<Record<string, unknown>>, index: number) => unknown,
): VerifyCase | null {
  const { operation } = maker;
  const part = operation.form?.parts.find(({ lines }) => lines !== null);
  if (!part?.lines) return null;
  const args = maker.withProperty(part.name);
  const given = [object(args.body)[part.name]].flat();
  const { [operation.callbackProperty ?? ""]: _, ...body } = object(args.body);
  const { minItems, uniqueBy } = part.lines;
  const lines = Array.from({ length: Math.max(1, minItems ?? 1) }, (_, index) => {
    const line = object(given[index % given.length]);
    return change(uniqueBy === null ? line : { ...line, [uniqueBy]: `line-${index + 1}` }, index);
  });
  const { dryRunProperty } = operation.batch ?? {};
  const whole = { ...body, [part.name]: lines };
  return maker.case(
    {
      ...args,
      body:
        dryRunProperty && Object.hasOwn(body, dryRunProperty) ? { ...whole, [dryRunProperty]: false } : whole,
    },
    { intent: "probe", source, what },
  );
}

/** Sends a batch and follows it to its end; `null`: it was refused, or the run is over. */
export async function runBatch(means: Means, one: VerifyCase): Promise<EndedBatch | null> {
  const following = jobFollowingsOf(means.contract).find(({ from }) => from.id === one.operation.id);
  const created = following && (await means.send(one));
  if (!created || !isSuccess(created)) return null;
  const [exchanges = []] = await followToEnd(means, following, [created], one.source);
  const { job } = following.to;
  const last = exchanges.at(-1);
  if (!last || !job?.resultProperty || !hasSucceeded(following, exchanges))
    return { exchanges, results: null };
  const address = object(jsonOf(last.response))[job.resultProperty];
  return { exchanges, results: await fetchLines(address, means.options.isLocal) };
}

/** Results are where the server says, without our key; nothing on this machine is asked for a server elsewhere. */
async function fetchLines(address: unknown, isLocal: boolean): Promise<unknown[] | null> {
  if (typeof address !== "string" || !URL.canParse(address)) return null;
  const { protocol, hostname } = new URL(address);
  if (!/^https?:$/.test(protocol) || isLoopback(hostname) !== isLocal || hostname === "") return null;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) return null;
    const text = await response.text();
    return text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map(parsed);
  } catch {
    return null;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
