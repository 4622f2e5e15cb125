/** What is used of Node, in types of our own: users need none of Node's. */
export interface FileHandle {
  writeFile(text: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}
export interface FileSystem {
  open(path: string, flags: string): Promise<FileHandle>;
  readFile(path: string, encoding: "utf8"): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
}
interface NodeProcess {
  readonly pid: number;
  kill(pid: number, signal: 0): boolean;
  getBuiltinModule?(name: string): unknown;
}

/** @throws {TypeError} where this is not Node */
export function platform(user: string): { fs: FileSystem; os: { hostname(): string }; process: NodeProcess } {
  const { process } = globalThis as { process?: NodeProcess };
  const fs = process?.getBuiltinModule?.("node:fs/promises");
  const os = process?.getBuiltinModule?.("node:os");
  if (!process || !fs || !os) throw new TypeError(`${user} needs Node.js 20.16 or newer.`);
  return { fs: fs as FileSystem, os: os as { hostname(): string }, process };
}

export async function readIfThere(fs: FileSystem, path: string): Promise<string | null> {
  return fs.readFile(path, "utf8").catch(ignoring("ENOENT"));
}

export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

export function ignoring(code: string): (error: unknown) => null {
  return (error) => {
    if (codeOf(error) === code) return null;
    throw error;
  };
}
