/** Texts that would become markup, a command, a link or a line of their own where they are not escaped. */
export const hostileTexts: readonly string[] = [
  "<script>window.ran = 1</script>",
  '"><img src=x onerror="window.ran = 2">',
  "'><svg onload='window.ran = 3'>",
  "</style><script>window.ran = 4</script>",
  "</details></table><iframe srcdoc='<script>parent.ran = 5</script>'></iframe>",
  "a\n::error file=x,line=1::ours\r\n::add-mask::x",
  "%0A::warning::x",
  "[x](javascript:window.ran=6) <javascript:window.ran=7>",
  "``` `` ` | ~~~\n# heading\n- item @someone #1",
  "]]></failure><!-- & &amp; &#60;script&#62;",
  "\u202egnihton\u0000\u0007\u001b[31m\u2028\u{1f600}\ufffe",
  `\${window.ran = 8} {{window.ran}}`,
  "`<b>` <https://example.com> www.example.com",
];

/** Two specs in which those texts are names, values and descriptions, and every one of them has changed. */
export function hostilePair(): { base: string; revision: string } {
  const spec = (side: "base" | "revision"): string => {
    const gone = side === "base";
    const properties = Object.fromEntries(
      hostileTexts.map((text) => [text, { type: gone ? "string" : "integer", description: text }]),
    );
    const operation = {
      summary: hostileTexts[0],
      tags: [hostileTexts[1]],
      parameters: hostileTexts.map((name) => ({
        name,
        in: "query",
        description: `${side} ${name}`,
        required: !gone,
        schema: { type: "string", enum: gone ? [name, "kept"] : ["kept"] },
      })),
      requestBody: {
        content: {
          "application/json": { schema: { type: "object", properties, required: gone ? [] : hostileTexts } },
        },
      },
      responses: {
        200: {
          description: "done",
          content: {
            "application/json": {
              schema: { type: "object", properties, required: gone ? hostileTexts : [] },
            },
          },
        },
      },
    };
    const paths = hostileTexts.map((text) => [
      `/${text.replace(/[{}?#]/g, "")}`,
      { get: { responses: operation.responses } },
    ]);
    return JSON.stringify(
      {
        openapi: "3.1.0",
        info: { title: hostileTexts[0], version: hostileTexts[gone ? 0 : 1] },
        paths: { "/kept": { post: operation }, ...(gone ? Object.fromEntries(paths) : {}) },
      },
      null,
      2,
    );
  };
  return { base: spec("base"), revision: spec("revision") };
}
