/** A text in quotes, or what is left of the operator: an attribute, perhaps with a key, which is a text in quotes, and what takes its place. */
const PIECE =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|((?:[A-Za-z_]\w*\.)+[A-Za-z_]\w*)(?:\[\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\])?\s*\|(?!\|)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/g;

/**
 * `a.b["c"] | "d"` of MOSN's language, and Istio's before it, in CEL: what is missing, or empty, has a value all the same. Of both operands
 * only these forms are known: an attribute or an item of one, and a text.
 */
export function withDefaults(source: string): string {
  return source.replace(PIECE, (piece: string, attribute: string | undefined, key: string | undefined, otherwise: string) => {
    if (attribute === undefined) return piece;
    if (key === undefined) return `((${attribute} != "")?(${attribute}):(${otherwise}))`;
    return `((${key} in ${attribute})?(${attribute}[${key}]):(${otherwise}))`;
  });
}
