import { expect, test } from "vitest";
import { applyRule, operation } from "../testing/apply-rule.js";
import { serverPath } from "./server-path.js";

test.each<{ given: string; want: string[] }>([
  { given: "servers: [{url: https://a.example}, {url: https://a.example/}]", want: [] },
  { given: "servers: [{url: https://a.example/v1}]", want: ["#/servers/0/url"] },
  { given: "servers: [{url: /v1}]", want: ["#/servers/0/url"] },
  { given: "servers: [{url: 'https://{host}', variables: {host: {default: a.example}}}]", want: [] },
  {
    given: "servers: [{url: 'https://a.example{base}', variables: {base: {default: /v1}}}]",
    want: ["#/servers/0/url"],
  },
  {
    given: operation("servers: [{url: https://a.example/v1}]"),
    want: ["#/paths/~1a~1{id}/post/servers/0/url"],
  },
])("$given → $want", ({ given, want }) => {
  expect(applyRule(serverPath, given)).toEqual(want);
});
