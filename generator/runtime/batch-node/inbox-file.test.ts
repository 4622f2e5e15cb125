import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { batchDescriptor } from "../../testing/batch-api.js";
import { scratchFolders } from "../../testing/scratch-folder.js";
import { BatchInbox } from "../batch/wait.js";
import { fileInbox } from "./inbox-file.js";

const scratch = scratchFolders();
const { signal } = new AbortController();
const ended = (id: string) => ({ id, state: "DONE" });
const open = (path: string) => fileInbox(path, new BatchInbox<object>(batchDescriptor()));

it("is there again for the next process, whoever waited before", async () => {
  const path = join(scratch(), "inbox.jsonl");
  const first = open(path);
  expect(await Promise.all([first.deliver(ended("a")), first.deliver(ended("b"))])).toEqual([true, true]);
  expect(await first.wait("a", signal)).toEqual(ended("a"));
  const second = open(path);
  expect(await second.wait("b", signal)).toEqual(ended("b"));
  expect(await second.wait("a", signal)).toEqual(ended("a"));
});

it("hands what comes later to who waits already", async () => {
  const inbox = open(join(scratch(), "inbox.jsonl"));
  const waiting = inbox.wait("a", signal);
  await inbox.deliver(ended("a"));
  expect(await waiting).toEqual(ended("a"));
});

it("passes over a line that a crash cut short, and writes none onto it", async () => {
  const path = join(scratch(), "inbox.jsonl");
  await open(path).deliver(ended("a"));
  appendFileSync(path, '{"id":"b"');
  const inbox = open(path);
  await inbox.deliver(ended("c"));
  const again = open(path);
  expect(await again.wait("a", signal)).toEqual(ended("a"));
  expect(await again.wait("c", signal)).toEqual(ended("c"));
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
});

it("refuses what is no JSON, and fails if nothing can be written", async () => {
  await expect(open(join(scratch(), "inbox.jsonl")).deliver(undefined as never)).rejects.toThrow(
    "JSON value",
  );
  await expect(open(join(scratch(), "none", "inbox.jsonl")).deliver(ended("a"))).rejects.toThrow("ENOENT");
});
