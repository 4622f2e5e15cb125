// Runs a client's `create` or `get` as often as it is told, and answers with the CPU time that a request took.
import { pathToFileURL } from "node:url";

const client = await import(pathToFileURL(process.argv[2]).href);

process.on("message", async ({ work, sequential, concurrent, atOnce }) => {
  const one =
    work === "get" ? () => client.get("6533643b-aceb-4c40-967e-d9ba9baac39e") : () => client.create();
  try {
    const { status } = await one();
    if (status !== "COMPLETED") throw new Error(`the client read ${status}`);
    const before = process.cpuUsage();
    for (let count = 0; count < sequential; count++) await one();
    let left = concurrent;
    const worker = async () => {
      while (left-- > 0) await one();
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const { user, system } = process.cpuUsage(before);
    process.send({ cpuMicros: (user + system) / (sequential + concurrent) });
  } catch (error) {
    process.send({ error: String(error) });
  }
});
