import { expect, test } from "vitest";
import { OperationMatcher } from "./match-operation.js";
import type { SandboxOperation } from "./sandbox-contract.js";

const operation = (method: string, path: string): SandboxOperation =>
  ({
    id: `${method} ${path}`,
    method,
    path,
    pattern: new RegExp(`^${path.replace(/\{[^{}]+\}/g, "([^/]+)")}$`),
  }) as SandboxOperation;

const matcher = new OperationMatcher([
  operation("GET", "/v/{b}"),
  operation("GET", "/{a}/{b}"),
  operation("GET", "/{a}/list"),
  operation("DELETE", "/{a}/{b}"),
  operation("GET", "/jobs/all"),
  operation("POST", "/jobs/all"),
  operation("HEAD", "/jobs"),
  operation("GET", "/jobs"),
  operation("POST", "/only"),
]);

test.each([
  { given: "GET /jobs/all", want: "GET /jobs/all ()" },
  { given: "GET /jobs/list", want: "GET /{a}/list (jobs)" },
  { given: "GET /v/7", want: "GET /v/{b} (7)" },
  { given: "GET /{a}/{b}", want: "GET /{a}/{b} ({a}, {b})" },
  { given: "GET /jobs/7", want: "GET /{a}/{b} (jobs, 7)" },
  { given: "DELETE /jobs/all", want: "DELETE /{a}/{b} (jobs, all)" },
  { given: "HEAD /jobs/7", want: "GET /{a}/{b} (jobs, 7)" },
  { given: "HEAD /jobs/all", want: "GET /jobs/all ()" },
  { given: "HEAD /jobs", want: "HEAD /jobs ()" },
  { given: "PUT /jobs/all", want: "GET, DELETE, POST, HEAD, OPTIONS" },
  { given: "PUT /jobs/list", want: "GET, DELETE, HEAD, OPTIONS" },
  { given: "GET /only", want: "POST, OPTIONS" },
  { given: "HEAD /only", want: "POST, OPTIONS" },
  { given: "GET /", want: "none" },
  { given: "GET /jobs/7/8", want: "none" },
])("$given is $want", ({ given, want }) => {
  const [method = "", path = ""] = given.split(" ");
  const match = matcher.match(method, path);
  const told =
    match.kind === "operation"
      ? `${match.operation.id} (${match.inPath.join(", ")})`
      : match.kind === "other-method"
        ? match.allowed.join(", ")
        : match.kind;
  expect(told).toBe(want);
});
