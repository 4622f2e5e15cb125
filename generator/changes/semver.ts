export type Bump = "major" | "minor" | "patch" | "none";

const order: readonly Bump[] = ["none", "patch", "minor", "major"];

interface Version {
  readonly parts: readonly [number, number, number];
  readonly preRelease: string;
}

function parse(text: string): Version | null {
  const match = /^v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(
    text.trim(),
  );
  if (!match) return null;
  const [, major, minor, patch = "0", preRelease = ""] = match;
  return { parts: [Number(major), Number(minor), Number(patch)], preRelease };
}

/** Before 1.0.0 the second number is what the first is later. */
export function raised(version: string, due: Bump): Bump {
  const parsed = parse(version);
  if (parsed?.parts[0] !== 0) return due;
  return due === "major" ? "minor" : due === "minor" ? "patch" : due;
}

/** The version that is due after another; `null` where that is no semantic version. */
export function bump(version: string, due: Bump): string | null {
  const parsed = parse(version);
  if (!parsed) return null;
  const [major, minor, patch] = parsed.parts;
  switch (raised(version, due)) {
    case "major":
      return `${major + 1}.0.0`;
    case "minor":
      return `${major}.${minor + 1}.0`;
    case "patch":
      return `${major}.${minor}.${patch + 1}`;
    case "none":
      return version;
  }
}

/** Which number was raised; `null` where one of the two is no semantic version. */
export function bumpBetween(before: string, after: string): Bump | "lower" | null {
  const [from, to] = [parse(before), parse(after)];
  if (!from || !to) return null;
  for (const [index, name] of (["major", "minor", "patch"] as const).entries()) {
    const difference = (to.parts[index] ?? 0) - (from.parts[index] ?? 0);
    if (difference !== 0) return difference > 0 ? name : "lower";
  }
  return "none";
}

export const reaches = (written: Bump | "lower", due: Bump): boolean =>
  written !== "lower" && order.indexOf(written) >= order.indexOf(due);
