/**
 * The addresses of an operation: its path template below a base address, each parameter one segment or a part of it.
 * A pattern of our own, for in MSW's a path of the contract may hold signs that mean something else.
 *
 * @throws {TypeError} for a base that is no address
 */
export function matching(baseUrl: string, template: string): RegExp {
  if (!URL.canParse(baseUrl)) {
    throw new TypeError("The contract has no server address: give { baseUrl }, the same as to the client.");
  }
  // Parsed as the client's requests are, so that both spell what must be percent-encoded alike.
  const { origin, pathname } = new URL(
    baseUrl.replace(/(?<!\/)\/+$/, "") + template.replace(/\{[^{}]*\}/g, "{}"),
  );
  const literals = (origin + pathname).split("%7B%7D");
  return new RegExp(
    `^${literals.map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("([^/]+)")}$`,
  );
}
