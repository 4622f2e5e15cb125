/** How a job's example says what it is, and what becomes of it. */
export interface JobCourse {
  readonly idProperty: string;
  readonly statusProperty: string;
  /** In the contract's order. */
  readonly pending: readonly string[];
  readonly succeeded: readonly string[];
}

/** What a job goes through. */
export interface Course<Status> {
  /** By default those of the contract in which a job is pending, and then the one in which it has succeeded. */
  readonly statuses?: readonly Status[] | undefined;
}

type JobExample = Readonly<Record<string, unknown>>;

/**
 * Plays jobs out of examples, one for each status.
 *
 * @param examples of the job; others than objects with a status are left out
 * @throws {TypeError} for a status of which there is no example
 */
export function courseOf(
  { idProperty, statusProperty, pending, succeeded }: JobCourse,
  examples: readonly unknown[],
  statuses?: readonly unknown[],
): { start: () => JobExample; next: (id: unknown) => JobExample } {
  const jobs = examples.filter(
    (example): example is JobExample => typeof example === "object" && example !== null,
  );
  const find = (status: unknown): JobExample | undefined =>
    jobs.find((job) => job[statusProperty] === status);
  const has = (status: string): boolean => find(status) !== undefined;
  const course = statuses ?? [...pending.filter(has), ...succeeded.filter(has).slice(0, 1)];
  const stages = course.map((status) => {
    const example = find(status);
    if (!example) throw new TypeError(`The contract has no example of a job that is ${String(status)}.`);
    return example;
  });
  if (stages.length === 0) throw new TypeError("The contract has no example of the job.");

  let started = 0;
  const looks = new Map<string, number>();
  const stage = (index: number, id: unknown): JobExample => ({
    ...structuredClone(stages[Math.min(index, stages.length - 1)]),
    [idProperty]: id,
  });
  return {
    start: () => stage(0, numbered(stages[0]?.[idProperty], started++)),
    next: (given) => {
      const text = String(given);
      const look = (looks.get(text) ?? 0) + 1;
      looks.set(text, look);
      return stage(look, typeof stages[0]?.[idProperty] === "number" ? Number(text) : text);
    },
  };
}

/** The example's id for the first job; for further ones an id that looks like it, counted up. */
function numbered(id: unknown, count: number): unknown {
  if (typeof id === "number") return id + count;
  const text = String(id ?? "job");
  if (count === 0) return text;
  const digits = count.toString(16);
  return text.length > 8 ? text.slice(0, -4) + digits.padStart(4, "0") : `${text}-${digits}`;
}
