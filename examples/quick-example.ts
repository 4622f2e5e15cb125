// Makes one lip-synced video, waits for it and prints where it is.
//
//   SYNC_API_KEY=… node examples/quick-example.ts

import { JobFailedError, SyncClient } from "sync-api-client";

const { SYNC_BASE_URL } = process.env; // only to try it against another server than the real one
const sync = new SyncClient({ baseUrl: SYNC_BASE_URL });

try {
  const video = await sync.generations.createAndWait(
    {
      model: "lipsync-2",
      input: [
        { type: "video", url: "https://your-cdn.com/video.mp4" },
        { type: "audio", url: "https://your-cdn.com/audio.wav" },
      ],
    },
    { onProgress: ({ id, status }) => console.log(`${id} ${status}`) },
  );
  console.log(`Done: ${video.outputUrl}`);
} catch (error) {
  // Other errors (a wrong key, no connection…) say by themselves what is wrong.
  if (!(error instanceof JobFailedError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
