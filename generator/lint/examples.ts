import { child, children, type Node, under } from "./node.js";
import type { Subject } from "./subject.js";

export interface Example {
  /** Where its value stands. */
  readonly pointer: string;
  readonly value: unknown;
}

/** The examples that a media type, a parameter or a header gives of itself. */
export function examplesOf(subject: Subject, holder: Node): readonly Example[] {
  const examples: Example[] = [];
  if (Object.hasOwn(holder.value, "example")) {
    examples.push({ pointer: under(holder.pointer, "example"), value: holder.value["example"] });
  }
  for (const entry of children(holder, "examples")) {
    const { pointer, value } = subject.deref(entry);
    if (Object.hasOwn(value, "value")) {
      examples.push({ pointer: under(pointer, "value"), value: value["value"] });
    }
  }
  return examples;
}

const schemaExamples = ["example", "examples", "default", "const"];

/** Whether a reader, or a mock server, finds an example: at the media type, or else at its schema. */
export function hasExample(subject: Subject, mediaType: Node): boolean {
  if (Object.hasOwn(mediaType.value, "example") || children(mediaType, "examples").length > 0) return true;
  const schema = subject.deref(child(mediaType, "schema"));
  return schemaExamples.some((key) => Object.hasOwn(schema.value, key));
}
