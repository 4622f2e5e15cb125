const known = new WeakMap<object, readonly number[]>();

/** Where each line of a file's text begins; found once, for who asks for a place may ask for thousands. */
export function lineStarts(file: { readonly text: string }): readonly number[] {
  const found = known.get(file);
  if (found) return found;
  const { text } = file;
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  known.set(file, starts);
  return starts;
}
