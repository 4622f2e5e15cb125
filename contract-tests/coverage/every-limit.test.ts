import { describe, expect, test } from "vitest";
import { viewOfExample } from "../arbitraries/form-view.js";
import { withoutKey, withWrongKey, wrongKey } from "../checks/ignored-auth.js";
import { follow, followingsOf } from "../checks/links.js";
import { uploadLimitConformance } from "../checks/upload-limit-conformance.js";
import { valueAt, withValue } from "../limits/values-at.js";
import { addressesIn } from "../sandbox/media-seconds.js";
import { loadSpec, type SandboxOptions, startSandbox } from "../sandbox/start-sandbox.js";
import { object } from "../support/contract.js";
import type { Exchange, VerifyCase } from "../verify/case.js";
import { Connection } from "../verify/connection.js";
import { withCredentials } from "../verify/credentials.js";
import { CaseMaker } from "../verify/make-cases.js";
import type { VerifiedOperation } from "../verify/verified-contract.js";
import { type CoveredOperation, loadCoveredContract, type Subject } from "./covered-contract.js";
import { type MediaLimit, mediaLimitsOf, policiesOf, ratePolicies } from "./extension-cells.js";
import { observe } from "./recording.js";

/** Every limit that no schema tells, at its edge on both sides, read from the spec and tried on the sandbox. */
const specPath = "spec/openapi.yaml";
const contract = await loadCoveredContract(specPath);
const spec = await loadSpec(specPath);
const operations = contract.operations.map((one) => [one.operation.id, one] as const);

describe.each(operations)("%s", (_, { operation }) => {
  const maker = new CaseMaker(contract.verified, operation, 3);

  test.runIf(operation.credentials.length > 0)("refuses no key and a wrong one", async () => {
    await using server = await started();
    for (const what of [withoutKey, withWrongKey]) {
      const one = maker.case(maker.least(), { intent: "probe", source: "ignored_auth", what });
      const key = what === withoutKey ? null : wrongKey;
      expect((await server.send(one, key)).response.status, what).toBe(401);
    }
  });

  const files = (uploadLimitConformance.scenarios?.(contract.verified) ?? []).filter(
    (one) => one.operation === operation,
  );
  test.runIf(files.length > 0).each(files.map((file) => [file.what, file] as const))(
    "a file: %s",
    async (_what, { run }) => {
      await using server = await started({ rateLimits: false });
      const faults: unknown[] = [];
      await run({
        contract: contract.verified,
        maker: () => maker,
        send: (one) => server.send(one),
        history: () => [],
        sleep: async () => undefined,
        tell: (fault) => faults.push(fault),
        options: { plan: null, webhookSecret: null, isLocal: true },
      });
      expect(faults).toEqual([null]);
    },
  );

  const headers = operation.parameters.filter((parameter) => parameter.in === "header");
  test.runIf(headers.length > 0).each(headers.map((header) => [header.name, header] as const))(
    "an empty header %s",
    async (_name, header) => {
      await using server = await started();
      const one = maker.case(
        { ...maker.least(), header: { ...maker.least().header, [header.name]: "" } },
        { intent: "probe", source: "limits", what: `an empty ${header.name}` },
      );
      const isAllowed = contract.verified.judge.isValid(header.schema, "");
      expect((await server.send(one)).response.status < 300).toBe(isAllowed);
    },
  );
});

test.each(ratePolicies(contract).map((policy) => [policy.name, policy] as const))(
  "rate %s: so many, and not one more, of every operation that has it",
  async (_, policy) => {
    await using server = await started();
    const under = contract.operations.filter((one) =>
      policiesOf(contract, one).some(({ name }) => name === policy.name),
    );
    const valid = under.map(({ operation }) => {
      const maker = new CaseMaker(contract.verified, operation, 3);
      return maker.case(maker.least(), { intent: "probe", source: "rates", what: "" });
    });
    const cheapest = valid.find(({ operation }) => operation.isRead) ?? valid[0];
    if (!cheapest) throw new Error(`No operation has the rate ${policy.name}.`);
    for (let count = 1; count <= policy.limit; count++)
      expect((await server.send(cheapest)).response.status, `request ${count}`).not.toBe(429);
    for (const one of valid) expect((await server.send(one)).response.status, one.operation.id).toBe(429);
  },
);

const mediaLimits = contract.operations
  .filter(({ operation, written }) => operation.job !== null || written["x-batch"] !== undefined)
  .flatMap((one) =>
    one.subjects.flatMap((subject) =>
      subject.tree
        .all()
        .flatMap(mediaLimitsOf)
        .flatMap((limit) =>
          [0, 1].map((more) => ({
            title: `${one.operation.id}: ${limit.value ?? ""} ${limit.seconds + more} s`.replace("  ", " "),
            ...{ one, subject, limit, seconds: limit.seconds + more },
          })),
        ),
    ),
  );

test.each(mediaLimits.map((limit) => [limit.title, limit] as const))(
  "media: %s",
  async (_, { one, subject, limit, seconds }) => {
    await using server = await started({ rateLimits: false });
    const maker = new CaseMaker(contract.verified, one.operation, 3);
    const body = lasting(one, subject, limit, seconds);
    const begin = maker.case(
      { ...maker.least(), body },
      { intent: "probe", source: "media", what: `${seconds} s` },
    );
    const begun = await server.send(begin);
    expect(begun.response.status).toBe(201);
    await server.advance("2h");
    const ended = await server.send(followed(one, maker, begun));
    const told = ended.response.body.toString();
    const hasFailed = seconds > limit.seconds;
    const batch = object(object(one.written["x-batch"])["counts"]);
    if (batch["failed"] === undefined)
      expect(/"status":"(FAILED|REJECTED)"/.test(told), told).toBe(hasFailed);
    else
      expect(valueAt(JSON.parse(told), String(batch["failed"]).split("/").slice(1)) !== 0, told).toBe(
        hasFailed,
      );
  },
);

/** An example of the body, whose media last so long where a limit has a say. */
function lasting(
  { operation: { body, form } }: CoveredOperation,
  { schema, tree }: Subject,
  { node, value }: MediaLimit,
  seconds: number,
): unknown {
  for (const example of body?.examples ?? []) {
    const whole = form ? viewOfExample(form, example.value) : example.value;
    for (const meeting of tree.meetings(whole)) {
      if (meeting.node !== node) continue;
      const place = meeting.place.split("/").slice(1);
      const changed = value === null ? whole : withValue(whole, place, value);
      const holder = value === null ? place : place.slice(0, -1);
      const media = valueAt(changed, holder);
      if (addressesIn(media).length === 0) continue;
      const text = JSON.stringify(media).replace(
        /"https?:[^"]*"/g,
        `"https://cdn.example.com/media-${seconds}s.mp4"`,
      );
      const made = withValue(changed, holder, JSON.parse(text));
      if (contract.verified.judge.isValid(schema, made)) return made;
    }
  }
  throw new Error("No example of the spec has media by address where this limit has a say.");
}

function followed({ operation, written }: CoveredOperation, maker: CaseMaker, begun: Exchange): VerifyCase {
  const path = object(written["x-batch"])["followPath"];
  const { id } = JSON.parse(begun.response.body.toString()) as { id: string };
  const details = { intent: "probe", source: "media", what: "how it ended" } as const;
  if (typeof path === "string") {
    const one = maker.case(maker.least(), details);
    const target = path.replace(/\{[^{}]+\}/, id);
    return { ...one, request: { method: "GET", target, headers: [], body: null } };
  }
  const following = followingsOf(contract.verified).find(
    ({ from, to }) => from.id === operation.id && to.job,
  );
  const made =
    following && follow(new CaseMaker(contract.verified, following.to, 3), following, begun, "media");
  if (!made) throw new Error(`No link leads from ${operation.id} to how its job ended.`);
  return made;
}

interface Server extends AsyncDisposable {
  readonly send: (one: VerifyCase, key?: string | null) => Promise<Exchange>;
  readonly advance: (by: string) => Promise<unknown>;
}

/** A sandbox whose time stands still, and a key that may begin as many jobs as it likes. */
async function started(options: SandboxOptions = {}): Promise<Server> {
  const known = "sk-coverage";
  const keys = [{ key: known, concurrency: null, batchConcurrency: null }];
  const sandbox = await startSandbox({ spec, judge: "ajv", clock: "frozen", seed: 7, keys, ...options });
  const connection = new Connection(sandbox.url, 1, 20_000);
  const credentialsOf = ({ credentials }: VerifiedOperation) => credentials[0] ?? [];
  return {
    send: async (one, key = known) => {
      const request =
        key === null ? one.request : withCredentials(one.request, credentialsOf(one.operation), key);
      const response = await connection.send(request, AbortSignal.timeout(20_000));
      const { status, headers: answerHeaders, body: answer } = response;
      observe({ ...request, status, answerHeaders, answer }, { server: sandbox.url, case: one.what });
      return { case: one, response, sentAtMs: 0, answeredAtMs: 0, keyIndex: 0, failure: null };
    },
    advance: (by) => sandbox.clock.advance(by),
    [Symbol.asyncDispose]: async () => {
      connection.close();
      await sandbox.close();
    },
  };
}
