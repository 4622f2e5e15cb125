import { describe, expect, it } from "vitest";
import { listOf } from "./list.js";

describe("a list", () => {
  it("is a promise of all", async () => {
    const list = listOf(Promise.resolve([1, 2]));
    expect(list).toBeInstanceOf(Promise);
    expect(await list).toEqual([1, 2]);
    expect(await Promise.all([list, list.then((all) => all.length)])).toEqual([[1, 2], 2]);
  });

  it("can be gone through, again and again, and left early", async () => {
    const list = listOf(Promise.resolve(["a", "b", "c"]));
    const seen: string[] = [];
    for await (const item of list) seen.push(item);
    for await (const item of list) {
      seen.push(item);
      if (item === "b") break;
    }
    expect(seen).toEqual(["a", "b", "c", "a", "b"]);
  });

  it("that could not be had throws, both ways, and leaves no rejection unhandled", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const reason = new Error("gone");
    await expect(listOf(Promise.reject(reason))).rejects.toBe(reason);
    const goThrough = async (): Promise<void> => {
      for await (const _ of listOf(Promise.reject(reason))) expect.unreachable();
    };
    await expect(goThrough()).rejects.toBe(reason);
    await new Promise((done) => setTimeout(done, 5));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
});
