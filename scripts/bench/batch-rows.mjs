// Rows as an application has them.
export const rowLimit = 500;

export function batchRow(index, name = `Customer ${index}`) {
  return {
    request_id: `row-${index}`,
    endpoint: "/v2/generate",
    payload: {
      model: "lipsync-2",
      input: [
        { type: "video", url: "https://your-cdn.com/video.mp4" },
        {
          type: "text",
          provider: { name: "elevenlabs", voiceId: "voice", script: `Hello ${name}, welcome.` },
        },
      ],
    },
  };
}
