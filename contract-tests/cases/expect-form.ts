import { expect } from "vitest";
import { object, type RequestBody } from "../support/contract.js";
import { faultsOf } from "../support/json-schema.js";
import { parseMultipart, type RecordedPart } from "../support/multipart.js";
import { type Part, partsOf } from "../support/parts.js";

/** The form holds each given part as the contract says, those it requires, and no other. */
export async function expectForm(body: RequestBody, given: unknown, contentType: string, bytes: Buffer) {
  const sent = parseMultipart(contentType, bytes);
  const parts = partsOf(body);
  const values = Object.entries(object(given)).flatMap(([name, value]) =>
    [value]
      .flat(parts.find((part) => part.name === name)?.repeated ? 1 : 0)
      .map((one) => ({ name, value: one })),
  );
  expect(sent.map(({ name }) => name).sort(), "parts").toEqual(values.map(({ name }) => name).sort());
  expect(sent.map(({ name }) => name)).toEqual(
    expect.arrayContaining(parts.filter(({ required }) => required).map(({ name }) => name)),
  );
  for (const { name, value } of values) {
    const part = parts.find((one) => one.name === name);
    const same = sent.filter((one) => one.name === name);
    const index = values.filter((one) => one.name === name).findIndex((one) => one.value === value);
    if (part) await expectPart(part, value, same[index] as RecordedPart);
  }
}

async function expectPart(part: Part, value: unknown, sent: RecordedPart) {
  if (part.kind === "file") {
    const file = value as File;
    expect(sent.fileName, `file name of ${part.name}`).toBe(file.name);
    expect(part.contentTypes, `content type of ${part.name}`).toContain(sent.contentType);
    expect(sent.contentType).toBe(file.type);
    expect(sent.bytes.equals(Buffer.from(await file.arrayBuffer())), `bytes of ${part.name}`).toBe(true);
    return;
  }
  // A file name would make it a file; a content type is for what is not plain text.
  expect(sent.fileName, `file name of ${part.name}`).toBeNull();
  expect(sent.contentType, `content type of ${part.name}`).toBeNull();
  const text = sent.bytes.toString("utf8");
  if (part.kind === "text") {
    expect(text, part.name).toBe(String(value));
    return;
  }
  expect(JSON.parse(text), part.name).toEqual(value);
  const schema = object(part.schema)["contentSchema"] ?? part.schema;
  expect(faultsOf(object(schema), JSON.parse(text)), `faults of ${part.name}`).toEqual([]);
}
