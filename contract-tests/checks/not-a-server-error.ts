import type { Check } from "./check.js";

export const notAServerError: Check = {
  name: "not_a_server_error",
  severity: "error",
  promise: "No request makes the server fail.",
  judge: ({ response: { status } }) => (status >= 500 ? `It answered ${status}.` : null),
};
