import { realpathSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import SwaggerParser from "@apidevtools/swagger-parser";

/** The root file of a spec: the file itself, or the `openapi.yaml` (or `.yml`, `.json`) of a folder. */
export function rootFileOf(spec: string): string {
  const found = statSync(spec, { throwIfNoEntry: false });
  if (!found) throw new Error(`There is no file ${spec}.`);
  if (!found.isDirectory()) return spec;
  const files = ["openapi.yaml", "openapi.yml", "openapi.json"].map((name) => join(spec, name));
  const root = files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  if (root === undefined) throw new Error(`There is no openapi.yaml in ${spec}.`);
  return root;
}

/** Reads files of the root file's folder only, links followed: a spec may come from a stranger. */
export function readerOf(specPath: string): (path: string) => Promise<string> {
  const folder = realpathSync(dirname(resolve(specPath)));
  return async (path) => {
    const inner = relative(folder, realpathSync(path));
    if (inner === ".." || inner.startsWith(`..${sep}`))
      throw new Error(`${path} is outside of the spec's folder. Move it there, or inline it.`);
    return readFile(path, "utf8");
  };
}

/** A spec of any number of files as one document, whose references stay. */
export const bundleSpec = (specPath: string): Promise<object> =>
  readBy(specPath, (options) => SwaggerParser.bundle(specPath, options));

/** A spec of any number of files as one value without references; what refers to itself does so as an object. */
export const dereferenceSpec = (specPath: string): Promise<object> =>
  readBy(specPath, (options) =>
    SwaggerParser.dereference(specPath, {
      ...options,
      dereference: { circular: true },
    } as SwaggerParser.Options),
  );

/** Has swagger-parser read as {@link readerOf} does, and nothing from the network. */
async function readBy(
  specPath: string,
  parse: (options: SwaggerParser.Options) => Promise<object>,
): Promise<object> {
  const read = readerOf(specPath);
  let refusal: unknown;
  const inFolder = {
    order: 1,
    canRead: true,
    read: async ({ url }: { url: string }): Promise<string> => {
      try {
        if (/^https?:/i.test(url)) throw new Error(`${url} is on the network, which is not asked.`);
        return await read(url.startsWith("file:") ? fileURLToPath(url) : decodeURIComponent(url));
      } catch (error) {
        refusal ??= error;
        throw error;
      }
    },
  };
  try {
    return await parse({ resolve: { http: false, file: false, inFolder } } as SwaggerParser.Options);
  } catch (error) {
    throw refusal ?? error; // the parser only says which file it was
  }
}
