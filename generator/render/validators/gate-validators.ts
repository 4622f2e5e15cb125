import type { Node, SourceFile } from "typescript";
import type { Find } from "../gate.js";
import { ts } from "../typescript-side.js";

const { SyntaxKind } = ts;

/** Names that Ajv gives to what it declares: a word of its own and a number. */
const ownName =
  /^(?:data|evaluated_validate|evaluated|failures|ifClause|indices|item|items|i|j|key|len|missing|outer|passing|pattern|prop|props|res|schema|tag|v|vSchema|valid|validate|value|count|dataProp|matched|_valid|_errs|_len|_key|loop)\d*$/;
/** What else the functions name. */
const words = new Set(
  `vErrors errors instancePath inner report restore escaped undefined Array Object Math isNaN isFinite parseInt RegExp
  codePoints isEqual seen isBase64 isDate isDateTime isDuration isEmail isFile isHostname isInt32 isInt64 isIpv4 isIpv6
  isJsonPointer isTime isUri isUriReference isUuid`.split(/\s+/),
);
/** Members of what is no value of the caller's. */
const members = new Set("length props items dynamicProps dynamicItems".split(" "));
const calls = [
  /^(?:validate\d+|report|restore|codePoints|isEqual|seen|escaped|isNaN|isFinite|parseInt|is[A-Z][A-Za-z0-9]*)$/,
  /^(?:Array\.isArray|Object\.(?:keys|hasOwn|assign)|Math\.(?:abs|round))$/,
  /^(?:pattern\d+\.test|vErrors\.concat)$/,
];
/** All that Ajv's functions are made of. */
const kinds = new Set(
  `SourceFile EndOfFileToken ImportDeclaration ImportClause NamedImports ImportSpecifier ExportDeclaration NamedExports
  ExportSpecifier VariableStatement VariableDeclarationList VariableDeclaration FunctionDeclaration Parameter Block
  ExpressionStatement IfStatement ReturnStatement ForStatement ForInStatement ForOfStatement LabeledStatement
  BreakStatement ContinueStatement Identifier StringLiteral NumericLiteral TrueKeyword FalseKeyword NullKeyword
  BinaryExpression PrefixUnaryExpression PostfixUnaryExpression TypeOfExpression ParenthesizedExpression
  ConditionalExpression CallExpression NewExpression PropertyAccessExpression ElementAccessExpression
  ObjectLiteralExpression PropertyAssignment ShorthandPropertyAssignment ArrayLiteralExpression
  EmptyStatement InKeyword`.split(/\s+/),
);

/**
 * The gate's rules for the module of validators, which is code that Ajv wrote of a spec's words: nothing but the shapes of
 * Ajv's own functions, names of Ajv's making, calls of a closed list, and a spec's words in literals or as the name of a
 * property of the value that is checked.
 */
export function objectionsToValidators(source: SourceFile, names: readonly string[], find: Find): void {
  const known = new Set(names);
  const visit = (node: Node, parent: Node): void => {
    const objection = objectionTo(node, parent, source, known);
    if (objection) find(node.pos, objection);
    ts.forEachChild(node, (child) => visit(child, node));
  };
  visit(source, source);
}

function objectionTo(
  node: Node,
  parent: Node,
  source: SourceFile,
  known: ReadonlySet<string>,
): string | null {
  const text = (part: Node): string => part.getText(source);
  const isOperator = node.kind >= SyntaxKind.FirstPunctuation && node.kind <= SyntaxKind.LastPunctuation;
  if (!isOperator && !kinds.has(kindName(node))) return `${kindName(node)}, which no validator has`;
  if (ts.isIdentifier(node)) return objectionToWord(node.text, node, parent, known);
  if (ts.isStatement(node) && parent === source && !isAtTop(node)) return "a statement that does something";
  if (ts.isImportDeclaration(node)) {
    return /^"\.\/runtime\/validate\/(?:failures|formats|values)\.js"$/.test(text(node.moduleSpecifier))
      ? null
      : "an import of a module that is not ours";
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return "an export of another module";
  if (ts.isCallExpression(node)) {
    const callee = text(node.expression);
    return calls.some((call) => call.test(callee)) ? null : "a call that no validator makes";
  }
  if (ts.isNewExpression(node)) {
    const [pattern, flags] = node.arguments ?? [];
    const isPattern = text(node.expression) === "RegExp" && pattern && ts.isStringLiteral(pattern);
    return isPattern && flags && text(flags) === '"u"' && node.arguments?.length === 2
      ? null
      : "an object that no validator makes";
  }
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
    return /^(?:vErrors|errors|inner|[\w.]*(?:valid|passing|missing|props|items|evaluated|count|indices|res|i|j)[\w.]*(?:\[\w+\]|\["(?:[^"\\]|\\.)*"\])?)$/.test(
      text(node.left),
    ) && !/^data/.test(text(node.left))
      ? null
      : "an assignment that no validator makes";
  }
  return null;
}

/** Declarations, whose values are literals or patterns. */
function isAtTop(node: Node): boolean {
  return (
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isVariableStatement(node) ||
    ts.isEmptyStatement(node)
  );
}

function objectionToWord(word: string, node: Node, parent: Node, known: ReadonlySet<string>): string | null {
  const nobodys = `the word ${JSON.stringify(word)} is nobody's`;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    const { expression } = parent;
    const owner = ts.isIdentifier(expression) ? expression.text : "";
    // A property of the value that is checked may have any name: it is read, and never called.
    return /^(?:data|props|items|evaluated|passing)\d*$/.test(owner) || members.has(word) || isKnownCall(word)
      ? null
      : nobodys;
  }
  if (ts.isPropertyAssignment(parent) && parent.name === node) return null;
  if (ts.isExportSpecifier(parent) && parent.name === node) return known.has(word) ? null : nobodys;
  return ownName.test(word) || words.has(word) ? null : nobodys;
}

const isKnownCall = (word: string): boolean =>
  "test concat isArray keys hasOwn assign abs round".split(" ").includes(word);

function isAssignment(kind: Node["kind"]): boolean {
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
}

/** `SyntaxKind[kind]`, without the names of ranges, which TypeScript keeps under the same numbers. */
function kindName({ kind }: Node): string {
  return nameOfKind.get(kind) ?? "";
}

const nameOfKind = new Map<number, string>();
for (const [name, kind] of Object.entries(SyntaxKind)) {
  if (typeof kind === "number" && !nameOfKind.has(kind) && !/^(?:First|Last)/.test(name))
    nameOfKind.set(kind, name);
}
