import { valueAt } from "../support/pointer.js";
import { answerJson, type Behaviour, type Surroundings } from "./behaviour.js";
import { addressesIn, mediaSeconds } from "./media-seconds.js";
import type { SandboxOperation } from "./sandbox-contract.js";
import type { SpecNode } from "./spec-node.js";

/** Tells the price of a request by the contract's own prices; the same request always costs the same. */
export function estimate({ refuse }: Surroundings, operation: SandboxOperation): Behaviour {
  const rules = operation.estimate as SpecNode;
  const { framesProperty, priceProperty, framesPerSecond, pricedBy, pricesPerFrame } = rules.object;
  const isList = operation.success?.schema.at("items").exists ?? false;
  return ({ body }) => {
    const kind = String(valueAt(body, String(pricedBy)));
    const price = Object.hasOwn(Object(pricesPerFrame), kind) ? Number(Object(pricesPerFrame)[kind]) : null;
    if (price === null)
      return refuse(operation, {
        rule: "noPrice",
        statuses: [422, 400],
        faults: [
          {
            pointer: String(pricedBy),
            rule: "noPrice",
            message: `is ${JSON.stringify(kind)}, which has no price`,
          },
        ],
      });
    const frames = Math.ceil(mediaSeconds(addressesIn(body)) * Number(framesPerSecond));
    const told = {
      [String(framesProperty)]: frames,
      [String(priceProperty)]: Math.round(frames * price * 1e6) / 1e6,
    };
    return answerJson(operation.success?.status ?? 200, isList ? [told] : told);
  };
}
