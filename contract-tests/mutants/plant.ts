import ts from "typescript";
import type { Family, Mutant } from "./mutant.js";
import type { Operator } from "./operators.js";

/** A fault of a program, in its place in the source; it is asleep until `globalThis.mutant` is its number. */
export interface SourceMutant extends Mutant {
  readonly number: number;
}

interface Planted {
  /** The source with all of its faults in it, each asleep. */
  readonly code: string;
  readonly mutants: readonly SourceMutant[];
}

/**
 * Plants every fault that the operators know a place for, all into one program: so it is built once, however many there are.
 * Whoever runs it says by `globalThis.mutant` which of them is awake, and learns from `globalThis.reached`, a `Set` if
 * anyone wants to know, which were come by.
 *
 * @param file how the source is called in lists
 * @param firstNumber of its first mutant
 */
export function plant(
  family: Family,
  file: string,
  source: string,
  operators: readonly Operator[],
  firstNumber: number,
): Planted {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const mutants: SourceMutant[] = [];
  const same = new Map<string, number>();

  const number = (kind: string, node: ts.Node, change: string): number => {
    const at = `${file} › ${functionOf(node)}`;
    const known = same.get(`${kind} ${at} ${change}`) ?? 0;
    same.set(`${kind} ${at} ${change}`, known + 1);
    const told = known === 0 ? change : `${change} (${known + 1})`;
    mutants.push({ family, kind, at, change: told, number: firstNumber + mutants.length });
    return firstNumber + mutants.length - 1;
  };

  /** The text of a node, with faults in it. */
  const emit = (node: ts.Node): string => {
    let text = "";
    let at = node.getStart(tree);
    ts.forEachChild(node, (child) => {
      text += source.slice(at, child.getStart(tree)) + emit(child);
      at = child.getEnd();
    });
    text += source.slice(at, node.getEnd());
    for (const operator of operators)
      for (const { kind, instead, change } of operator(node, tree)) {
        const awake = `${wake}(${number(kind, node, change)})`;
        text = ts.isExpressionStatement(node)
          ? `{ if (!${awake}) { ${text} } }`
          : `(${awake} ? ${instead} : ${text})`;
      }
    return text;
  };
  const code = emit(tree);
  return { code: mutants.length === 0 ? source : `${code}\n${prelude}`, mutants };
}

const wake = "awake$";
/** In each module, for it is the first thing that runs there: functions are there before all else. */
const prelude = `function ${wake}(number) { globalThis.reached?.add(number); return globalThis.mutant === number; }\n`;

/** Name of the function, method or constant that a node is in. */
function functionOf(node: ts.Node): string {
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent) {
    if (
      (ts.isFunctionDeclaration(at) ||
        ts.isMethodDeclaration(at) ||
        ts.isGetAccessor(at) ||
        ts.isClassDeclaration(at)) &&
      at.name
    )
      return at.name.getText();
    if (ts.isVariableDeclaration(at) && ts.isIdentifier(at.name) && ts.isSourceFile(at.parent.parent.parent))
      return at.name.text;
    if (ts.isConstructorDeclaration(at)) return `${at.parent.name?.text ?? ""} constructor`;
  }
  return "module";
}
