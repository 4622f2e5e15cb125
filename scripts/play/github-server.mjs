import { createServer } from "node:http";

/** As much of GitHub's REST API as our scripts call, on a free port; and a registry that has no package yet. */
export async function startGitHub({ token }) {
  const state = { comments: [], pulls: [], refused: 0 };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const { pathname, searchParams } = new URL(request.url, "http://github.invalid");
    const [, , , , ...path] = pathname.split("/"); // behind /repos/{owner}/{repo}
    const send = (status, value) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (!pathname.startsWith("/repos/")) return send(404, { error: "not found" });
    if (request.headers.authorization !== `Bearer ${token}`) {
      state.refused++;
      return send(401, { message: "Bad credentials" });
    }
    const body = text === "" ? null : JSON.parse(text);
    const user = { type: "Bot" };
    switch (`${request.method} ${path.join("/").replace(/\d+/g, "N")}`) {
      case "GET issues/N/comments": {
        const page = Number(searchParams.get("page") ?? 1);
        return send(200, state.comments.slice((page - 1) * 100, page * 100));
      }
      case "POST issues/N/comments":
        state.comments.push({ id: state.comments.length + 1, body: body.body, user });
        return send(201, state.comments.at(-1));
      case "PATCH issues/comments/N": {
        const comment = state.comments.find(({ id }) => id === Number(path.at(-1)));
        Object.assign(comment, { body: body.body });
        return send(200, comment);
      }
      case "GET pulls":
        return send(
          200,
          state.pulls.filter(({ head }) => searchParams.get("head")?.endsWith(`:${head}`)),
        );
      case "POST pulls":
        state.pulls.push({ number: state.pulls.length + 1, ...body });
        return send(201, state.pulls.at(-1));
      default:
        return send(404, { message: "Not Found" });
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    state,
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
