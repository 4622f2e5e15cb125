import { object } from "../support/contract.js";
import { type HttpResponse, jsonOf } from "../verify/case.js";

/** Whether an error's body has one of the codes, in whatever property the API keeps them. */
export function hasCode(response: HttpResponse, codes: readonly string[]): boolean {
  return Object.values(object(jsonOf(response))).some((value) => codes.includes(String(value)));
}
