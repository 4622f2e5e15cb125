import type { Check } from "../checks/check.js";
import type { VerifyCase } from "./case.js";
import type { CaseMaker } from "./make-cases.js";
import type { VerifiedContract } from "./verified-contract.js";

/** Told when cases of an operation can't be made: its others still are. */
export type OnObstacle = (operationId: string, why: string) => void;

/**
 * What the spec shows, what the checks ask for, then each limit and each fault. Operations have their turns, so that whenever
 * a run is stopped each had its share; and nothing is made before it is wanted.
 */
export function* systematicCases(
  makers: readonly CaseMaker[],
  checks: readonly Check[],
  contract: VerifiedContract,
  onObstacle: OnObstacle,
): Generator<VerifyCase> {
  const each = (cases: (maker: CaseMaker) => Iterable<VerifyCase>): Generator<VerifyCase> =>
    inTurn(makers.map((maker) => guarded(maker, cases, onObstacle)));
  yield* each((maker) => maker.examples());
  yield* each((maker) => checks.flatMap((check) => [...(check.cases?.(maker, contract) ?? [])]));
  yield* each((maker) =>
    inTurn([
      guarded(maker, () => maker.limits(), onObstacle),
      guarded(maker, () => maker.faults(), onObstacle),
    ]),
  );
}

/** A request and its answer cost as much as a small one for each so many bytes of theirs, and as files of lines some more. */
const bytesOfOne = 16_384;
const costOfLines = 4;

/**
 * Cases by chance, without end. Each operation has its share of the work, not of the cases: one whose answers are long, a list of
 * all that the others have created, would take most of a run otherwise. Counted in bytes, so that it doesn't depend on time.
 */
export function* generatedCases(
  makers: readonly CaseMaker[],
  exchangedBytes: (operationId: string) => number,
  onObstacle: OnObstacle,
): Generator<VerifyCase> {
  let open = makers.map((maker) => ({
    maker,
    cases: guarded(maker, () => maker.generated(), onObstacle),
    begunWith: exchangedBytes(maker.operation.id),
    made: 0,
  }));
  const costOf = ({ maker, begunWith, made }: (typeof open)[number]): number =>
    made * (maker.hasLines ? costOfLines : 1) +
    Math.floor((exchangedBytes(maker.operation.id) - begunWith) / bytesOfOne);
  while (open.length > 0) {
    const next = open.reduce((least, one) => (costOf(one) < costOf(least) ? one : least));
    const { value, done } = next.cases.next();
    next.made++;
    if (done) open = open.filter((one) => one !== next);
    else yield value;
  }
}

function* guarded(
  maker: CaseMaker,
  make: (maker: CaseMaker) => Iterable<VerifyCase>,
  onObstacle: OnObstacle,
): Generator<VerifyCase> {
  try {
    yield* make(maker);
  } catch (error) {
    onObstacle(maker.operation.id, error instanceof Error ? error.message : String(error));
  }
}

function* inTurn<Item>(sources: readonly Iterator<Item>[]): Generator<Item> {
  let open = [...sources];
  while (open.length > 0) {
    const still: Iterator<Item>[] = [];
    for (const source of open) {
      const { value, done } = source.next();
      if (done) continue;
      still.push(source);
      yield value;
    }
    open = still;
  }
}
