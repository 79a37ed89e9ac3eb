/**
 * A state machine as one literal table: for each state, what each event leads to. A pair that is not in the table is a fault when a
 * peer caused it and a bug when we did; there is no default branch.
 */
export type Transitions<State extends string, Event extends string> = {
  readonly [From in State]: { readonly [On in Event]?: State };
};

/** The next state, or undefined when the table has no such pair. For what does not happen many times a request: see `Machine`. */
export function step<State extends string, Event extends string>(
  table: Transitions<State, Event>,
  state: State,
  event: Event,
): State | undefined {
  return table[state][event];
}

/** An event of a machine, and its column there. */
export interface MachineEvent<Event extends string> {
  readonly name: Event;
  readonly column: number;
}

/** What `Machine.next` answers when the table has no such pair. */
export const NO_STEP = -1;

/**
 * A table made ready for steps that each request takes many of: states have numbers, and a step is one look into an array. Looking names
 * up in the table itself was the dearest single thing that an HTTP/1.1 request did.
 */
export class Machine<State extends string, Event extends string> {
  /** The states, by their numbers; the first of the table is 0. */
  readonly states: readonly State[];
  readonly on: { readonly [On in Event]: MachineEvent<On> };
  private readonly width: number;
  private readonly steps: Int8Array;

  constructor(table: Transitions<State, Event>) {
    const rows = Object.entries<{ readonly [On in Event]?: State }>(table);
    const events = [...new Set(rows.flatMap(([, row]) => Object.keys(row)))];
    this.states = rows.map(([state]) => state as State);
    this.on = Object.fromEntries(events.map((name, column) => [name, { name, column }])) as typeof this.on;
    this.width = events.length;
    this.steps = new Int8Array(rows.flatMap(([, row]) => events.map((event) => this.states.indexOf(row[event as Event] as State))));
  }

  /** The number of the next state, or NO_STEP. */
  next(state: number, event: MachineEvent<Event>): number {
    return this.steps[state * this.width + event.column]!;
  }
}
