/** A JSON pointer as a URI fragment shows it. */
export function pointerOf(tokens: readonly (string | number)[]): string {
  return ["#", ...tokens.map((token) => escapeToken(String(token)))].join("/");
}

export function escapeToken(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** The keys by which a JSON pointer in a URI fragment leads. */
export function tokensOf(fragment: string): string[] {
  return fragment
    .split("/")
    .slice(1)
    .map((token) => unescapeToken(decodeURIComponent(token)));
}

/** The value at a JSON pointer; `undefined` if there is none. */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map(unescapeToken)
    .reduce<unknown>(
      (at, token) =>
        typeof at === "object" && at !== null && Object.hasOwn(at, token)
          ? (at as Record<string, unknown>)[token]
          : undefined,
      value,
    );
}
