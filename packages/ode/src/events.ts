/** Events: where functions of the state cross zero, found on the dense output of accepted steps, and what follows. */
import { findRoot } from './find-root.ts';

/** Which crossings count: from below zero to above, from above to below, or both. "Below" is at the earlier step. */
export type Crossing = (typeof crossings)[number];
export const crossings = ['rising', 'falling', 'both'] as const;

/** What an event is, whichever form the state has. */
export interface EventFacts {
  /** How it is called in the solution. */
  readonly name?: string;
  /** Both, unless said otherwise. */
  readonly direction?: Crossing;
  /** Whether the solve ends at it (false). */
  readonly terminal?: boolean;
}

/** An event on plain numbers. */
export interface FlatEvent extends EventFacts {
  readonly when: (t: number, y: Float64Array) => number;
  /** Changes the state at the event, in place. */
  readonly reset: ((t: number, y: Float64Array) => void) | undefined;
}

/** One event that happened. */
export interface Crossed {
  readonly event: number;
  readonly t: number;
}

/** What is remembered of each event: on which side of zero it was last, and its value there. */
export interface EventMemory {
  /** -1 or 1; 0 where it has not left zero yet, so that no crossing counts. */
  readonly side: Float64Array;
  readonly value: Float64Array;
}

/** Within a step, events are looked at here and, where both ends of a part have one sign, in the middle of it. */
const places = [1 / 2, 1];
/** Where the side of an event that begins at zero is found out: it crosses back no earlier. */
const justAfter = 1 / 1024;

export function newEventMemory(events: readonly FlatEvent[], t: number, y: Float64Array): EventMemory {
  const memory: EventMemory = {
    side: new Float64Array(events.length),
    value: new Float64Array(events.length),
  };
  events.forEach((event, e) => remember(memory, e, event.when(t, y)));
  return memory;
}

function remember(memory: EventMemory, e: number, value: number): void {
  memory.value[e] = value;
  if (value !== 0) memory.side[e] = Math.sign(value);
}

/**
 * The crossings in the step from t to `end`, in the order in which they happen, up to and with the first that stops or
 * resets; those at the same time as that one come along.
 *
 * @param at writes the state at a time in the step into `y`
 */
export function crossingsIn(
  events: readonly FlatEvent[],
  memory: EventMemory,
  t: number,
  end: number,
  at: (t: number, y: Float64Array) => void,
  y: Float64Array,
): Crossed[] {
  const h = end - t;
  const direction = Math.sign(h);
  const tolerance = timeTolerance(t, end);
  const found: Crossed[] = [];
  const valueOf = (e: number) => (time: number) => {
    at(time, y);
    return events[e]!.when(time, y);
  };

  const cuts = ({ event }: Crossed): boolean => endsStep(events[event]!);
  let left = t;
  for (const place of memory.side.includes(0) ? [justAfter, ...places] : places) {
    const right = place === 1 ? end : t + place * h;
    const here: Crossed[] = [];
    events.forEach((event, e) => {
      const g = valueOf(e);
      const value = g(right);
      const old = memory.value[e]!;
      const side = memory.side[e]!;
      const add = (from: number, to: number, a: number, b: number): void => {
        if (!counts(event.direction, -Math.sign(a))) return;
        here.push({ event: e, t: b === 0 ? to : findRoot(g, from, to, a, b, tolerance) });
      };
      remember(memory, e, value);
      if (side === 0 || old === 0) return;
      if (Math.sign(value) !== side) {
        add(left, right, old, value);
        return;
      }
      const [bottom, low] = lowest(g, left, right, old, value);
      if (Math.sign(low) === side) return;
      add(left, bottom, old, low);
      if (low !== 0) add(bottom, right, low, value);
    });
    here.sort((a, b) => (a.t - b.t) * direction || a.event - b.event);
    for (const crossed of here) {
      const cut = found.find(cuts);
      if (cut !== undefined && Math.abs(crossed.t - cut.t) > tolerance) return found;
      found.push(crossed);
    }
    if (found.some(cuts)) return found;
    left = right;
  }
  return found;
}

/** The memory after an event has cut the step at t: events that happened there begin at zero. */
export function memoryAfter(
  events: readonly FlatEvent[],
  crossed: readonly Crossed[],
  t: number,
  y: Float64Array,
): EventMemory {
  const memory = newEventMemory(events, t, y);
  for (const { event } of crossed) {
    memory.side[event] = 0;
    memory.value[event] = 0;
  }
  return memory;
}

/** Whether a step ends at the event, because the solve does or goes on from another state. */
export function endsStep({ terminal, reset }: FlatEvent): boolean {
  return terminal === true || reset !== undefined;
}

/** Times nearer than this are the same. */
function timeTolerance(t: number, end: number): number {
  return 8 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(end));
}

function counts(wanted: Crossing = 'both', sign: number): boolean {
  return wanted === 'both' || (wanted === 'rising' ? sign > 0 : sign < 0);
}

/**
 * Where a function with one sign at both ends comes nearest to zero between, as far as three parabolas from the middle
 * show it, and its value there; a value of the other sign ends the search.
 */
function lowest(
  g: (t: number) => number,
  left: number,
  right: number,
  atLeft: number,
  atRight: number,
): readonly [place: number, value: number] {
  const side = Math.sign(atLeft);
  let [a, b, fa, fb] = [left, right, atLeft, atRight];
  let middle = (left + right) / 2;
  let value = g(middle);
  for (let k = 0; k < 3; k++) {
    if (Math.sign(value) !== side || side * value >= Math.min(side * fa, side * fb)) break;
    const p = (middle - a) * (value - fb);
    const q = (middle - b) * (value - fa);
    const bottom = middle - ((middle - a) * p - (middle - b) * q) / (2 * (p - q));
    if (!((bottom - a) * (bottom - b) < 0) || bottom === middle) break;
    const lower = g(bottom);
    const towardsB = (bottom - middle) * (b - middle) > 0;
    // Narrow the bracket around the lower of the two.
    if (side * lower < side * value) {
      if (towardsB) [a, fa] = [middle, value];
      else [b, fb] = [middle, value];
      [middle, value] = [bottom, lower];
    } else if (towardsB) [b, fb] = [bottom, lower];
    else [a, fa] = [bottom, lower];
  }
  return [middle, value];
}
