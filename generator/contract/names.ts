/** `post_oauth2_token#refresh` → `["post", "oauth2", "token", "refresh"]`; a word keeps its own capitals. */
export function words(text: string): string[] {
  return text
    .normalize("NFC")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** `list-global-advisories` → `listGlobalAdvisories`, `createWithFiles` as it is. Never locale-dependent. */
export function camelCase(text: string): string {
  const [first = "", ...rest] = words(text);
  const head =
    first === first.toUpperCase() ? first.toLowerCase() : first.charAt(0).toLowerCase() + first.slice(1);
  return head + rest.map(capitalise).join("");
}

/** `simple-user` → `SimpleUser`, `Parcel` as it is. */
export function pascalCase(text: string): string {
  return words(text).map(capitalise).join("");
}

/** `Parcel API` → `parcel-api` */
export function kebabCase(text: string): string {
  return words(text)
    .map((word) => word.toLowerCase())
    .join("-");
}

/** `parcels.create` → group `["parcels"]`, name `create`: the spec's name, part by part, is the name at the call site. */
export function splitOperationId(id: string): { group: string[]; name: string } {
  const parts = id
    .split(/[./]/)
    .map(camelCase)
    .filter((part) => part !== "");
  return { group: parts.slice(0, -1), name: parts.at(-1) ?? "" };
}

export function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
