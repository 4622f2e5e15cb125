import { createHash } from "node:crypto";

/** The files of an output folder as an earlier run might have left it, with a file of someone else's beside them. */
export function oldOutput(
  files: Readonly<Record<string, string>> = {
    "README.md": "old\n",
    "src/index.ts": "export const old = 1;\n",
  },
): Record<string, string> {
  const digests = Object.entries(files).map(([path, text]) => [
    path,
    createHash("sha256").update(text).digest("hex"),
  ]);
  const manifest = { inputs: "0", sources: ["openapi.yaml"], files: Object.fromEntries(digests) };
  return { ...files, ".specwright.json": `${JSON.stringify(manifest, null, 2)}\n`, "NOTES.txt": "mine\n" };
}
