import type { ASTNode } from '@marcbachmann/cel-js';

/** A call of one of the two functions that are not the library's own. */
export interface Call {
  readonly node: ASTNode;
  readonly name: string;
  readonly receiver: ASTNode | undefined;
  readonly parameters: readonly ASTNode[];
}

/** All calls of the two functions, wherever they stand. */
export function callsIn(node: unknown): Call[] {
  if (Array.isArray(node)) return node.flatMap((each: unknown) => callsIn(each));
  if (!isNode(node)) return [];
  const inner = callsIn(node.args);
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    return [{ node, name: 'matches', receiver: node.args[1], parameters: node.args[2] }, ...inner];
  }
  if (node.op === 'call' && node.args[0] === 'conditional') {
    return [{ node, name: 'conditional', receiver: undefined, parameters: node.args[1] }, ...inner];
  }
  return inner;
}

export function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
