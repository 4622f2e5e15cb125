// A small API, written by hand with Hono against openapi.yaml: contract.test.ts holds it against that contract.
//
//   API_KEY=… node examples/bike-rental/server.ts

import { randomUUID } from "node:crypto";
import { serve } from "@hono/node-server";
import { type Context, Hono, type MiddlewareHandler } from "hono";

/** Mistakes as people make them; planted-faults.test.ts shows that each is found. */
export type Planted =
  | "rents a bike for any number of hours"
  | "shows a rental to anyone"
  | "writes the price as a text";

const centsPerHour = { city: 300, cargo: 700, touring: 450 } as const;
type Kind = keyof typeof centsPerHour;

interface NewRental {
  kind: Kind;
  hours: number;
  note?: string;
}

export function createApp(apiKey: string, planted?: Planted): Hono {
  const app = new Hono();
  const rentals = new Map<string, object>();

  const authorize: MiddlewareHandler = async (context, next) => {
    if (context.req.header("authorization") !== `Bearer ${apiKey}`) return wrong(context, 401, "no such key");
    return next();
  };
  app.post("/rentals", authorize);
  if (planted !== "shows a rental to anyone") app.get("/rentals/:id", authorize);

  app.get("/bikes", (context) => {
    const { kind, limit = "50" } = context.req.query();
    if (kind !== undefined && !isKind(kind)) return wrong(context, 400, `there are no ${kind} bikes`);
    if (!/^[1-9]\d?$/.test(limit) || Number(limit) > 50) return wrong(context, 400, "limit is from 1 to 50");
    const bikes = Object.entries(centsPerHour).map(([name, cents]) => ({ kind: name, centsPerHour: cents }));
    return context.json(
      bikes.filter((bike) => kind === undefined || bike.kind === kind).slice(0, Number(limit)),
    );
  });

  app.post("/rentals", async (context) => {
    const body = await readJson(context);
    const problem = problemOf(body, planted === "rents a bike for any number of hours" ? Infinity : 72);
    if (problem !== null) return wrong(context, 400, problem);
    const { kind, hours, note } = body as NewRental;
    const cents = hours * centsPerHour[kind];
    const rental = {
      id: randomUUID(),
      kind,
      hours,
      ...(note !== undefined && { note }),
      cents: planted === "writes the price as a text" ? `${cents}` : cents,
    };
    rentals.set(rental.id, rental);
    return context.json(rental, 201);
  });

  app.get("/rentals/:id", (context) => {
    const id = context.req.param("id");
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
      return wrong(context, 400, "no id of a rental");
    const rental = rentals.get(id.toLowerCase());
    return rental ? context.json(rental) : wrong(context, 404, "no such rental");
  });

  for (const [path, method] of [
    ["/bikes", "GET"],
    ["/rentals", "POST"],
    ["/rentals/:id", "GET"],
  ] as const)
    app.all(path, (context) => {
      context.header("Allow", method);
      return wrong(context, 405, `only ${method}`);
    });
  return app;
}

function wrong(context: Context, status: 400 | 401 | 404 | 405, error: string): Response {
  return context.json({ error }, status);
}

async function readJson({ req }: Context): Promise<unknown> {
  if (!/^application\/json\b/.test(req.header("content-type") ?? "")) return undefined;
  return req.json().catch(() => undefined);
}

function problemOf(body: unknown, mostHours: number): string | null {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return "the body must be a JSON object";
  const { kind, hours, note, ...others } = body as Record<string, unknown>;
  if (typeof kind !== "string" || !isKind(kind)) return "kind must be city, cargo or touring";
  if (!Number.isInteger(hours) || Number(hours) < 1 || Number(hours) > mostHours)
    return `hours must be a whole number from 1 to ${mostHours}`;
  if (note !== undefined && (typeof note !== "string" || [...note].length > 200))
    return "note must be a text of at most 200 characters";
  return Object.keys(others).length > 0 ? `unknown: ${Object.keys(others).join(", ")}` : null;
}

function isKind(text: string): text is Kind {
  return Object.hasOwn(centsPerHour, text);
}

if (import.meta.filename === process.argv[1]) {
  const { API_KEY, PORT = "3000" } = process.env;
  if (!API_KEY) throw new Error("Set API_KEY to the key that lets a request in.");
  serve({ fetch: createApp(API_KEY).fetch, port: Number(PORT) }, ({ port }) =>
    console.log(`Bikes are rented on port ${port}`),
  );
}
