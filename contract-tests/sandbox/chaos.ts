import type { ServerResponse } from "node:http";
import type { Clock } from "./clock.js";
import type { Random } from "./random.js";
import type { Answer } from "./refusal.js";

/** How often an answer is spoilt, in what way: each a share from 0 to 1. */
export type ChaosRates = Readonly<Partial<Record<ChaosKind, number>>>;

/**
 * `drop`: the connection ends before the answer. `reset`: it is reset. `500`: the request was carried out, and yet the
 * answer is a server error. `slow`: the answer takes two seconds more. `half`: the connection ends in the middle of it.
 */
export type ChaosKind = (typeof chaosKinds)[number];

const chaosKinds = ["drop", "reset", "500", "slow", "half"] as const;
const slowMs = 2_000;

/** Reads `drop=0.01,500=0.1`. @throws Error if it says something else */
export function parseChaos(text: string): ChaosRates {
  const rates: Partial<Record<ChaosKind, number>> = {};
  for (const piece of text.split(",")) {
    const [name = "", share = ""] = piece.trim().split("=");
    const kind = chaosKinds.find((one) => one === name);
    const rate = Number(share);
    if (!kind || share.trim() === "" || !(rate >= 0 && rate <= 1))
      throw new Error(
        `${JSON.stringify(piece)} is no chaos; write one or more of ${chaosKinds.map((one) => `${one}=0.1`).join(",")}.`,
      );
    rates[kind] = rate;
  }
  const sum = Object.values(rates).reduce((total, rate) => total + rate, 0);
  if (sum > 1) throw new Error("The shares of chaos add up to more than 1.");
  return rates;
}

/** Spoils answers by chance. */
export class Chaos {
  readonly #rates: ChaosRates;
  readonly #random: Random;
  readonly #clock: Clock;

  constructor(rates: ChaosRates, random: Random, clock: Clock) {
    this.#rates = rates;
    this.#random = random;
    this.#clock = clock;
  }

  /** Which way the next answer is spoilt, if it is. */
  draw(): ChaosKind | null {
    let left = this.#random();
    for (const kind of chaosKinds) {
      left -= this.#rates[kind] ?? 0;
      if (left < 0) return kind;
    }
    return null;
  }

  /** @returns what to answer instead; `null` if the connection has been spoilt and there is nothing to answer */
  async spoil(answer: Answer, response: ServerResponse, serverError: () => Answer): Promise<Answer | null> {
    switch (this.draw()) {
      case "drop":
        response.socket?.destroy();
        return null;
      case "reset":
        response.socket?.resetAndDestroy();
        return null;
      case "500":
        return { ...serverError(), rule: "chaos" };
      case "slow":
        await new Promise<void>((done) => this.#clock.at(this.#clock.now() + slowMs, () => done()));
        return answer;
      case "half": {
        const body = Buffer.from(answer.body ?? "");
        response.writeHead(answer.status, { ...answer.headers, "content-length": body.length + 1 });
        response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
        return null;
      }
      case null:
        return answer;
    }
  }
}
