/** A binary heap: whatever comes before all others is on top. */
export class Heap<T> {
  readonly #comesBefore: (a: T, b: T) => boolean;
  #items: T[] = [];

  constructor(comesBefore: (a: T, b: T) => boolean) {
    this.#comesBefore = comesBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  get top(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#comesBefore(item, items[parent] as T)) break;
      items[at] = items[parent] as T;
      at = parent;
    }
    items[at] = item;
  }

  /** Takes the top away. */
  pop(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let at = 0;
    for (;;) {
      let next = 2 * at + 1;
      if (next >= items.length) break;
      if (next + 1 < items.length && this.#comesBefore(items[next + 1] as T, items[next] as T)) next += 1;
      if (!this.#comesBefore(items[next] as T, last)) break;
      items[at] = items[next] as T;
      at = next;
    }
    items[at] = last;
  }

  /** Drops all others, and finds the order anew, should what it follows from have changed. */
  keep(wanted: (item: T) => boolean): void {
    const kept = this.#items.filter(wanted);
    this.#items = kept.sort((a, b) => (this.#comesBefore(a, b) ? -1 : 1));
  }

  clear(): void {
    this.#items = [];
  }
}
