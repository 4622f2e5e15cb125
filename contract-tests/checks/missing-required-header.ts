import type { Check } from "./check.js";

export const missingRequiredHeader: Check = {
  name: "missing_required_header",
  severity: "error",
  promise: "A request without a header that is required is refused.",
  cases: (maker) => {
    const least = maker.least();
    return maker.operation.parameters
      .filter(({ in: place, required }) => place === "header" && required)
      .map(({ name }) => {
        const { [name]: _, ...header } = least.header;
        return maker.case(
          { ...least, header },
          {
            intent: "probe",
            source: "missing_required_header",
            what: `without header ${name}`,
            wrong: { where: `header ${name}`, keyword: "required", pointer: "", variant: "missing" },
          },
        );
      });
  },
  judge: ({ case: { source, what }, response: { status } }) => {
    if (source !== "missing_required_header" || status === 429 || status >= 500) return undefined;
    return status >= 400 ? null : `A request ${what} is answered with ${status}.`;
  },
};
