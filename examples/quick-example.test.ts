import { expect, test } from "vitest";
import { start } from "./testing/program.js";
import { syncServer } from "./testing/sync-server.js";

test("makes a video and says where it is", async () => {
  await using server = await syncServer();
  await using program = start("quick-example", { SYNC_BASE_URL: server.url });
  expect(await program.ended).toBe(0);
  const [id = ""] = server.accepted;
  expect(program.output()).toBe(
    `${id} PENDING\n${id} PROCESSING\n${id} COMPLETED\nDone: ${server.url}/videos/${id}.mp4\n`,
  );
});

test("says why a video could not be made, and exits with 1", async () => {
  await using server = await syncServer({ statuses: ["PENDING", "FAILED"] });
  await using program = start("quick-example", { SYNC_BASE_URL: server.url });
  expect(await program.ended).toBe(1);
  expect(program.output()).toMatch(/^Job \S+ ended as FAILED \[\w+\]: .+/m);
});

test("a wrong key is an error with a name", async () => {
  await using server = await syncServer();
  await using program = start("quick-example", { SYNC_BASE_URL: server.url, SYNC_API_KEY: "" });
  expect(await program.ended).toBe(1);
  expect(program.output()).toContain("MissingApiKeyError");
});
