import { describe, expect, it } from "vitest";
import { courseOf } from "./job-course.js";

const job = {
  idProperty: "id",
  statusProperty: "state",
  pending: ["NEW", "BUSY"],
  succeeded: ["DONE", "OK"],
};
const of = (id: unknown, ...states: string[]) => states.map((state) => ({ id, state, more: { n: 1 } }));

/** States of a job at its start and at so many looks. */
function statesOf(examples: readonly unknown[], statuses?: readonly unknown[], looks = 4): unknown[] {
  const { start, next } = courseOf(job, examples, statuses);
  return [start()["state"], ...Array.from({ length: looks }, () => next("a")["state"])];
}

describe("a course", () => {
  it.each([
    { states: ["OK", "DONE", "BUSY", "NEW"], want: ["NEW", "BUSY", "DONE", "DONE", "DONE"] },
    { states: ["BUSY", "OK", "LOST"], want: ["BUSY", "OK", "OK", "OK", "OK"] },
    { states: ["DONE"], want: ["DONE", "DONE", "DONE", "DONE", "DONE"] },
    { states: ["NEW"], want: ["NEW", "NEW", "NEW", "NEW", "NEW"] },
  ])("of $states goes through what there is: $want", ({ states, want }) => {
    expect(statesOf(of("a", ...states))).toEqual(want);
  });

  it("may be one's own", () => {
    expect(statesOf(of("a", "NEW", "LOST"), ["LOST", "NEW", "LOST"])).toEqual([
      "LOST",
      "NEW",
      "LOST",
      "LOST",
      "LOST",
    ]);
  });

  it("is made of objects", () => {
    expect(statesOf([null, "NEW", 5, ...of("a", "NEW")], undefined, 1)).toEqual(["NEW", "NEW"]);
  });

  it("needs examples", () => {
    expect(() => courseOf(job, of("a", "LOST"))).toThrow(
      new TypeError("The contract has no example of the job."),
    );
    expect(() => courseOf(job, of("a", "NEW"), ["NEW", "GONE"])).toThrow(
      new TypeError("The contract has no example of a job that is GONE."),
    );
  });

  it("gives each time a new object", () => {
    const examples = of("a", "NEW");
    const { start, next } = courseOf(job, examples);
    (start()["more"] as { n: number }).n = 2;
    expect(next("a")).toEqual({ id: "a", state: "NEW", more: { n: 1 } });
  });

  it("is each job's own", () => {
    const { next } = courseOf(job, of("a", "NEW", "BUSY", "DONE"));
    const seen = ["a", "b", "a", "b", "a"].map((id) => next(id)["state"]);
    expect(seen).toEqual(["BUSY", "BUSY", "DONE", "DONE", "DONE"]);
  });
});

describe("ids", () => {
  it.each([
    { id: "a", want: ["a", "a-1", "a-2"] },
    { id: "12345678", want: ["12345678", "12345678-1", "12345678-2"] },
    { id: "123456789", want: ["123456789", "123450001", "123450002"] },
    { id: 7, want: [7, 8, 9] },
    { id: undefined, want: ["job", "job-1", "job-2"] },
  ])("like $id: $want", ({ id, want }) => {
    const { start } = courseOf(job, of(id, "NEW"));
    expect([start()["id"], start()["id"], start()["id"]]).toEqual(want);
  });

  it("count in hexadecimal", () => {
    const { start } = courseOf(job, of("123456789", "NEW"));
    const ids = Array.from({ length: 17 }, () => start()["id"]);
    expect(ids.slice(-2)).toEqual(["12345000f", "123450010"]);
  });

  it("are looked at as what they are", () => {
    expect(courseOf(job, of(7, "NEW")).next("8")["id"]).toBe(8);
    expect(courseOf(job, of("7", "NEW")).next("8")["id"]).toBe("8");
    expect(courseOf(job, of("a", "NEW")).next(8)["id"]).toBe("8");
  });
});
