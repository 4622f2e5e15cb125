import type { Check } from "./check.js";
import { follow, followingsOf, isSuccess, sendValid } from "./links.js";

export const ensureResourceAvailability: Check = {
  name: "ensure_resource_availability",
  severity: "error",
  promise: "What was created is there: each link leads to a success.",
  scenarios: (contract) =>
    followingsOf(contract).map((following) => ({
      what: `${following.from.id}, then ${following.to.id}`,
      operation: following.from,
      writes: !following.from.isRead || !following.to.isRead,
      run: async (means) => {
        const created = await sendValid(means, following.from, "ensure_resource_availability");
        if (!created || !isSuccess(created)) return;
        const next = follow(means.maker(following.to), following, created, "ensure_resource_availability");
        if (!next) {
          means.tell(`The answer lacks what the link ${following.name} takes.`, [created]);
          return;
        }
        const found = await means.send(next);
        if (!found || found.response.status === 429) return;
        const { status } = found.response;
        means.tell(isSuccess(found) ? null : `What was created is answered with ${status}.`, [
          created,
          found,
        ]);
      },
    })),
};
