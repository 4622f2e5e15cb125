import type { SpecNode } from "./spec-node.js";

/** Some value of a schema: its own example or default, or else the plainest that its keywords allow. */
export function sample(schema: SpecNode, depth = 0): unknown {
  const given = [
    schema.at("const"),
    schema.at("example"),
    schema.at("default"),
    ...schema.at("examples").items(),
  ].find((node) => node.exists);
  if (given) return given.value;
  const choices = schema.at("enum");
  if (choices.exists) return choices.items()[0]?.value;
  const [alternative] = ["oneOf", "anyOf"].flatMap((keyword) => schema.at(keyword).items());
  const all = schema.at("allOf").items();
  const type = typeOf(schema);
  if (alternative && type !== "object") return sample(alternative, depth);
  if (type === "object" || all.length > 0) {
    const parts = [...all, ...(alternative ? [alternative] : [])].map((one) => sample(one, depth));
    const objects = parts.filter((one) => typeof one === "object" && one !== null);
    if (type !== "object" && objects.length === 0) return parts[0];
    return Object.assign({}, ...objects, sampleObject(schema, depth));
  }
  if (type === "array") {
    const least = Number(schema.at("minItems").value ?? 0);
    const count = depth > 6 ? 0 : least;
    return Array.from({ length: count }, () => sample(schema.at("items"), depth + 1));
  }
  if (type === "string") return sampleText(schema);
  if (type === "integer" || type === "number") return sampleNumber(schema);
  return type === "boolean" ? false : null;
}

function typeOf(schema: SpecNode): string | null {
  const [type] = [schema.at("type").value].flat();
  if (typeof type === "string") return type;
  if (schema.at("properties").exists) return "object";
  return schema.at("items").exists ? "array" : null;
}

function sampleObject(schema: SpecNode, depth: number): Record<string, unknown> {
  const required = schema.at("required").texts();
  return Object.fromEntries(
    schema
      .at("properties")
      .entries()
      .filter(([name]) => required.includes(name))
      .map(([name, node]) => [name, depth > 20 ? null : sample(node, depth + 1)]),
  );
}

const texts: Readonly<Record<string, string>> = {
  uuid: "00000000-0000-4000-8000-000000000000",
  "date-time": "2026-01-01T00:00:00.000Z",
  date: "2026-01-01",
  time: "00:00:00Z",
  uri: "https://example.com/",
  url: "https://example.com/",
  email: "someone@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
};

function sampleText(schema: SpecNode): string {
  const format = texts[schema.at("format").text ?? ""];
  if (format !== undefined) return format;
  const least = Number(schema.at("minLength").value ?? 0);
  const most = Number(schema.at("maxLength").value ?? Number.POSITIVE_INFINITY);
  return "text".padEnd(least, "x").slice(0, most);
}

function sampleNumber(schema: SpecNode): number {
  const minimum = schema.at("minimum").value;
  const above = schema.at("exclusiveMinimum").value;
  const maximum = schema.at("maximum").value;
  if (typeof minimum === "number") return minimum;
  if (typeof above === "number") return Math.floor(above) + 1;
  return typeof maximum === "number" ? Math.min(0, maximum) : 0;
}
