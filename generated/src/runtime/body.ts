import type { BodyDescriptor, PartDescriptor } from "./descriptors.js";
import { InvalidArgumentError } from "./errors.js";
import { checkBytes } from "./limits.js";

/**
 * The body as the contract's media type wants it.
 *
 * @throws {InvalidArgumentError} for a file that is no `Blob` or `File`
 * @throws {LimitError} for a file over its limit
 */
export function serializeBody(descriptor: BodyDescriptor, value: unknown): BodyInit {
  if (value instanceof URLSearchParams) return value;
  if (value instanceof FormData) return checkedForm(descriptor.parts, value);
  switch (descriptor.encoding) {
    case "json":
      return JSON.stringify(value);
    case "multipart":
      return toFormData(descriptor.parts, value as Readonly<Record<string, unknown>>);
    case "form":
      return toSearchParams(value as Readonly<Record<string, unknown>>);
    case "raw":
      return value as BodyInit;
  }
}

function checkedForm(parts: readonly PartDescriptor[], form: FormData): FormData {
  for (const part of parts) {
    for (const file of form.getAll(part.name)) if (file instanceof Blob) checkBytes(part, file);
  }
  return form;
}

function toFormData(parts: readonly PartDescriptor[], values: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || parts.some((part) => part.name === name)) continue;
    throw new InvalidArgumentError(
      name,
      `There is no part ${name}; there are ${parts.map((part) => part.name).join(", ")}.`,
    );
  }
  for (const part of parts) {
    const value = values[part.name];
    for (const item of part.repeated && Array.isArray(value) ? value : [value]) {
      if (item === undefined || item === null) continue;
      if (part.kind === "file") appendFile(form, part, item);
      else form.append(part.name, part.kind === "json" ? JSON.stringify(item) : textOf(item));
    }
  }
  return form;
}

function appendFile(form: FormData, part: PartDescriptor, file: unknown): void {
  if (!(file instanceof Blob)) {
    throw new InvalidArgumentError(part.name, `${part.name} must be a Blob or a File.`);
  }
  checkBytes(part, file);
  const [contentType, ...others] = part.contentTypes;
  // With one accepted type there is nothing to guess; a part without any type makes servers stumble.
  const typed =
    file.type === "" && contentType !== undefined && others.length === 0
      ? new Blob([file], { type: contentType })
      : file;
  const name = file instanceof File ? file.name : part.name;
  form.append(part.name, typed, name);
}

function toSearchParams(values: Readonly<Record<string, unknown>>): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const item of [value].flat()) {
      if (item !== undefined && item !== null) params.append(name, textOf(item));
    }
  }
  return params;
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
