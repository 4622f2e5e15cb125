/** A JSON pointer as a URI fragment shows it. */
export function pointerOf(tokens: readonly (string | number)[]): string {
  return ["#", ...tokens.map((token) => String(token).replaceAll("~", "~0").replaceAll("/", "~1"))].join("/");
}
