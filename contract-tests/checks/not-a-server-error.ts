import type { Check } from "./check.js";

export const notAServerError: Check = {
  name: "not_a_server_error",
  severity: "error",
  promise: "No request makes the server fail: each is answered, in time and to the end.",
  judgesNoAnswer: true,
  judge: ({ response: { status }, failure }) =>
    failure?.text ?? (status >= 500 ? `It answered ${status}.` : null),
};
