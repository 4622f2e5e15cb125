import * as client from "sync-api-client";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Target } from "./cases/case.js";
import { contractCases, startTarget } from "./contract-suite.js";
import { loadContract } from "./support/contract.js";
import { violationsHeader } from "./support/prism.js";
import { type Answer, forwardTo, type RecordedResponse, startRecorder } from "./support/recorder.js";

/** A suite that cannot fail proves nothing: each fault here must be noticed, by the case that is there for it. */
const contract = await loadContract("spec/openapi.yaml");
const cases = contractCases(contract);

let sound: Target;
beforeAll(async () => {
  sound = await startTarget(contract, { mockServerUrl: inject("mockServerUrl"), client });
});
afterAll(() => sound.recorder.stop());

const faultyClients: readonly { fault: string; change: Change; noticedBy: readonly string[] }[] = [
  {
    fault: "a list in the query is exploded, which the mock server does not mind",
    change: ({ url }) => ({ url: url.replace("PENDING,PROCESSING", "PENDING&status=PROCESSING") }),
    noticedBy: ["generations.list › example status inFlight › sent as the contract says"],
  },
  {
    fault: "the comma between items is encoded",
    change: ({ url }) => ({ url: url.replace("PENDING,", "PENDING%2C") }),
    noticedBy: ["generations.list › example status inFlight › sent as the contract says"],
  },
  {
    fault: "the key is in the query too",
    change: ({ url, headers }) => ({ url: `${url}?key=${headers.get("x-api-key")}` }),
    noticedBy: ["generations.get › example › key in x-api-key alone"],
  },
  {
    fault: "the key is in another header too",
    change: ({ headers }) => ({ headers: { authorization: `Bearer ${headers.get("x-api-key")}` } }),
    noticedBy: [
      "generations.get › example › key in x-api-key alone",
      "generations.get › example › sent as the contract says",
    ],
  },
  {
    fault: "a property is lost",
    change: ({ json }) => ({ json: { ...json, model: undefined } }),
    noticedBy: [
      "generations.create › example quick › accepted",
      "generations.create › example quick › sent as the contract says",
    ],
  },
  {
    fault: "an option is lost, which the mock server does not mind",
    change: ({ json }) => ({ json: { ...json, options: undefined } }),
    noticedBy: ["generations.create › example allOptions › sent as the contract says"],
  },
  {
    fault: "a JSON part has a file name",
    change: ({ form }) => {
      form?.set("options", new Blob([String(form.get("options"))], { type: "application/json" }), "options");
      return { form };
    },
    noticedBy: ["generations.createWithFiles › example allParts › sent as the contract says"],
  },
  {
    fault: "one byte of a file is another",
    change: ({ form }) => {
      const file = form?.get("video") as File;
      form?.set("video", new File([file.slice(0, -1), "!"], file.name, { type: file.type }));
      return { form };
    },
    noticedBy: ["generations.createWithFiles › example twoFiles › sent as the contract says"],
  },
  {
    fault: "a required part is lost",
    change: ({ form }) => {
      form?.delete("model");
      return { form };
    },
    noticedBy: [
      "generations.createWithFiles › example twoFiles › accepted",
      "generations.createWithFiles › example twoFiles › sent as the contract says",
    ],
  },
  {
    fault: "the path is that of another operation",
    change: ({ url }) => ({ url: url.replace("/estimate-cost", "") }),
    noticedBy: ["generations.estimateCost › example quick › accepted"],
  },
];

describe("a faulty client", () => {
  test.each(faultyClients)("$fault", async ({ change, noticedBy }) => {
    for (const title of noticedBy) await expectNoticed(title, { ...sound, client: changing(change) });
  });
});

const faultyServers: readonly { fault: string; change: ChangeAnswer; noticedBy: string }[] = [
  {
    fault: "an answer breaks its schema",
    change: ({ status, headers }) => {
      const body = Buffer.from('{"id":"6533643b"}');
      return { status, headers: withHeader(headers, "content-length", String(body.length)), body };
    },
    noticedBy: "generations.get › status 200 › completed",
  },
  {
    fault: "the mock server objects to what it accepts",
    change: ({ headers, ...answer }) => ({
      ...answer,
      headers: withHeader(headers, violationsHeader, "[{}]"),
    }),
    noticedBy: "generations.create › example quick › accepted",
  },
  {
    fault: "a required header is missing",
    change: ({ headers, ...answer }) => ({ ...answer, headers: withHeader(headers, "retry-after", null) }),
    noticedBy: "generations.create › status 429 › concurrency",
  },
  {
    fault: "another content type",
    change: ({ headers, ...answer }) => ({
      ...answer,
      headers: withHeader(headers, "content-type", "text/json"),
    }),
    noticedBy: "generations.list › status 200 › empty",
  },
  {
    fault: "an undeclared status",
    change: (answer) => ({ ...answer, status: 202 }),
    noticedBy: "generations.create › example quick › accepted",
  },
  {
    fault: "a value beyond its bound is accepted",
    change: (answer) => ({
      ...answer,
      status: 201,
      headers: withHeader(answer.headers, violationsHeader, null),
    }),
    noticedBy: "generations.create › limit body/properties/outputFileName maxLength 255 › n+1 = 256 refused",
  },
];

describe("a faulty server", () => {
  test.each(faultyServers)("$fault", async ({ change, noticedBy }) => {
    const forward = forwardTo(sound.mockServerUrl);
    const answer: Answer = async (request) => change(await forward(request));
    const recorder = await startRecorder(answer);
    try {
      await expectNoticed(noticedBy, { ...sound, recorder });
    } finally {
      await recorder.stop();
    }
  });
});

async function expectNoticed(title: string, target: Target): Promise<void> {
  const one = cases.find((candidate) => candidate.title.join(" › ") === title);
  if (!one) return expect.fail(`There is no case "${title}".`);
  await expect(one.run(sound), "without the fault").resolves.toBeUndefined();
  await expect(one.run(target), "with the fault").rejects.toThrow();
}

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly json: object | null;
  readonly form: FormData | null;
}

type Change = (sent: Sent) => {
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly json?: object | null;
  readonly form?: FormData | null;
};

type ChangeAnswer = (answer: RecordedResponse) => RecordedResponse;

/** The package, but what it sends is changed on the way. */
function changing(change: Change): Target["client"] {
  const changed = async (input: RequestInfo | URL): Promise<Response> => {
    const request = new Request(input);
    const { url, headers, method } = request;
    const isForm = headers.get("content-type")?.startsWith("multipart/") === true;
    const form = isForm ? await request.formData() : null;
    const json = !isForm && method !== "GET" ? ((await request.json()) as object) : null;
    const to = change({ url, headers, json, form });
    if (isForm) headers.delete("content-type");
    const body = to.form ?? form ?? ((to.json ?? json) && JSON.stringify(to.json ?? json));
    return fetch(to.url ?? url, { method, body, headers: { ...Object.fromEntries(headers), ...to.headers } });
  };
  class Changing extends client.SyncClient {
    constructor(options: client.ClientOptions) {
      super({ ...options, fetch: changed });
    }
  }
  return { ...client, SyncClient: Changing };
}

function withHeader(headers: Headers, name: string, value: string | null): Headers {
  const changed = new Headers(headers);
  if (value === null) changed.delete(name);
  else changed.set(name, value);
  return changed;
}
