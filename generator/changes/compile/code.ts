/** Text of a program, with the parts of the spec that its pieces were made from. */
export interface Code {
  readonly text: string;
  readonly marks: readonly Mark[];
}

export interface Mark {
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** JSON pointers in the document: of the place itself, then of what it refers to. */
  readonly pointers: readonly string[];
}

/** Puts pieces behind each other. */
export function code(...pieces: readonly (string | Code)[]): Code {
  let text = "";
  const marks: Mark[] = [];
  for (const piece of pieces) {
    if (typeof piece !== "string")
      for (const { start, end, pointers } of piece.marks)
        marks.push({ start: start + text.length, end: end + text.length, pointers });
    text += typeof piece === "string" ? piece : piece.text;
  }
  return { text, marks };
}

/** Marks a piece as made from these places. */
export function marked(piece: string | Code, pointers: readonly string[]): Code {
  const { text, marks } = code(piece);
  return { text, marks: [{ start: 0, end: text.length, pointers }, ...marks] };
}

export function joined(pieces: readonly Code[], separator: string): Code {
  return code(...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece])));
}

/** The places that the innermost piece around an offset was made from. */
export function pointersAt({ marks }: Code, offset: number): readonly string[] {
  let found: Mark | null = null;
  for (const mark of marks)
    if (
      mark.start <= offset &&
      offset < mark.end &&
      (!found || mark.end - mark.start <= found.end - found.start)
    )
      found = mark;
  return found?.pointers ?? [];
}
