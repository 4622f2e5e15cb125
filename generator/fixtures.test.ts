import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generate } from "./generate.js";
import { typeScriptWork } from "./render/typescript-work.js";
import { scratchFolders } from "./testing/scratch-folder.js";
import { project } from "./testing/specwright.js";
import { projectIn, typeErrors } from "./testing/type-errors.js";
import { applyWrite } from "./write/write-files.js";

const scratch = scratchFolders();

/** Ways to use a package, each line of which must be right, or be wrong where it says so. */
const uses: Readonly<Record<string, string>> = {
  shop: `
    import { type Customer, type ErrorSchema, PriorityValues, type RecordSchema, ShopLagerClient, StatusValues } from "./index.js";
    declare const client: ShopLagerClient;
    const order = await client.orders.getOne(7, { "X-Trace": "1" });
    const note: string | null | undefined = order.note;
    const status: "open" | "paid" | "sent off" | "" | null = order.status;
    const replaced: string | undefined = order.replaces?.replaces?.customer.name;
    if (order.customer.kind === "company") order.customer.vat satisfies string;
    await client.orders.list({ filter: { minTotal: 1, status: null }, sort: ["a"], where: { a: "b" }, "page[size]": 10 });
    const record: RecordSchema = await client.orders.createMany([order]);
    const deep: unknown = record.tree?.children?.[0]?.children;
    const gone: void = await client.orders.delete(7);
    const token: string = (await client.postToken({ grant_type: "password", scope: ["a"] })).access_token;
    await client.files.put("a.bin", { body: new Blob([]), overwrite: true });
    await client.files.put("a.bin", { body: { stream: new Blob([]).stream(), size: 0 }, overwrite: true });
    for await (const listed of client.orders.list({})) listed.note satisfies string | null | undefined;
    const file: Blob = await client.files.get("a.bin");
    const names: string = await client.files.upload({ files: [new Blob([])], labels: ["a"], meta: order });
    const sizes: { [key: string]: number } = await client.größe.lesen();
    const priorities: readonly (1 | 2 | -3)[] = PriorityValues;
    const error: ErrorSchema = { message: "no", "x-detail": "1" };
    const person: Customer = { kind: "person", name: "A" };
    // @ts-expect-error the path parameter is a number
    await client.orders.getOne("7", { "X-Trace": "1" });
    // @ts-expect-error the operation's own parameter is required, unlike the path's of that name
    await client.orders.getOne(7);
    // @ts-expect-error not one of the enum
    await client.postToken({ grant_type: "magic" });
    // @ts-expect-error a file is never a string
    await client.files.upload({ files: ["a"] });
    // @ts-expect-error a company has more
    const company: Customer = { kind: "company", name: "A" };
    void [note, status, replaced, deep, gone, token, file, names, sizes, priorities, StatusValues, error, person, company];
  `,
  strange: `
    import { type Elsewhere, type Objects, StrangeClient } from "./index.js";
    declare const client: StrangeClient;
    await client.names.queryAndHeader({ name: "a" }, { headers: { name: "b" } });
    await client.names.body({ body: "all", requestBody: { body: "b" } });
    const answer: { id?: string } | undefined = await client.answers.maybeEmpty();
    // @ts-expect-error there may be no content
    (await client.answers.maybeEmpty()).id;
    const free: { [key: string]: unknown } = await client.answers.freeForm({ any: 1, thing: "x" });
    const { closed } = {} as Objects;
    // @ts-expect-error a closed object holds nothing else
    closed satisfies { any: unknown } | undefined;
    const elsewhere: Elsewhere = { size: "s", sized: { mm: 1 }, free: null, first: { several: { several: 1 } } };
    // @ts-expect-error not one of the enum
    elsewhere.size = "m";
    // @ts-expect-error a number
    elsewhere.sized.mm = "1";
    await client.paths.get(7, ["a", "b"], 1.5, "x");
    // @ts-expect-error the schema that is referred to is a number
    await client.paths.get("7", ["a"], 1.5, "x");
    // @ts-expect-error the list is one of texts
    await client.paths.get(7, [1], 1.5, "x");
    const { size }: { size?: number } = await client.bodies.put(7, { dry: true, body: { any: 1 } });
    await client.bodies.put(7);
    await client.bodies.putAsMergePatch(7, { size: 1 });
    await client.bodies.putWithFiles(7, { photo: new Blob([]), dry: true });
    await client.bodies.putWithFiles(7, { photo: { url: "https://x.example" } });
    await client.bodies.putAsForm(7, { rest: "a" });
    await client.bodies.putTable(7, { body: "a,b" });
    await client.bodies.putAsBytes(7, { body: new Blob([]) });
    // @ts-expect-error who calls it has a photo to send
    await client.bodies.putWithFiles(7);
    // @ts-expect-error of the form, not of the patch
    await client.bodies.putAsMergePatch(7, { rest: "a" });
    void [answer, free, size];
  `,
  examples: `
    import { ParcelDeskClient } from "./index.js";
    import { movedWebhook, photosAdd, schema2 } from "./examples.js";
    import { handlers, respond } from "./msw.js";
    declare const client: ParcelDeskClient;
    await client.schema("1", { ...schema2.requests["big one"], dry: true });
    const wrong: number = schema2.requests.wrong.size;
    const proto: number = schema2.requests["__proto__"].size;
    const tags: string[] | undefined = schema2.responses["200"].example.tags;
    const refused: string = schema2.responses["4XX"].example;
    await client.photos.add(photosAdd.requests.example);
    const to: string = movedWebhook.example.to;
    respond("schema", { status: 200, example: "example" });
    respond("photos.add", { status: 204, body: null });
    // @ts-expect-error a size is a number
    const size: string = schema2.requests.wrong.size;
    // @ts-expect-error a form has no answer to show
    photosAdd.responses["200"];
    void [wrong, proto, tags, refused, to, size, handlers];
  `,
  "webhooks-only": `
    import { type Parcel, ParcelHooksClient } from "./index.js";
    const parcel: Parcel = { id: 1 };
    void [new ParcelHooksClient({ baseUrl: "https://api.example.com" }).http, parcel];
  `,
  "signed-webhooks": `
    import type { FoundPayload, ParcelLostPayload, Received, UnsignedPayload, WebhookEvent as Sent } from "./index.js";
    import { handleNode, handleRequest, sign, verify, type WebhookEvent } from "./webhooks.js";
    const lost: ParcelLostPayload = { event: "lost", parcel: 1 };
    const found: FoundPayload = null;
    const names: UnsignedPayload = ["a"];
    function read(event: WebhookEvent): Sent | Received | number | null | unknown {
      switch (event.type) {
        case "parcel.sent": return event.payload satisfies Sent;
        case "parcel-lost": return event.payload.parcel satisfies number;
        case "found": return event.payload satisfies Sent | null;
        case "depot/full": return event.payload.level satisfies "high" | "low";
        case "ping": return event.payload;
        case "unknown": return event.payload;
        default: return event satisfies never;
      }
    }
    const event: WebhookEvent = await verify("{}", { "Depot-Signature": ["t"] }, ["a", "b"], { toleranceSeconds: 60 });
    await verify(new Uint8Array(), new Headers(), "a");
    const header: string = await sign(new ArrayBuffer(1), "a", { timestamp: 1, type: "depot/full" });
    handleNode("a", read, { onError: () => undefined }) satisfies (request: never, response: never) => Promise<void>;
    const answer: Response = await handleRequest("a", async (given) => void read(given), { maxBytes: 1 })(new Request("http://a"));
    // @ts-expect-error a body that was parsed
    verify({ id: 1 }, {}, "a");
    // @ts-expect-error no secret
    verify("", {}, undefined as string | undefined);
    // @ts-expect-error no such webhook
    sign("", "a", { type: "unsigned" });
    void [lost, found, names, event, header, answer];
  `,
  twins: `
    import { type Item, type Item2, TwinsClient } from "./index.js";
    declare const client: TwinsClient;
    const a: Item = await client.a.get();
    const b: Item2 = await client.b.get();
    const other: "x" | "y" | undefined = a.b?.a?.self?.b?.other;
    void [b, other];
  `,
};

describe("the package of a fixture is what its users need, by a strict compiler", () => {
  test.each(Object.keys(uses))("%s", async (name) => {
    const outDir = join(scratch(), "client");
    const spec = join(project, "generator", "fixtures", name);
    const { plan } = await generate({ spec, outDir, manifest: null, work: typeScriptWork, onStep: () => {} });
    applyWrite(plan);
    symlinkSync(join(project, "node_modules"), join(outDir, "node_modules"));
    writeFileSync(join(outDir, "src", "use.ts"), uses[name] ?? "");
    expect(compile(outDir, name === "shop")).toEqual([]);
  });
});

test("a package has webhooks only if its contract says how they are signed", async () => {
  const exported = async (name: string): Promise<unknown> => {
    const spec = join(project, "generator", "fixtures", name);
    const outDir = join(scratch(), "client");
    const { plan } = await generate({ spec, outDir, manifest: null, work: typeScriptWork, onStep: () => {} });
    applyWrite(plan);
    const { exports } = JSON.parse(readFileSync(join(outDir, "package.json"), "utf8")) as { exports: object };
    return [Object.keys(exports), existsSync(join(outDir, "src", "runtime", "webhooks"))];
  };
  expect(await exported("webhooks-only")).toEqual([expect.not.arrayContaining(["./webhooks"]), false]);
  expect(await exported("signed-webhooks")).toEqual([expect.arrayContaining(["./webhooks"]), true]);
});

/**
 * Everything our compiler says of a package, by the package's own settings and ours, the stricter of each. The runtime is
 * the same in each, so one is enough.
 */
function compile(folder: string, withRuntime: boolean): string[] {
  const { strict, lib, ...ours } = projectIn(project).options;
  const options = { ...ours, ...projectIn(folder).options, strict: true, noEmit: true, composite: false };
  return typeErrors(folder, options, (path) => withRuntime || !path.includes("/src/runtime/"));
}
