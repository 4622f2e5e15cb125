import { readings } from "../arbitraries/form-view.js";
import { headerOf } from "../verify/case.js";
import { answerFor } from "../verify/verified-contract.js";
import type { Check } from "./check.js";

export const responseHeadersConformance: Check = {
  name: "response_headers_conformance",
  severity: "error",
  promise: "Required headers are there, and each declared one is valid.",
  judge: ({ case: { operation, request }, response }, { contract: { judge } }) => {
    const declared = request.method === operation.method ? answerFor(operation, response.status) : null;
    if (!declared || declared.headers.length === 0) return undefined;
    const wrong = declared.headers.flatMap(({ name, required, schema }) => {
      const text = headerOf(response.headers, name);
      if (text === null) return required ? [`${name} is missing`] : [];
      const items = text.split(/\s*,\s*/);
      const possible = [...readings(text), items, items.flatMap((item) => readings(item).slice(-1))];
      return possible.some((value) => judge.isValid(schema, value)) ? [] : [`${name} can't be "${text}"`];
    });
    return wrong.length === 0 ? null : `${wrong.join("; ")}.`;
  },
};
