import { bodyMethods } from "../../contract/body-methods.js";
import { speaksOurs } from "../../contract/extensions.js";
import { splitOperationId } from "../../contract/names.js";
import { isObject } from "../../load/document-walk.js";
import type { Context } from "../document/context.js";
import type { ContractReading, OperationReading } from "../document/contract-reading.js";
import type { Finding } from "../rule.js";
import { child } from "../schema/schema-node.js";

/** A method of the client, by what its users call and what it sends. */
interface ClientMethod {
  /** `things.createWithFiles` */
  readonly name: string;
  readonly isOwn: boolean;
  /** Best first, which it sends; none where the operation has no body. */
  readonly mediaTypes: readonly string[];
  /** Where its media type stands; without any, the operation. */
  readonly pointer: string;
}

/** Methods that are called otherwise, that are gone, and that send something else than they did. */
export function* compareMethods({ base, revision, pairs }: Context): Iterable<Finding> {
  const isOurs = speaksOurs(base.document) && speaksOurs(revision.document);
  let left: ReadonlySet<string> | null = null;
  const isLeft = (name: string): boolean => {
    left ??= new Set(
      revision.operations.flatMap((one) => methodsOf(revision, one).map((method) => method.name)),
    );
    return left.has(name);
  };
  for (const pair of pairs) {
    const [from, to] = [methodsOf(base, pair.base), methodsOf(revision, pair.revision)];
    const [own, newOwn] = [from[0], to[0]];
    if (!own || !newOwn) continue;
    const made = (id: string, more: Partial<Finding>): Finding => ({
      base: `${pair.base.node.pointer}/operationId`,
      revision: `${pair.revision.node.pointer}/operationId`,
      subject: pair.base.shown,
      operation: pair.base.title,
      ...more,
      id,
    });
    if (own.name !== newOwn.name)
      yield made("client-method-renamed", { before: own.name, after: newOwn.name });
    if (!isOurs) continue; // elsewhere nobody knows that a media type makes a method
    for (const method of from) {
      const [sent = ""] = method.mediaTypes;
      const now = to.find(({ mediaTypes }) => mediaTypes.some((one) => essence(one) === essence(sent)));
      const places = { base: method.pointer, revision: (now ?? newOwn).pointer };
      if (method.isOwn) {
        if (now && !now.isOwn)
          yield made("client-method-body-moved", {
            ...places,
            name: `\`${newOwn.name}\``,
            before: sent,
            after: newOwn.mediaTypes[0],
          });
      } else if (!now) {
        if (!isLeft(method.name)) yield made("client-method-removed", { ...places, before: method.name });
      } else if (now.name !== method.name) {
        yield made("client-method-renamed", { ...places, before: method.name, after: now.name });
      }
    }
  }
}

function methodsOf(reading: ContractReading, { value, node, requestBody }: OperationReading): ClientMethod[] {
  const id = value["operationId"];
  const { group, name } = splitOperationId(typeof id === "string" ? id : "");
  if (name === "") return [];
  const dotted = (own: string): string => [...group, own].join(".");
  const content = reading.under(requestBody, "content");
  const methods = isObject(content?.value) ? bodyMethods(reading.document, content.value, name) : [];
  if (!content || methods.length === 0)
    return [{ name: dotted(name), isOwn: true, mediaTypes: [], pointer: node.pointer }];
  return methods.map((method) => ({
    name: dotted(method.name),
    isOwn: method.isOwn,
    mediaTypes: method.mediaTypes,
    pointer: child(content, method.mediaTypes[0] ?? "")?.pointer ?? node.pointer,
  }));
}

const essence = (mediaType: string): string => mediaType.toLowerCase().split(";")[0]?.trim() ?? "";
