// Answers every request at once with a job; says its port to the process that started it.
import { createServer } from "node:http";

const job = JSON.stringify({
  id: "6533643b-aceb-4c40-967e-d9ba9baac39e",
  status: "COMPLETED",
  createdAt: "2026-01-01T00:00:00.000Z",
  model: "lipsync-2",
  input: [
    { type: "video", url: "https://your-cdn.com/video.mp4" },
    { type: "audio", url: "https://your-cdn.com/audio.wav" },
  ],
  outputUrl: "https://api.example.com/output.mp4",
});

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    response.writeHead(request.method === "POST" ? 201 : 200, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(job),
    });
    response.end(job);
  });
});
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
