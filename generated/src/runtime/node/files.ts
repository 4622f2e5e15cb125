import { InvalidArgumentError } from "../errors.js";
import { mediaTypeOf } from "../file-kinds.js";

export interface OpenFileOptions {
  /** The file's media type; by default what its first bytes say. */
  readonly type?: string | undefined;
  /** The name that is sent with it; by default its own, without its folder. */
  readonly name?: string | undefined;
}

/**
 * A file on disk as a `File`, to be given to any method that takes one. Of its content only the first bytes are read
 * here; the rest is read as it is sent, a little at a time, and again if the call is repeated. The file must stay as it
 * is until then.
 *
 * @param path where it is: a path, or a `file:` URL
 * @throws {InvalidArgumentError} if there is none, it is a folder, is empty, or can't be read
 */
export async function openFile(path: string | URL, options: OpenFileOptions = {}): Promise<File> {
  const { openAsBlob, promises, constants } = node("node:fs");
  const at = pathOf(path);
  const refuse = (what: string): InvalidArgumentError => new InvalidArgumentError("path", `${at} ${what}.`);
  const refuseFor = (error: SystemError): never => {
    throw refuse(reasons[error.code ?? ""] ?? `can't be opened (${error.code ?? error.message})`);
  };
  const found = await promises.stat(at).catch(refuseFor);
  if (found.isDirectory()) throw refuse("is a folder");
  if (!found.isFile()) throw refuse("is no ordinary file"); // of a pipe or a device nobody knows the size
  if (found.size === 0) throw refuse("is empty");
  await promises.access(at, constants.R_OK).catch(refuseFor);
  const blob = await openAsBlob(at);
  const head = await blob
    .slice(0, 64)
    .arrayBuffer()
    .catch(() => Promise.reject(refuse("can't be read; is it being written?")));
  const type = options.type ?? mediaTypeOf(new Uint8Array(head));
  return new File([blob], options.name ?? node("node:path").basename(at), {
    type,
    lastModified: found.mtimeMs,
  });
}

/** What is used of Node, so that neither this package nor its users need Node's types. */
interface NodeModules {
  readonly "node:fs": {
    openAsBlob(path: string): Promise<Blob>;
    readonly constants: { readonly R_OK: number };
    readonly promises: {
      access(path: string, mode: number): Promise<void>;
      stat(
        path: string,
      ): Promise<{ size: number; mtimeMs: number; isDirectory(): boolean; isFile(): boolean }>;
    };
  };
  readonly "node:path": { basename(path: string): string };
  readonly "node:url": { fileURLToPath(url: URL): string };
}

interface SystemError extends Error {
  readonly code?: string;
}

function node<Name extends keyof NodeModules>(name: Name): NodeModules[Name] {
  const { process } = globalThis as unknown as {
    process?: { getBuiltinModule?(name: Name): NodeModules[Name] };
  };
  const found = process?.getBuiltinModule?.(name);
  if (!found) throw new TypeError("Files on disk can be opened on Node 20.19 or newer, and what is like it.");
  return found;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  ENOTDIR: "is not there",
  EACCES: "may not be read",
  EPERM: "may not be read",
};

function pathOf(path: string | URL): string {
  try {
    return path instanceof URL ? node("node:url").fileURLToPath(path) : path;
  } catch (error) {
    throw new InvalidArgumentError("path", `${String(path)} is no file: ${(error as Error).message}.`);
  }
}
