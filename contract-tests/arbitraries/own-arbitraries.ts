import fc from "fast-check";

/** Made when it is first needed: a recursive schema has no end that could be made beforehand. */
export class LazyArbitrary<T> extends fc.Arbitrary<T> {
  readonly #make: () => fc.Arbitrary<T>;
  #made: fc.Arbitrary<T> | null = null;

  constructor(make: () => fc.Arbitrary<T>) {
    super();
    this.#make = make;
  }

  get #arbitrary(): fc.Arbitrary<T> {
    this.#made ??= this.#make();
    return this.#made;
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    return this.#arbitrary.generate(random, bias);
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return this.#arbitrary.canShrinkWithoutContext(value);
  }

  override shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    return this.#arbitrary.shrink(value, context);
  }
}

/** Nothing of so many tries was valid: the schema is one that this cannot make values of. */
export class NoValueError extends Error {
  override readonly name: string = "NoValueError";
}

/** So much was thrown away for one value that no more is tried; whether there is one stays unknown. */
export class TooManyTriesError extends NoValueError {
  override readonly name = "TooManyTriesError";
}

const mostTries = 400;
/** Thrown away for one value and all of its parts: in unions inside each other tries multiply. */
const mostTriesOfAll = 20_000;
/** Of the value that is being made; `null`: none is. */
let triesLeft: number | null = null;

/**
 * Keeps what a validator lets through. Unlike fast-check's own filter it gives up, with a `NoValueError`, rather than
 * try for ever.
 */
export class CheckedArbitrary<T> extends fc.Arbitrary<T> {
  readonly #source: fc.Arbitrary<T>;
  readonly #isValid: (value: T) => boolean;
  readonly #what: () => string;

  constructor(source: fc.Arbitrary<T>, isValid: (value: T) => boolean, what: () => string) {
    super();
    this.#source = source;
    this.#isValid = (value) => isValidAsFarAsKnown(isValid, value);
    this.#what = what;
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    const isWhole = triesLeft === null;
    triesLeft ??= mostTriesOfAll;
    try {
      for (let tries = 0; tries < mostTries; tries++) {
        const made = this.#source.generate(random, bias);
        if (this.#isValid(made.value)) return made;
        if (triesLeft-- <= 0)
          throw new TooManyTriesError(`${mostTriesOfAll} tries were too few: ${this.#what()}`);
      }
      throw new NoValueError(`None of ${mostTries} values is valid: ${this.#what()}`);
    } finally {
      if (isWhole) triesLeft = null;
    }
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return this.#source.canShrinkWithoutContext(value) && this.#isValid(value);
  }

  override shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    return this.#source.shrink(value, context).filter((smaller) => this.#isValid(smaller.value));
  }
}

/** A validator that calls itself without end says nothing of a value: there are others. */
function isValidAsFarAsKnown<T>(isValid: (value: T) => boolean, value: T): boolean {
  try {
    return isValid(value);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** One of several, each as likely. One that can make no value is passed over, as long as another can. */
export class EitherArbitrary<T> extends fc.Arbitrary<T> {
  readonly #sources: fc.Arbitrary<T>[];

  constructor(sources: readonly fc.Arbitrary<T>[]) {
    super();
    this.#sources = [...sources];
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<T> {
    for (;;) {
      const index = random.nextInt(0, this.#sources.length - 1);
      const source = this.#sources[index] as fc.Arbitrary<T>;
      try {
        const made = source.generate(random, bias);
        return new fc.Value(made.value_, { source, context: made.context } satisfies Choice<T>);
      } catch (error) {
        const isImpossible = error instanceof NoValueError && !(error instanceof TooManyTriesError);
        if (!isImpossible || this.#sources.length === 1) throw error;
        this.#sources.splice(index, 1);
      }
    }
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    return this.#sources.some((source) => source.canShrinkWithoutContext(value));
  }

  override shrink(value: T, context: unknown): fc.Stream<fc.Value<T>> {
    const choice = context as Choice<T> | undefined;
    const source = choice?.source ?? this.#sources.find((one) => one.canShrinkWithoutContext(value));
    if (!source) return fc.Stream.nil();
    return source
      .shrink(value, choice?.context)
      .map(
        (smaller) => new fc.Value(smaller.value_, { source, context: smaller.context } satisfies Choice<T>),
      );
  }
}

interface Choice<T> {
  readonly source: fc.Arbitrary<T>;
  readonly context: unknown;
}
