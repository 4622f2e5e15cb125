/** The answer of a call that lists things: `await` it for all of them, or go through them by `for await`. */
export interface ListPromise<Item> extends Promise<Item[]>, AsyncIterable<Item> {}

/** Makes the promise of a list one that can be gone through. */
export function listOf<Item>(list: Promise<Item[]>): ListPromise<Item> {
  return Object.assign(list, {
    async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
      yield* await list;
    },
  });
}
