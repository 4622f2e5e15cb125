/** `["paths", "/a/b"]` → `#/paths/~1a~1b` */
export function toPointer(tokens: readonly string[]): string {
  let pointer = "#";
  for (const token of tokens)
    pointer += `/${/[~/]/.test(token) ? token.replaceAll("~", "~0").replaceAll("/", "~1") : token}`;
  return pointer;
}

/** `#/paths/~1a~1b` (or the same without `#`, or percent-encoded as in a `$ref`) → `["paths", "/a/b"]` */
export function fromPointer(pointer: string): string[] {
  const path = pointer.startsWith("#") ? pointer.slice(1) : pointer;
  if (path === "" || path === "/") return [];
  return path
    .split("/")
    .slice(1)
    .map((token) =>
      /[%~]/.test(token) ? decodePercent(token).replaceAll("~1", "/").replaceAll("~0", "~") : token,
    );
}

function decodePercent(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token; // a bare "%" in a hand-written pointer
  }
}
