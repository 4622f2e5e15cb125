import type { JudgedBody } from "../agreement/judged-bodies.js";
import { textOf } from "../arbitraries/form-view.js";
import { object, type Schema } from "./contract.js";

/** Where the mock server is known to judge otherwise than JSON Schema. */
export interface KnownDisagreement {
  readonly what: string;
  /** Thread of the mock server's own tracker. */
  readonly issue: string;
  readonly mockServer: "accepts" | "refuses";
  /** Whether it is so for this body: then it must be so each time, or it has healed. */
  applies(body: JudgedBody, isValid: (schema: Schema, value: unknown) => boolean): boolean;
}

export const knownDisagreements: readonly KnownDisagreement[] = [
  {
    what: "A part that the form does not declare is dropped before the form is looked at.",
    issue: "stoplightio/prism#2008",
    mockServer: "accepts",
    applies: (body, isValid) =>
      body.operation.form !== null &&
      body.wrong?.keyword === "additionalProperties" &&
      body.wrong.pointer === "" &&
      !breaksWhenDecoded(body, isValid),
  },
  {
    what: "A part that holds JSON is a text: what it holds (contentSchema) is not looked at.",
    issue: "stoplightio/prism#2008",
    mockServer: "accepts",
    applies: (body, isValid) =>
      body.operation.form?.parts.some(
        ({ kind, name }) => kind === "json" && isAt(body.wrong?.pointer ?? "", name),
      ) === true && !breaksWhenDecoded(body, isValid),
  },
  {
    what: "Texts of a multipart form are percent-decoded, as if the form were urlencoded.",
    issue: "stoplightio/prism#2387",
    mockServer: "refuses",
    applies: (body, isValid) => body.isValid && breaksWhenDecoded(body, isValid),
  },
];

/** Whether one of the form's texts is wrong once it is percent-decoded. */
function breaksWhenDecoded(
  { operation: { form }, value }: JudgedBody,
  isValid: (schema: Schema, value: unknown) => boolean,
): boolean {
  if (!form) return false;
  return form.parts.some(({ kind, name, schema }) => {
    const given = object(value)[name];
    if (kind !== "text" || given === undefined) return false;
    const decoded = decodedOf(textOf(given));
    return decoded !== textOf(given) && !isValid(schema, decoded);
  });
}

function isAt(pointer: string, name: string): boolean {
  return pointer === `/${name}` || pointer.startsWith(`/${name}/`);
}

/** What cannot be decoded stays. */
function decodedOf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
