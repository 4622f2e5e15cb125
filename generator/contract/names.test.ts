import { describe, expect, test } from "vitest";
import { camelCase, kebabCase, pascalCase, splitOperationId } from "./names.js";

test.each([
  {
    given: "list-global-advisories",
    camel: "listGlobalAdvisories",
    pascal: "ListGlobalAdvisories",
    kebab: "list-global-advisories",
  },
  { given: "createWithFiles", camel: "createWithFiles", pascal: "CreateWithFiles", kebab: "createwithfiles" },
  { given: "GET_parcels", camel: "getParcels", pascal: "GETParcels", kebab: "get-parcels" },
  {
    given: "post_oauth2_token#refresh",
    camel: "postOauth2TokenRefresh",
    pascal: "PostOauth2TokenRefresh",
    kebab: "post-oauth2-token-refresh",
  },
  { given: "ÄRGER über", camel: "ärgerÜber", pascal: "ÄRGERÜber", kebab: "ärger-über" },
  { given: "i_IDS", camel: "iIDS", pascal: "IIDS", kebab: "i-ids" },
  { given: "--", camel: "", pascal: "", kebab: "" },
])("$given", ({ given, camel, pascal, kebab }) => {
  expect([camelCase(given), pascalCase(given), kebabCase(given)]).toEqual([camel, pascal, kebab]);
});

test("one letter in two spellings of Unicode is one name", () => {
  expect(camelCase("gro\u0308\u00dfe")).toBe(camelCase("gr\u00f6\u00dfe"));
});

describe("an operation's id is its name at the call site", () => {
  test.each([
    { id: "parcels.create", want: { group: ["parcels"], name: "create" } },
    { id: "parcels.labels.print_all", want: { group: ["parcels", "labels"], name: "printAll" } },
    { id: "orders/get-one", want: { group: ["orders"], name: "getOne" } },
    { id: "listPets", want: { group: [], name: "listPets" } },
    { id: "..a..b..", want: { group: ["a"], name: "b" } },
    { id: "", want: { group: [], name: "" } },
  ])("$id", ({ id, want }) => {
    expect(splitOperationId(id)).toEqual(want);
  });
});
