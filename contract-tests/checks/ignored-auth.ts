import type { Check } from "./check.js";

/** What a case of this check does about the key; whoever sends it adds or leaves out the key as this says. */
export const withoutKey = "no key";
export const withWrongKey = "a wrong key";
export const wrongKey = "specwright-wrong-key";

export const ignoredAuth: Check = {
  name: "ignored_auth",
  severity: "error",
  promise: "A request without a key, or with a wrong one, is refused.",
  cases: (maker) =>
    maker.operation.credentials.length === 0
      ? []
      : [withoutKey, withWrongKey].map((what) =>
          maker.case(maker.least(), { intent: "probe", source: "ignored_auth", what }),
        ),
  judge: ({ case: { source, what }, response: { status } }) => {
    if (source !== "ignored_auth" || status === 429 || status >= 500) return undefined;
    return status === 401 || status === 403 ? null : `With ${what} the answer is ${status}, not 401.`;
  },
};
