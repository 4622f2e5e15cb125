import { array, type JsonObject, object, type Schema } from "./contract.js";

export interface DeclaredAnswer {
  /** `200`, `4XX` or `default`. */
  readonly status: string;
  readonly content: readonly { readonly mediaType: string; readonly schema: Schema }[];
  readonly headers: readonly { readonly name: string; readonly required: boolean; readonly schema: Schema }[];
}

/** How the body of an answer tells where a job stands: `x-job`. */
export interface Job {
  readonly statusProperty: string;
  readonly pending: readonly string[];
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  /** Properties that say why it failed, in words and as a code, where its result is, and how many seconds that lasts; `null`: none says it. */
  readonly errorProperty: string | null;
  readonly errorCodeProperty: string | null;
  readonly resultProperty: string | null;
  readonly secondsProperty: string | null;
  /** Path of the result's address, with `{id}` in it. */
  readonly resultPath: string | null;
}

/** The answers that an operation declares, whose structure has been resolved. */
export function declaredAnswers(operation: JsonObject): DeclaredAnswer[] {
  return Object.entries(object(operation["responses"])).map(([status, answer]) => ({
    status,
    content: Object.entries(object(object(answer)["content"])).map(([mediaType, content]) => ({
      mediaType: mediaType.toLowerCase(),
      schema: (object(content)["schema"] as Schema | undefined) ?? true,
    })),
    headers: Object.entries(object(object(answer)["headers"])).map(([name, header]) => ({
      name,
      required: object(header)["required"] === true,
      schema: (object(header)["schema"] as Schema | undefined) ?? true,
    })),
  }));
}

/** What the body of a success is. */
export function successSchema(answers: readonly DeclaredAnswer[]): Schema | undefined {
  return answers.find(({ status }) => status.startsWith("2"))?.content[0]?.schema;
}

/** What a schema, whose references were followed, says of a job; `null`: it is none. */
export function readJob(schema: JsonObject): Job | null {
  const job = object(schema["x-job"]);
  if (job["statusProperty"] === undefined) return null;
  const words = (key: string): string[] => array(job[key]).map(String);
  const word = (key: string): string | null => (typeof job[key] === "string" ? job[key] : null);
  return {
    statusProperty: String(job["statusProperty"]),
    pending: words("pending"),
    succeeded: words("succeeded"),
    failed: words("failed"),
    errorProperty: word("errorProperty"),
    errorCodeProperty: word("errorCodeProperty"),
    resultProperty: word("resultProperty"),
    secondsProperty: word("secondsProperty"),
    resultPath: word("resultPath"),
  };
}
