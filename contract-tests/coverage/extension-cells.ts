import { array, object } from "../support/contract.js";
import { pointerOf } from "../support/pointer.js";
import type { Cell } from "./cell.js";
import type { CoveredContract, CoveredOperation, Subject } from "./covered-contract.js";
import type { SchemaNode } from "./schema-tree.js";

/** The limits that OpenAPI has no word for: sizes and lines of files, rates, plans, features, how long media last. */
export function extensionCells(contract: CoveredContract): Cell[] {
  return [
    ...rateCells(contract),
    ...planCells(contract),
    ...contract.operations.flatMap((one) => [
      ...featureCells(one),
      ...one.subjects.flatMap((subject) => [...fileCells(one, subject), ...mediaCells(one, subject)]),
    ]),
  ];
}

function limitCells(
  given: Pick<Cell, "operation" | "subject" | "rule" | "pointer">,
  sides: Readonly<Record<string, string>>,
  cannot: string | null = null,
): Cell[] {
  return Object.entries(sides).map(([side, missing]) => ({
    ...given,
    id: `limit ${given.pointer} ${given.rule} ${given.operation ?? ""} ${side}`,
    dimension: "limits",
    side,
    missing,
    cannot,
  }));
}

/** Which policy of rates an operation keeps, and where that stands. */
export function policiesOf(
  { document }: CoveredContract,
  { operation, written }: CoveredOperation,
): readonly { readonly name: string; readonly pointer: string }[] {
  const own = written["x-rate-limit"];
  const pointer = own === undefined ? "#/x-rate-limit" : pointerOf([...operation.at, "x-rate-limit"]);
  return array(own ?? document["x-rate-limit"]).map((name) => ({ name: String(name), pointer }));
}

export interface Policy {
  readonly name: string;
  readonly limit: number;
  readonly errorCode: string | null;
  readonly cellId: (side: "at" | "beyond") => string;
  readonly appliedId: (operationId: string) => string;
}

export function ratePolicies({ document }: CoveredContract): Policy[] {
  return Object.entries(object(document["x-rate-limits"])).map(([name, policy]) => {
    const { limit, errorCode } = object(policy);
    return {
      name,
      limit: Number(limit),
      errorCode: (errorCode as string | undefined) ?? null,
      cellId: (side) => `limit ${pointerOf(["x-rate-limits", name, "limit"])} limit ${limit}  ${side}`,
      appliedId: (operationId) => `applied ${name} ${operationId}`,
    };
  });
}

function rateCells(contract: CoveredContract): Cell[] {
  const policies = ratePolicies(contract);
  const ofPolicies = policies.flatMap(({ name, limit }) =>
    limitCells(
      {
        operation: null,
        subject: `rate ${name}`,
        rule: `limit ${limit}`,
        pointer: pointerOf(["x-rate-limits", name, "limit"]),
      },
      {
        at: `rate ${name}: send ${limit} requests with one key within its period; none is refused for the rate.`,
        beyond: `rate ${name}: send ${limit + 1} requests with one key within its period; the last is refused with 429.`,
      },
    ),
  );
  const applied = contract.operations.flatMap((one) =>
    policiesOf(contract, one).map(({ name, pointer }): Cell => {
      const { id, method, path } = one.operation;
      return {
        id: `applied ${name} ${id}`,
        dimension: "limits",
        operation: id,
        subject: `rate ${name}`,
        rule: `x-rate-limit ${name}`,
        side: "applied",
        pointer,
        missing: `${method} ${path} → 429: use up the rate ${name}, and see this operation refused by it.`,
        cannot: null,
      };
    }),
  );
  return [...ofPolicies, ...applied];
}

export interface CoveredPlan {
  readonly name: string;
  readonly concurrency: number | null;
  /** How long an input may last; `null`: as long as it likes. */
  readonly maxSeconds: number | null;
  readonly jobsPerMonth: number | null;
  readonly features: readonly string[];
  readonly cellId: (limit: PlanLimit, side: string) => string;
}

type PlanLimit = "concurrency" | "maxSeconds" | "jobsPerMonth";

export function plansOf({ document }: CoveredContract): CoveredPlan[] {
  return array(object(document["x-plans"])["plans"]).map((given, index) => {
    const plan = object(given);
    const numberOf = (limit: PlanLimit): number | null => (plan[limit] ?? null) as number | null;
    return {
      name: String(plan["name"]),
      concurrency: numberOf("concurrency"),
      maxSeconds: numberOf("maxSeconds"),
      jobsPerMonth: numberOf("jobsPerMonth"),
      features: array(plan["features"]).map(String),
      cellId: (limit, side) => `limit ${planPointer(index, limit)} ${limit} ${numberOf(limit)}  ${side}`,
    };
  });
}

const planPointer = (index: number, limit: PlanLimit): string =>
  pointerOf(["x-plans", "plans", String(index), limit]);

function planCells(contract: CoveredContract): Cell[] {
  const plans = plansOf(contract);
  const most = Math.max(0, ...plans.map(({ concurrency }) => concurrency ?? 0));
  return plans.flatMap(({ name, concurrency, maxSeconds, jobsPerMonth }, index) => {
    const cells = (limit: PlanLimit, value: number | null, missing: Record<string, string>): Cell[] =>
      limitCells(
        {
          operation: null,
          subject: `plan ${name}`,
          rule: `${limit} ${value}`,
          pointer: planPointer(index, limit),
        },
        missing,
      );
    return [
      ...cells(
        "concurrency",
        concurrency,
        concurrency === null
          ? { unlimited: `plan ${name}: begin ${most + 1} jobs with its key; none is refused.` }
          : {
              at: `plan ${name}: begin ${concurrency} jobs with its key; all are accepted.`,
              beyond: `plan ${name}: begin ${concurrency + 1} jobs with its key; the last is refused with 429.`,
            },
      ),
      ...(maxSeconds === null
        ? []
        : cells("maxSeconds", maxSeconds, {
            at: `plan ${name}: begin a job whose input lasts ${maxSeconds} s; it is accepted.`,
            beyond: `plan ${name}: begin a job whose input lasts up to a second longer than ${maxSeconds} s; it is refused with 402.`,
          })),
      ...(jobsPerMonth === null
        ? []
        : cells("jobsPerMonth", jobsPerMonth, {
            at: `plan ${name}: begin ${jobsPerMonth} jobs with its key, one after the other; all are accepted.`,
            beyond: `plan ${name}: begin ${jobsPerMonth + 1} jobs with its key, one after the other; the last is refused with 402.`,
          })),
    ];
  });
}

export function featureId(operationId: string, side: "with" | "without"): string {
  return `feature ${operationId} ${side}`;
}

function featureCells({ operation, written }: CoveredOperation): Cell[] {
  const feature = written["x-requires-feature"];
  if (feature === undefined) return [];
  const line = `${operation.method} ${operation.path}`;
  const words = {
    with: `${line}: send the key of a plan that has ${feature}; it is accepted.`,
    without: `${line}: send the key of a plan that lacks ${feature}; it is refused with 402 or 403.`,
  };
  return (["with", "without"] as const).map((side) => ({
    id: featureId(operation.id, side),
    dimension: "limits",
    operation: operation.id,
    subject: "plan",
    rule: `x-requires-feature ${feature}`,
    side,
    pointer: pointerOf([...operation.at, "x-requires-feature"]),
    missing: words[side],
    cannot: null,
  }));
}

export function fileSizeId(subject: Subject, part: string, side: "at" | "beyond"): string {
  return `size ${subject.pointer} ${part} ${side}`;
}

function fileCells({ operation }: CoveredOperation, subject: Subject): Cell[] {
  const line = `${operation.method} ${operation.path}`;
  return (subject.form?.parts ?? []).flatMap(({ name, maxBytes }) => {
    if (maxBytes === null) return [];
    const words = {
      at: `${line}, part ${name}: send a file of ${maxBytes} bytes; it is accepted.`,
      beyond: `${line}, part ${name}: send a file of ${maxBytes + 1} bytes; it is refused.`,
    };
    return (["at", "beyond"] as const).map(
      (side): Cell => ({
        id: fileSizeId(subject, name, side),
        dimension: "limits",
        operation: operation.id,
        subject: `part ${name}`,
        rule: `x-max-bytes ${maxBytes}`,
        side,
        pointer: `${subject.pointer}/properties/${name}/x-max-bytes`,
        missing: words[side],
        cannot: null,
      }),
    );
  });
}

/** How long media may last, where a schema says so: for any value of it, or for some. */
export interface MediaLimit {
  readonly node: SchemaNode;
  /** The value it is for; `null`: for any. */
  readonly value: string | null;
  readonly seconds: number;
}

export function mediaLimitsOf(node: SchemaNode): MediaLimit[] {
  const limit = node.schema["x-max-seconds"];
  if (typeof limit === "number") return [{ node, value: null, seconds: limit }];
  return Object.entries(object(limit)).map(([value, seconds]) => ({ node, value, seconds: Number(seconds) }));
}

export function mediaId({ node, value }: MediaLimit, side: "at" | "beyond"): string {
  return `seconds ${node.pointer} ${value ?? ""} ${side}`;
}

function mediaCells(one: CoveredOperation, subject: Subject): Cell[] {
  const { operation } = one;
  const line = `${operation.method} ${operation.path}`;
  const beginsJobs = operation.job !== null || one.written["x-batch"] !== undefined;
  return subject.tree
    .all()
    .flatMap(mediaLimitsOf)
    .flatMap((limit) => {
      const of = limit.value === null ? "" : `with ${limit.value}, `;
      const words = {
        at: `${line}: ${of}send media of ${limit.seconds} s; the job succeeds.`,
        beyond: `${line}: ${of}send media of ${limit.seconds + 1} s; the job fails.`,
      };
      return (["at", "beyond"] as const).map(
        (side): Cell => ({
          id: mediaId(limit, side),
          dimension: "limits",
          operation: operation.id,
          subject: `body ${limit.node.pointer.slice(subject.pointer.length)}`,
          rule: `x-max-seconds ${limit.value ?? ""} ${limit.seconds}`.replace("  ", " "),
          side,
          pointer: `${limit.node.pointer}/x-max-seconds`,
          missing: words[side],
          cannot: beginsJobs ? null : "It begins no job, and nothing else tells how long media last.",
        }),
      );
    });
}
