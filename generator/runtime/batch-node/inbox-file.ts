import type { BatchInbox } from "../batch/wait.js";
import { InvalidArgumentError } from "../errors.js";
import { platform, readIfThere } from "./node-platform.js";

/** An inbox whose notifications are in a file, and so are there again after a crash. */
export interface FileInbox<Job> {
  /**
   * As the inbox's own `deliver`, but resolves when the notification has reached the disk: answer the webhook then.
   *
   * @returns whether it tells of a batch that has ended; anything else is ignored
   */
  deliver(job: Job): Promise<boolean>;
  /** Waits for the notification of a batch; one of an earlier process will do. */
  wait(id: string, signal: AbortSignal): Promise<Job>;
}

/**
 * Keeps what an inbox is told in a file, a JSON value a line, so that no notification is lost when the process ends before
 * its batch was waited for. Delete the file when the run it belongs to is over.
 *
 * @param inbox of the package's entry `batch`: `batchInbox()`
 */
export function fileInbox<Job>(path: string, inbox: BatchInbox<Job>): FileInbox<Job> {
  const { fs } = platform("fileInbox");
  let ready: Promise<void> | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** Delivers what earlier processes were told. A line that a crash cut short was never answered, and is sent again. */
  const read = async (): Promise<void> => {
    const text = (await readIfThere(fs, path)) ?? "";
    for (const line of text.split("\n")) {
      const job = parse(line);
      if (job !== undefined) inbox.deliver(job as Job);
    }
    if (text !== "" && !text.endsWith("\n")) await append("\n");
  };
  const append = async (text: string): Promise<void> => {
    const file = await fs.open(path, "a");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  };
  const open = (): Promise<void> => {
    ready ??= read();
    return ready;
  };

  return {
    deliver: async (job) => {
      const line = JSON.stringify(job);
      if (line === undefined) throw new InvalidArgumentError("job", "A notification must be a JSON value.");
      await open();
      const written = last.then(() => append(`${line}\n`)); // one after the other: lines must not mix
      last = written.catch(() => undefined);
      await written;
      return inbox.deliver(job);
    },
    wait: async (id, signal) => {
      await open();
      return inbox.wait(id, signal);
    },
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
