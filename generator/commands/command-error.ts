/** A command can't do what it was asked; the message and the remedy are all its user needs. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
