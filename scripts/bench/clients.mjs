// The same small program on each client of the Sync API: create a job, then look at it.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchFolder, peer, root, run } from "./measure.mjs";

const request = `{
  input: [
    { type: "video", url: "https://your-cdn.com/video.mp4" },
    { type: "audio", url: "https://your-cdn.com/audio.wav" },
  ],
  model: "lipsync-2",
}`;

/**
 * A client's part of the program: `create` and `get`, for the address and key in the expressions `base` and `key`.
 * `options` are for a client that takes some.
 */
const sources = {
  "plain fetch": ({ base, key }) => `
const call = async (path: string, init: RequestInit): Promise<{ id: string; status: string }> => {
  const response = await fetch(${base} + path, { ...init, headers: { ...init.headers, "x-api-key": ${key} } });
  if (!response.ok) throw new Error(\`\${path}: \${response.status}\`);
  return (await response.json()) as { id: string; status: string };
};
export const create = () =>
  call("/v2/generate", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(${request}) });
export const get = (id: string) => call(\`/v2/generate/\${encodeURIComponent(id)}\`, {});`,

  "openapi-fetch": ({ base, key }) => `
import createClient from "openapi-fetch";
import type { paths } from "./openapi-typescript.js";
const sync = createClient<paths>({ baseUrl: ${base}, headers: { "x-api-key": ${key} } });
export const create = async () => {
  const { data, error } = await sync.POST("/v2/generate", { body: ${request} });
  if (!data) throw new Error(JSON.stringify(error));
  return data;
};
export const get = async (id: string) => {
  const { data, error } = await sync.GET("/v2/generate/{id}", { params: { path: { id } } });
  if (!data) throw new Error(JSON.stringify(error));
  return data;
};`,

  "sync-api-client": ({ base, key, options = "" }) => `
import { SyncClient } from "sync-api-client";
const sync = new SyncClient({ baseUrl: ${base}, apiKey: ${key}${options} });
export const create = () => sync.generations.create(${request});
export const get = (id: string) => sync.generations.get(id);`,

  "@hey-api/openapi-ts": ({ base, key }) => `
import { generationsCreate, generationsGet } from "./hey-api/index.js";
import { client } from "./hey-api/client.gen.js";
client.setConfig({ baseUrl: ${base}, auth: () => ${key} });
export const create = async () => (await generationsCreate({ body: ${request}, throwOnError: true })).data;
export const get = async (id: string) => (await generationsGet({ path: { id }, throwOnError: true })).data;`,

  "redocly generate-client": ({ base, key }) => `
import { configure, generations_create, generations_get } from "./redocly/client.js";
configure({ serverUrl: ${base}, auth: { apiKey: { apiKey: ${key} } } });
export const create = () => generations_create({ body: ${request} });
export const get = (id: string) => generations_get({ path: { id } });`,

  "@sync.so/sdk": ({ base, key, perCall = "" }) => `
import { SyncClient } from "@sync.so/sdk";
const sync = new SyncClient({ baseUrl: ${base}, apiKey: ${key} });
export const create = () => sync.generations.create(${request}${perCall});
export const get = (id: string) => sync.generations.get(id${perCall});`,
};

export const clients = Object.keys(sources);
export const source = (client, settings) => sources[client](settings).trimStart();

/** The whole program. */
export const program = (client) => `${source(client, { base: '"https://api.sync.so"', key: '"key"' })}
const response = await create();
console.log(\`Job ID: \${response.id}\`);
const job = await get(response.id);
console.log(job.status);
`;

/** A folder in which the programs find what they import; ours is `own`, a package's folder. */
export function clientsFolder(spec, folder, own = join(root, "generated")) {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@types"), { recursive: true });
  const link = (name, target) => symlinkSync(target, join(modules, name), "dir");
  link("sync-api-client", own);
  link("@sync.so", join(benchFolder, "node_modules", "@sync.so"));
  for (const name of ["openapi-fetch", "openapi-typescript-helpers", "@types/node", "undici-types"])
    link(name, join(root, "node_modules", name));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const bundled = join(folder, "openapi.json"); // of a spec in many files, hey-api makes types that refuse the program
  run([peer("redocly"), "bundle", spec, "-o", bundled]);
  run([peer("openapi-typescript"), bundled, "-o", join(folder, "openapi-typescript.ts")]);
  run([peer("openapi-ts"), "-i", bundled, "-o", join(folder, "hey-api"), "--no-log-file"]);
  run([peer("redocly"), "generate-client", bundled, "--output", join(folder, "redocly", "client.ts")]);
  return folder;
}
