/** What files begin with, as their standards say: all that can be known of one without decoding it. */
const signatures: Readonly<Record<string, string>> = {
  "video/mp4": "\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
  "audio/wav": "RIFF\xff\xff\0\0WAVEfmt ",
  "audio/mpeg": "ID3\x04\0\0\0\0\0\0",
};

/** The first bytes of a file of a media type; none where nothing is known of it. */
export function beginningOf(mediaType = ""): Buffer<ArrayBuffer> {
  return Buffer.from(signatures[mediaType] ?? "", "latin1");
}

/** Media types by whose first bytes a file can be told. */
export const knownMediaTypes: readonly string[] = Object.keys(signatures);
