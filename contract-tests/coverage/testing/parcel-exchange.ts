import { type Observation, observationOf } from "../observation.js";

export const parcels = "contract-tests/fixtures/parcels/openapi.yaml";

/** What a test saw of a server of parcels; all but what is given is as it should be. */
export interface Given {
  readonly test?: string;
  readonly get?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly plan?: string;
  readonly body?: unknown;
  readonly status?: number;
  readonly answer?: unknown;
}

const home = { to: { street: "Main Street 1" }, grams: 500 };

export function parcelExchange(given: Given = {}): Observation {
  const { test = "t", get, headers = {}, key = "k", plan = null, body = home } = given;
  const { status = get === undefined ? 201 : 200 } = given;
  const { answer = status < 300 ? { id: "p1", grams: 500 } : { code: "wrong" } } = given;
  const sent = get === undefined ? Buffer.from(JSON.stringify(body)) : null;
  return observationOf(
    {
      method: get === undefined ? "POST" : "GET",
      target: get ?? "/parcels",
      headers: [
        ["X-Api-Key", key],
        ...(sent ? [["Content-Type", "application/json"] as const] : []),
        ...Object.entries(headers),
      ],
      body: sent,
      status,
      answerHeaders: [["content-type", "application/json"]],
      answer: JSON.stringify(answer),
    },
    { test, server: "http://127.0.0.1", plan },
  );
}

/** What covers all operations and statuses of the contract, one exchange for each status. */
export const everyStatus: readonly Given[] = [
  {},
  { body: { ...home, grams: 0 }, status: 400 },
  { status: 401 },
  { status: 429 },
  { get: "/parcels/p1" },
  { get: "/parcels/p2", status: 404 },
];
