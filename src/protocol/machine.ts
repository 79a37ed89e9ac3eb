/**
 * A state machine as one literal table: for each state, what each event leads to. A pair that is not in the table is a fault when a
 * peer caused it and a bug when we did; there is no default branch.
 */
export type Transitions<State extends string, Event extends string> = {
  readonly [From in State]: { readonly [On in Event]?: State };
};

/** The next state, or undefined when the table has no such pair. */
export function step<State extends string, Event extends string>(
  table: Transitions<State, Event>,
  state: State,
  event: Event,
): State | undefined {
  return table[state][event];
}
