import { coverageOf } from "../cover.js";
import { loadCoveredContract } from "../covered-contract.js";
import type { CoverageReport } from "../report.js";
import { type Given, parcelExchange, parcels } from "./parcel-exchange.js";

/** The coverage of the contract of parcels by some exchanges. */
export async function cover(given: readonly Given[]): Promise<CoverageReport> {
  return coverageOf(await loadCoveredContract(parcels), given.map(parcelExchange));
}
