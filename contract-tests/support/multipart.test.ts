import { describe, expect, test } from "vitest";
import { parseMultipart } from "./multipart.js";

const type = "multipart/form-data; boundary=B";

describe("parseMultipart", () => {
  test("reads texts and files to the byte, and the names that the form encoding escapes", () => {
    const body = [
      '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n2\r\n',
      '--B\r\nContent-Disposition: form-data; name="f"; filename="ü%22;%0D%0A.mp4"\r\nContent-Type: video/mp4\r\n\r\n',
      "--C\r\n\r\n--B--\r\n",
    ].join("");
    expect(parseMultipart(type, Buffer.from(body))).toEqual([
      { name: "a", fileName: null, contentType: null, bytes: Buffer.from("1\r\n2") },
      { name: "f", fileName: 'ü";\r\n.mp4', contentType: "video/mp4", bytes: Buffer.from("--C\r\n") },
    ]);
  });

  test.each([
    { what: "no boundary", type: "multipart/form-data", body: "", want: /No boundary/ },
    { what: "another start", type, body: "x--B--", want: /does not begin/ },
    {
      what: "no end",
      type,
      body: '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1',
      want: /last boundary/,
    },
    { what: "no head", type, body: "--B\r\nnothing\r\n--B--", want: /end of its headers/ },
    {
      what: "no name",
      type,
      body: "--B\r\nContent-Disposition: form-data\r\n\r\n\r\n--B--",
      want: /disposition/,
    },
    {
      what: "a name that breaks out",
      type,
      body: '--B\r\nContent-Disposition: form-data; name="a"; filename="b"; name="c"\r\n\r\n\r\n--B--',
      want: /disposition/,
    },
    {
      what: "another header",
      type,
      body: '--B\r\nContent-Disposition: form-data; name="a"\r\nX-Other: 1\r\n\r\n\r\n--B--',
      want: /x-other/,
    },
    {
      what: "an epilogue",
      type,
      body: '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n--B--more',
      want: /follows/,
    },
  ])("refuses $what", ({ type, body, want }) => {
    expect(() => parseMultipart(type, Buffer.from(body))).toThrow(want);
  });
});
