declare const valueType: unique symbol;

/** A typed place for one filter's state in each exchange: no string keys, no casts by its users. */
export interface Slot<T> {
  readonly index: number;
  readonly [valueType]?: T;
}

let slots = 0;

/** Call once when a filter's module loads. The count is all that is shared, so that many proxies in one program do not meet. */
export function slot<T>(): Slot<T> {
  return { index: slots++ };
}
