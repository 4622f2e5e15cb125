// The part of GitHub's expression language that our workflows use; anything else is an error, never a wrong guess.

/** The value of a field: text with `${{ … }}` in it is filled in, a single expression keeps its type. */
export function fill(field, contexts) {
  if (typeof field !== "string") return field;
  const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(field.trim());
  if (whole) return evaluate(whole[1], contexts);
  return field.replace(/\$\{\{(.*?)\}\}/gs, (_, expression) => asText(evaluate(expression, contexts)));
}

export function asText(value) {
  return value === null || value === undefined ? "" : String(value);
}

/** The value of an expression, without its braces. */
export function evaluate(expression, contexts) {
  const tokens = expression.match(/'(?:[^']|'')*'|\d+|[A-Za-z_][\w-]*|\|\||&&|==|!=|[!().]|\S/g) ?? [];
  let at = 0;
  const next = (token) => tokens[at] === token && ++at > 0;
  const expect = (token) => {
    if (!next(token)) throw new Error(`Expected ${token} in: ${expression}`);
  };
  const value = or();
  if (at < tokens.length) throw new Error(`Can't read ${tokens[at]} in: ${expression}`);
  return value;

  function or() {
    let left = and();
    while (next("||")) {
      const right = and();
      left = left || right;
    }
    return left;
  }
  function and() {
    let left = equal();
    while (next("&&")) {
      const right = equal();
      left = left && right;
    }
    return left;
  }
  function equal() {
    const left = not();
    if (next("==")) return same(left, not());
    if (next("!=")) return !same(left, not());
    return left;
  }
  function not() {
    return next("!") ? !not() : operand();
  }
  function operand() {
    if (next("(")) {
      const inner = or();
      expect(")");
      return inner;
    }
    const token = tokens[at++] ?? "";
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^\d+$/.test(token)) return Number(token);
    if (token === "true" || token === "false") return token === "true";
    if (token === "null") return null;
    if (tokens[at] === "(") {
      at++;
      expect(")");
      if (!["always", "success", "failure"].includes(token))
        throw new Error(`There is no function ${token}.`);
      return token === "always" || contexts.status === token;
    }
    if (!Object.hasOwn(contexts, token)) throw new Error(`There is no ${token} in: ${expression}`);
    let found = contexts[token];
    while (next(".")) {
      const name = tokens[at++];
      found = found?.[name];
    }
    return found ?? null;
  }
}

/** GitHub compares text without regard to case, and nothing with the empty text as alike. */
function same(a, b) {
  return asText(a).toLowerCase() === asText(b).toLowerCase();
}
