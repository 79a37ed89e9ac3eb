/** Instead of a count of values: until the end mark. */
export const UNTIL_END = -1;
/** Instead of a count of values: there is no value here. */
export const BROKEN = -2;

/** Values within values. Java's own readers run out of stack before. */
const MAX_DEPTH = 10_000;

/** Values of a serialization, one after the other, with others within them. */
export interface NestedValues {
  /** Where the next value begins, and where the last one must be over. */
  at: number;
  readonly end: number;
  /** The tag that ends a container of no count. */
  readonly endMark: number;
  /** The tag of what stands before a value and is none: the definition of a class, a type. */
  readonly prefixMark: number;
  /** The tag of the next value; -1 when none is left. */
  peek(): number;
  /** Passes over what `prefixMark` begins. */
  skipPrefix(): boolean;
  /** Passes over the tag and what is no value of its own. Returns how many values follow as its parts, UNTIL_END, or BROKEN. */
  enter(tag: number): number;
}

/** Passes over so many values. Without recursion, for it is a peer who decides how deep it goes. */
export function skipValues(values: NestedValues, count: number): boolean {
  let open: number[] | undefined;
  let left = count;
  for (;;) {
    if (left === 0) {
      const outer = open?.pop();
      if (outer === undefined) return true;
      left = outer;
      continue;
    }
    const tag = values.peek();
    if (tag < 0) return false;
    if (left === UNTIL_END && tag === values.endMark) {
      values.at++;
      left = 0;
      continue;
    }
    if (tag === values.prefixMark) {
      if (!values.skipPrefix()) return false;
      continue;
    }
    if (left > 0) left--;
    const inner = values.enter(tag);
    if (inner === BROKEN || values.at > values.end) return false;
    if (inner !== 0) {
      open ??= [];
      if (open.length === MAX_DEPTH) return false;
      open.push(left);
      left = inner;
    }
  }
}
