import ts from "typescript";

/** What may stand in a node's place. */
interface Instead {
  readonly kind: string;
  /** Source text of an expression. */
  readonly instead: string;
  readonly change: string;
}

/** Knows one sort of fault: where there is a place for it, and what it is there. */
export type Operator = (node: ts.Node, tree: ts.SourceFile) => readonly Instead[];

/** A condition that decides whether something is refused, or is said to be wrong. */
export const checkSkipped: Operator = (node, tree) =>
  isCondition(node) ? [{ kind: "check skipped", instead: "false", change: shown(node, tree) }] : [];

export const checkAlways: Operator = (node, tree) =>
  isCondition(node) ? [{ kind: "check fails always", instead: "true", change: shown(node, tree) }] : [];

const boundaries: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
};

const opposites: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
};

const arithmetic: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.MinusToken]: "+",
  [ts.SyntaxKind.AsteriskToken]: "/",
  [ts.SyntaxKind.SlashToken]: "*",
};

const logic: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
};

export const offByOne: Operator = binary("limit off by one", boundaries);
export const equalityFlipped: Operator = binary("equality flipped", opposites);
export const wrongArithmetic: Operator = binary("wrong arithmetic", arithmetic);
export const logicFlipped: Operator = binary("and for or", logic);

/** Statuses, and the numbers that statuses are not. */
export const wrongNumber: Operator = (node) => {
  if (!ts.isNumericLiteral(node) || !isValue(node)) return [];
  const value = Number(node.text.replaceAll("_", ""));
  const kind = value >= 200 && value <= 599 ? "wrong status" : "number + 1";
  return [{ kind, instead: String(value + 1), change: `${value} → ${value + 1}` }];
};

/** A text that is a name and no sentence: of a header, a rule, an algorithm. */
export const wrongWord: Operator = (node) => {
  if (!ts.isStringLiteral(node) || !isValue(node) || !/^[\w./:%-]+$/.test(node.text)) return [];
  const other = `${node.text}x`;
  return [{ kind: "word changed", instead: JSON.stringify(other), change: `"${node.text}" → "${other}"` }];
};

export const flagFlipped: Operator = (node) => {
  const isFlag = node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
  if (!isFlag || ts.isLiteralTypeNode(node.parent)) return [];
  const other = node.kind === ts.SyntaxKind.TrueKeyword ? "false" : "true";
  return [{ kind: "flag flipped", instead: other, change: `→ ${other} in ${shown(node.parent)}` }];
};

/** What is done for what it does: noting, counting, telling. */
export const stepLeftOut: Operator = (node, tree) => {
  if (!ts.isExpressionStatement(node)) return [];
  const { expression } = node;
  const does =
    ts.isCallExpression(expression) ||
    ts.isPostfixUnaryExpression(expression) ||
    (ts.isBinaryExpression(expression) && expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken);
  const isSuper =
    ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword;
  return does && !isSuper ? [{ kind: "step left out", instead: "", change: shown(node, tree) }] : [];
};

/** Of a list that is written out, each item in turn. */
export const itemDropped: Operator = (node, tree) => {
  if (!ts.isArrayLiteralExpression(node)) return [];
  return node.elements.map((item, index) => ({
    kind: "item dropped",
    instead: `[${node.elements
      .filter((_, other) => other !== index)
      .map((one) => one.getText(tree))
      .join(", ")}]`,
    change: shown(item, tree),
  }));
};

/** Of an object that is written out, each property in turn. */
export const propertyDropped: Operator = (node, tree) => {
  if (!ts.isObjectLiteralExpression(node)) return [];
  return node.properties.map((property, index) => ({
    kind: "property dropped",
    instead: `{${node.properties
      .filter((_, other) => other !== index)
      .map((one) => one.getText(tree))
      .join(", ")}}`,
    change: shown(property, tree),
  }));
};

/** Of a call, each argument that is a plain name. */
export const argumentDropped: Operator = (node, tree) => {
  if (!ts.isCallExpression(node)) return [];
  return node.arguments.flatMap((argument, index) =>
    ts.isIdentifier(argument) && argument.text !== "undefined"
      ? [
          {
            kind: "argument dropped",
            instead: `${node.expression.getText(tree)}(${node.arguments
              .map((one, other) => (other === index ? "undefined" : one.getText(tree)))
              .join(", ")})`,
            change: `${shown(argument, tree)} of ${shown(node, tree)}`,
          },
        ]
      : [],
  );
};

/** Classes that stand for others: one for the next in a table. */
export const wrongClass: Operator = (node) => {
  if (!ts.isIdentifier(node) || !/Error$/.test(node.text)) return [];
  const { parent } = node;
  const isMade =
    (ts.isNewExpression(parent) && parent.expression === node) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === node);
  return isMade ? [{ kind: "wrong error class", instead: "Error", change: `${node.text} → Error` }] : [];
};

function binary(kind: string, others: Readonly<Partial<Record<ts.SyntaxKind, string>>>): Operator {
  return (node, tree) => {
    if (!ts.isBinaryExpression(node)) return [];
    const other = others[node.operatorToken.kind];
    if (other === undefined) return [];
    const instead = `(${node.left.getText(tree)}) ${other} (${node.right.getText(tree)})`;
    return [{ kind, instead, change: `${shown(node, tree)}: ${other}` }];
  };
}

function isCondition(node: ts.Node): boolean {
  const { parent } = node;
  return parent !== undefined && ts.isIfStatement(parent) && parent.expression === node;
}

/** Whether a literal is a value of the program, and not a name, a type or a place to import from. */
function isValue(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isLiteralTypeNode(parent) || ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent))
    return false;
  if (ts.isElementAccessExpression(parent) || ts.isCaseClause(parent) || ts.isExpressionStatement(parent))
    return false;
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return parent.name !== node;
  return !ts.isExternalModuleReference(parent) && !ts.isEnumMember(parent);
}

function shown(node: ts.Node, tree = node.getSourceFile()): string {
  const text = node.getText(tree).replace(/\s+/g, " ");
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
}
