/** What one batch may hold; without a limit: 1 and `Infinity`. */
export interface Bounds {
  readonly minItems: number;
  readonly maxItems: number;
  readonly maxBytes: number;
}

/**
 * How many lines to hold before the first batch of them is cut off, so that whatever follows can still be cut into
 * batches of a permitted number of lines: a full batch, and the fewest lines from which on every number of lines is a
 * sum of permitted ones.
 */
export function lookAhead({ minItems, maxItems }: Bounds): number {
  const spread = maxItems - minItems;
  return maxItems + (spread > 0 ? minItems * Math.ceil((minItems - 1) / spread) : 0);
}

/**
 * The largest first batch after which the other lines can be cut into batches too; 0 if there is none.
 *
 * @param sizes bytes of each line that is held
 * @param ended whether they are the last; otherwise the last batch may stay open, and grow by lines to come
 */
export function firstCut(sizes: readonly number[], bounds: Bounds, ended: boolean): number {
  const { minItems, maxItems, maxBytes } = bounds;
  const count = sizes.length;
  /** Whether the lines from here on can be cut. */
  const works = new Array<boolean>(count + 1).fill(false);
  works[count] = true;
  let cut = 0;
  let end = count; // no batch that begins at `start` can end after it
  let bytes = 0; // of the lines from `start` to `end`
  for (let start = count - 1; start >= 0; start--) {
    bytes += sizes[start] ?? 0;
    while (end - start > maxItems || bytes > maxBytes) bytes -= sizes[--end] ?? 0;
    cut = end;
    while (cut >= start + minItems && !works[cut]) cut--;
    if (cut < start + minItems) cut = 0;
    works[start] = cut > 0 || (!ended && end === count);
  }
  return cut;
}
