import { spawn } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { type RecordedRequest, startRecorder } from "../support/recorder.js";
import type { VerifyCase } from "./case.js";
import { CaseMaker } from "./make-cases.js";
import { clientCodeOf, curlOf } from "./reproduce.js";
import { loadVerifiedContract, type VerifiedContract } from "./verified-contract.js";

let contract: VerifiedContract;
beforeAll(async () => {
  contract = await loadVerifiedContract("contract-tests/fixtures/print-shop/openapi.yaml");
});

const maker = (id: string): CaseMaker => {
  const operation = contract.operations.find((one) => one.id === id);
  if (!operation) throw new Error(id);
  return new CaseMaker(contract, operation, 1);
};

function create(body: unknown, header = {}): VerifyCase {
  const { least, case: make } = { least: maker("prints.create").least(), case: maker("prints.create") };
  return make.case({ ...least, body, header }, { intent: "negative", source: "test", what: "" });
}

describe("the line for a shell sends the very same request", () => {
  const given: readonly (readonly [what: string, body: unknown])[] = [
    ["plain", { title: "Poster", copies: 2 }],
    ["quotes, and what a shell would expand", { title: `it's "$HOME" \`id\` \\ ! *`, copies: 1 }],
    ["other scripts", { title: "ü 中 😀 \u202e", copies: 1 }],
    ["an option of curl's own", "@/etc/hostname"],
  ];
  test.each(given)("%s", async (_, body) => {
    const one = create(body);
    const sent = await sentBy(one);
    expect(sent.method).toBe("POST");
    expect(sent.target).toBe("/prints");
    expect(sent.body.equals(one.request.body ?? Buffer.alloc(0))).toBe(true);
    expect(new Map(sent.headers.map(([name, value]) => [name.toLowerCase(), value])).get("x-key")).toBe(
      "sk-of-the-test",
    );
  });

  test("a form, byte for byte", async () => {
    const scans = maker("scans.create");
    const one = scans.case(
      { ...scans.least(), body: { picture: "a'b\\c", note: "\n" } },
      { intent: "positive", source: "test", what: "" },
    );
    const sent = await sentBy(one);
    expect(sent.body.equals(one.request.body ?? Buffer.alloc(0))).toBe(true);
  });
});

test("the key itself is in neither", () => {
  const one = create({ title: "Poster", copies: 2 });
  expect(curlOf(one, "http://shop", contract)).toContain('-H "X-Key: $PRINT_SHOP_KEY"');
});

describe("the call of the client", () => {
  const given: readonly (readonly [make: () => VerifyCase, code: string | null])[] = [
    [
      () => create({ title: 'a"b', copies: 0 }, { "Idempotency-Key": "k" }),
      'import { PrintShop } from "print-shop";\nawait new PrintShop().prints.create({"title":"a\\"b","copies":0} as never, { idempotencyKey: "k" });',
    ],
    [
      () => {
        const list = maker("prints.list");
        return list.case(
          { ...list.least(), query: { state: ["DONE"] } },
          { intent: "positive", source: "test", what: "" },
        );
      },
      'import { PrintShop } from "print-shop";\nawait new PrintShop().prints.list({"state":["DONE"],"X-Shop":"oslo"});',
    ],
    [
      () => {
        const get = maker("prints.get");
        return get.case(
          { ...get.least(), path: { id: "7" } },
          { intent: "positive", source: "test", what: "" },
        );
      },
      'import { PrintShop } from "print-shop";\nawait new PrintShop().prints.get("7");',
    ],
    [
      () => {
        const get = maker("prints.get");
        return get.case(
          { ...get.least(), path: { id: true } },
          {
            intent: "negative",
            source: "test",
            what: "",
            wrong: { where: "path id", keyword: "type", pointer: "", variant: "boolean" },
          },
        );
      },
      'import { PrintShop } from "print-shop";\nawait new PrintShop().prints.get(true as never);',
    ],
    [
      () =>
        maker("scans.create").case(maker("scans.create").least(), {
          intent: "positive",
          source: "test",
          what: "",
        }),
      null,
    ],
  ];
  test.each(given)("%#", (make, code) => {
    expect(clientCodeOf(make(), contract)).toBe(code);
  });
});

/** What arrives when the line is run by a shell. */
async function sentBy(one: VerifyCase): Promise<RecordedRequest> {
  const requests: RecordedRequest[] = [];
  const server = await startRecorder((request) => {
    requests.push(request);
    return { status: 200, headers: new Headers(), body: Buffer.alloc(0) };
  });
  try {
    const line = curlOf(one, server.url, contract);
    const shell = spawn("bash", ["-c", line], {
      env: { ...process.env, PRINT_SHOP_KEY: "sk-of-the-test" },
      stdio: "ignore",
    });
    await new Promise((done) => shell.once("close", done));
    const [request] = requests;
    if (!request) throw new Error(`Nothing was sent by ${line}`);
    return request;
  } finally {
    await server.stop();
  }
}
