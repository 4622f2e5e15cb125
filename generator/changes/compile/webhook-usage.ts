import type { Contract, Webhook } from "../../contract/contract.js";
import type { TypeNames } from "../../render/type-names.js";
import { type Code, code, marked } from "./code.js";
import type { PackageExports } from "./package-exports.js";
import type { ReadingWriter } from "./reading-writer.js";

/**
 * What a receiver of webhooks does: tells a verified one by its name, and reads every property of what it says. Of
 * webhooks that nobody signs the package has the payload's type alone.
 */
export function webhookUsage(
  { webhooks }: Contract,
  names: TypeNames,
  exported: PackageExports,
  readings: ReadingWriter,
): readonly Code[] {
  const isSigned = webhooks.some(({ signature }) => signature !== null);
  return [
    ...(isSigned ? [code(receiving)] : []),
    ...webhooks.flatMap((webhook, index): readonly Code[] => {
      const { payload, pointer } = webhook;
      if (!payload) return [];
      const value = payloadOf(webhook, names, exported);
      if (value === null) return [];
      const name = `resultOfWebhook${index}`;
      return [
        marked(code(`const ${name} = `, value, ";"), [pointer]),
        ...readings.statements(name, payload, false),
      ];
    }),
  ];
}

const receiving = `import type { WebhookEvent as AnyWebhook } from "./src/webhooks.js";
declare function received<Name extends AnyWebhook["type"]>(name: Name): Extract<AnyWebhook, { readonly type: Name }>;`;

function payloadOf(
  { name, pointer, payload, signature }: Webhook,
  names: TypeNames,
  exported: PackageExports,
): Code | null {
  if (signature) return code("received(", marked(JSON.stringify(name), [pointer]), ").payload");
  const type = exported.type(
    payload?.kind === "ref" ? names.schemas.get(payload.name) : names.webhooks.get(pointer),
  );
  return type === null ? null : code(`valueOf<${type}>()`);
}
