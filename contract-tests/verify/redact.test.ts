import { expect, test } from "vitest";
import { redactorOf } from "./redact.js";

const redact = redactorOf(["sk-a/b+c", "whsec_1", "k"]);

const given: readonly (readonly [text: string, safe: string])[] = [
  ["x-api-key: sk-a/b+c", "x-api-key: [key]"],
  ["?key=sk-a%2Fb%2Bc&more", "?key=[key]&more"],
  [`Basic ${Buffer.from("sk-a/b+c").toString("base64")}`, "Basic [key]"],
  ['{"secret":"whsec_1"}', '{"secret":"[key]"}'],
  ["kept: a key of one letter is no secret", "kept: a key of one letter is no secret"],
];
test.each(given)("%s", (text, safe) => {
  expect(redact(text)).toBe(safe);
});
