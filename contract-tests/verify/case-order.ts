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

/** Cases by chance, without end; of files with many lines fewer, for each is as much work as many others. */
export function generatedCases(makers: readonly CaseMaker[], onObstacle: OnObstacle): Generator<VerifyCase> {
  return inTurn(
    makers.flatMap((maker) => {
      const cases = guarded(maker, () => maker.generated(), onObstacle);
      return maker.hasLines ? [cases] : [cases, cases, cases, cases];
    }),
  );
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
