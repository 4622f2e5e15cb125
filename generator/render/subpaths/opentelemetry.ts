import { layOut } from "../lay-out.js";
import { SourceText } from "../source-text.js";
import { callWords } from "./readme-sample.js";
import type { RenderSubpath } from "./subpath.js";

const { ours, literal, code } = SourceText;

/** `…/opentelemetry`: spans around a client's attempts. */
export const openTelemetrySubpath: RenderSubpath = (input) => {
  const { contract } = input;
  const { packageName, className } = contract.client;
  const [first] = contract.operations;
  if (!first) return null;
  const text = layOut("opentelemetry", { className: ours(className), scope: literal(packageName) });
  const readme = layOut("opentelemetry-readme", {
    ...callWords(input),
    subpathLiteral: literal(`${packageName}/opentelemetry`),
    example: code(`${first.method.toUpperCase()} ${first.path}`),
  });
  return {
    name: "opentelemetry",
    entry: "src/opentelemetry.ts",
    files: new Map([["src/opentelemetry.ts", text]]),
    runtime: ["opentelemetry"],
    peers: { "@opentelemetry/api": "^1.9.0" },
    readme: ours(readme.trimEnd()),
  };
};
