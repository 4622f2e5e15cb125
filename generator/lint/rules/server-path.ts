import { children, type Node, object, under } from "../node.js";
import type { Rule } from "../rule.js";

/** The path of a server's address is not part of a mock's routes: what it serves under `/things`, the API has under `/v1/things`. */
export const serverPath: Rule = {
  id: "server-path",
  kind: "mock-safety",
  *find({ root, operations }) {
    const holders = new Map<string, Node>([[root.pointer, root]]);
    for (const operation of operations) {
      for (const holder of [operation.pathItem, operation]) holders.set(holder.pointer, holder);
    }
    for (const server of [...holders.values()].flatMap((holder) => children(holder, "servers"))) {
      const path = pathOf(server);
      if (path === "" || path === "/") continue;
      yield {
        at: under(server.pointer, "url"),
        message: `The server's address has a path, ${JSON.stringify(path)}.`,
        remedy: "Move it into the paths.",
      };
    }
  },
};

function pathOf(server: Node): string {
  const variables = object(server.value["variables"]);
  const url = String(server.value["url"] ?? "").replace(/\{([^{}]+)\}/g, (_, name: string) =>
    String(object(variables[name])["default"] ?? "x"),
  );
  return URL.canParse(url, "http://server.invalid") ? new URL(url, "http://server.invalid").pathname : "";
}
