/** A JSON pointer as a URI fragment shows it. */
export function pointerOf(tokens: readonly (string | number)[]): string {
  return ["#", ...tokens.map((token) => escapeToken(String(token)))].join("/");
}

export function escapeToken(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}
