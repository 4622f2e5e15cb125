import { runCommandLine } from "./command-line.js";

// Whoever reads what we print may have enough of it, as `head` has.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });

process.exitCode = await runCommandLine(process.argv.slice(2));
