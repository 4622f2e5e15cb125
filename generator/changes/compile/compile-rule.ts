import type { Rule } from "../rule.js";

/** What an error of the compiler means that no other rule explains. It is asked for by `--compile`. */
export const compileRule: Pick<Rule, "id" | "family" | "severity" | "direction" | "sentence" | "remedy"> = {
  id: "client-no-longer-compiles",
  family: "client",
  severity: "error",
  direction: "none",
  sentence: "This no longer compiles: {before}.",
  remedy: "Keep the names and types of the client, or release it as a new major version.",
};
