import { object } from "../support/contract.js";
import { valueAt } from "../support/pointer.js";
import type { Arguments, Exchange } from "../verify/case.js";
import { jsonOf } from "../verify/case.js";
import type { Estimate } from "../verify/extensions.js";
import type { Check, Means } from "./check.js";
import { isSuccess } from "./links.js";
import { withMediaOf } from "./media-addresses.js";

/** Lengths, in seconds, of which a server is asked what they cost. */
const lengths = [8, 20, 33.3] as const;

export const estimateConformance: Check = {
  name: "estimate_conformance",
  severity: "error",
  promise:
    "An estimate is the frames times the contract's price of a frame, and each second has as many frames as it says.",
  judge: (exchange) => {
    const { estimate } = exchange.case.operation;
    if (!estimate || !isSuccess(exchange) || !exchange.case.args) return undefined;
    return faultOfPrice(estimate, exchange.case.args, estimateIn(exchange));
  },
  scenarios: ({ operations }) =>
    operations
      .filter(({ estimate }) => estimate !== null)
      .map((operation) => ({
        what: operation.id,
        operation,
        writes: !operation.isRead,
        run: (means) => compareLengths(means, operation.id),
      })),
};

interface Told {
  readonly frames: number;
  readonly price: number;
}

function estimateIn({ case: { operation }, response }: Exchange): Told | null {
  const { framesProperty = "", priceProperty = "" } = operation.estimate ?? {};
  const told = [jsonOf(response)].flat()[0];
  const [frames, price] = [framesProperty, priceProperty].map((name) => object(told)[name]);
  return typeof frames === "number" && typeof price === "number" ? { frames, price } : null;
}

/** The price may be rounded, but to no less than whole hundredths. */
function faultOfPrice(estimate: Estimate, args: Arguments, told: Told | null): string | null | undefined {
  const kind = String(valueAt(args.body, estimate.pricedBy));
  const each = Object.hasOwn(estimate.pricesPerFrame, kind) ? estimate.pricesPerFrame[kind] : undefined;
  if (!told || typeof each !== "number") return undefined;
  const wanted = told.frames * each;
  const decimals = Math.max(2, (/\.(\d+)/.exec(String(told.price))?.[1] ?? "").length);
  const room = 0.5 * 10 ** -decimals + 1e-9 * wanted;
  return Math.abs(told.price - wanted) <= room
    ? null
    : `${told.frames} frames at ${each} are ${Number(wanted.toFixed(6))}, but the estimate says ${told.price}.`;
}

/** A server may not be able to tell how long media last; where it can, more seconds are more frames. */
async function compareLengths(means: Means, operationId: string): Promise<void> {
  const operation = means.contract.operations.find(({ id }) => id === operationId);
  if (!operation?.estimate) return;
  const maker = means.maker(operation);
  const exchanges: { seconds: number; frames: number; exchange: Exchange }[] = [];
  for (const seconds of lengths) {
    const args = withMediaOf(operation, maker.least(), seconds);
    if (!args) return;
    const exchange = await means.send(
      maker.case(args, {
        intent: "probe",
        source: "estimate_conformance",
        what: `media of ${seconds} seconds`,
      }),
    );
    const told = exchange && isSuccess(exchange) ? estimateIn(exchange) : null;
    if (!exchange || !told) return;
    exchanges.push({ seconds, frames: told.frames, exchange });
  }
  if (new Set(exchanges.map(({ frames }) => frames)).size < 2) return; // their lengths are not heeded
  const { framesPerSecond } = operation.estimate;
  const wrong = exchanges.find(({ seconds, frames }) => Math.abs(frames - seconds * framesPerSecond) > 1);
  means.tell(
    wrong
      ? `${wrong.seconds} seconds are ${wrong.frames} frames; at ${framesPerSecond} a second they are ${Math.ceil(wrong.seconds * framesPerSecond)}.`
      : null,
    [(wrong ?? exchanges.at(-1))?.exchange ?? []].flat(),
  );
}
