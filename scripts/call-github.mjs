/**
 * Calls GitHub's REST API about the repository that a workflow runs for, with what the runner says of it.
 *
 * @param {string} path below `/repos/{owner}/{repo}/`
 * @throws {Error} for an answer that is no success; the token is in no message
 */
export async function callGitHub(method, path, body) {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN } = process.env;
  const url = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`;
  const response = await fetch(url, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${GITHUB_TOKEN}`,
      "user-agent": "specwright",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    throw new Error(
      `GitHub answered ${response.status} to ${method} ${path}: ${(await response.text()).slice(0, 500)}`,
    );
  }
  return response.json();
}
