import { type Tensor, tensor } from '@edgewise/core';
import { describe, expect, test } from 'vitest';
import { inPlace, solve } from '../src/index.ts';
import { bouncingBall, dropHeight, fall, restitution } from './problems/bouncing-ball.ts';

/** A clock: y = t, which makes the times of events plain to see. */
const clock = inPlace((_t, _y, dy) => {
  dy[0] = 1;
});

describe('events', () => {
  test('of a bouncing ball come at the times of the closed form, and resets turn its speed', () => {
    const solution = solve(inPlace(fall), {
      t: [0, 5],
      y0: new Float64Array([dropHeight, 0]),
      rtol: 1e-9,
      atol: 1e-12,
      events: [
        {
          name: 'bounce',
          when: (_t, y) => y[0]!,
          direction: 'falling',
          reset: (_t, y) => {
            y[0] = 0;
            y[1] = -restitution * y[1]!;
          },
        },
      ],
    });
    const exact = bouncingBall(5);
    expect(solution.status).toBe('done');
    expect(solution.events.length).toBe(exact.bounces.length);
    solution.events.forEach(({ t }, k) => expect(t).toBeCloseTo(exact.bounces[k]!, 9));
    expect([...solution.last.data][0]).toBeCloseTo(exact.height, 7);
    for (const t of [0.1, 1, 2.2, 4.7]) expect([...solution.at(t).data][0]).toBeCloseTo(bouncingBall(t).height, 7);
  });

  test('written with ops see the tree, the time and the parameters', () => {
    const solution = solve(
      (_t: Tensor, { v }: { x: Tensor; v: Tensor }, { g }: { g: number }) => ({
        x: v,
        v: tensor(-g, { dtype: 'f64' }),
      }),
      {
        t: [0, 2],
        y0: { x: 1, v: 0 },
        params: { g: 9.81 },
        events: [
          {
            when: (_t, { x }, { g }) => x.mul(g),
            direction: 'falling',
            reset: (_t, { x, v }) => ({ x: x.mul(0), v: v.mul(-restitution) }),
          },
        ],
      },
    );
    expect(solution.events.length).toBe(bouncingBall(2).bounces.length);
    expect(solution.last.x.item()).toBeCloseTo(bouncingBall(2).height, 5);
  });

  test('that are terminal end the solve there', () => {
    const solution = solve((_t, y) => y.neg(), {
      t: [0, 10],
      y0: 1,
      rtol: 1e-9,
      events: [{ name: 'half', when: (_t, y) => y.sub(0.5), terminal: true }],
    });
    expect(solution.status).toBe('event');
    expect(solution.succeeded).toBe(true);
    expect(solution.reached).toBeCloseTo(Math.log(2), 8);
    expect(solution.last.item()).toBeCloseTo(0.5, 12);
    expect(solution.t.data.at(-1)).toBe(solution.reached);
    expect(solution.message).toMatch(/^stopped at t = 0\.693\d+ by event "half", after \d+ steps$/);
    expect(() => solution.at(0.7)).toThrow(/at: t is 0.7; the solve went from 0 to 0.693/);
  });

  test('count in the direction that they ask for', () => {
    const crossings = (direction: 'rising' | 'falling' | 'both'): number[] =>
      solve(clock, {
        t: [0, 10],
        y0: new Float64Array([0]),
        events: [{ when: (t) => Math.sin(t + 0.5), direction }],
        dtMax: 1,
      }).events.map(({ t }) => (t + 0.5) / Math.PI);
    const near = (list: readonly number[]): number[] => list.map((x) => Math.round(x * 1e9) / 1e9);
    expect(near(crossings('both'))).toEqual([1, 2, 3]);
    expect(near(crossings('falling'))).toEqual([1, 3]);
    expect(near(crossings('rising'))).toEqual([2]);
  });

  test('of several kinds in one step come in the order of time', () => {
    const at = (time: number) => ({ name: String(time), when: (_t: number, y: Float64Array) => y[0]! - time });
    const solution = solve(clock, {
      t: [0, 10],
      y0: new Float64Array([0]),
      dt: 10,
      events: [at(7), at(2), at(3), at(9.99)],
    });
    expect(solution.stats.steps).toBe(1);
    expect(solution.events.map(({ name }) => name)).toEqual(['2', '3', '7', '9.99']);
    expect(solution.events.map(({ event }) => event)).toEqual([1, 2, 0, 3]);
  });

  test('after one that resets, later ones in the same step are looked for anew', () => {
    const solution = solve(clock, {
      t: [0, 10],
      y0: new Float64Array([0]),
      dt: 10,
      events: [
        { name: 'jump', when: (_t, y) => y[0]! - 2, reset: (_t, y) => (y[0] = 100), direction: 'rising' },
        { name: 'never', when: (_t, y) => y[0]! - 5 + (y[0]! > 50 ? 1000 : 0) },
        { name: 'late', when: (t) => t - 8 },
      ],
    });
    expect(solution.events.map(({ name, t }) => [name, Math.round(t * 1e9) / 1e9])).toEqual([
      ['jump', 2],
      ['late', 8],
    ]);
    expect(solution.last.item()).toBeCloseTo(108, 9);
  });

  test('at the same time as one that resets happen too, and all resets apply', () => {
    const solution = solve(clock, {
      t: [0, 4],
      y0: new Float64Array([0]),
      events: [
        { when: (_t, y) => y[0]! - 2, reset: (_t, y) => (y[0] = y[0]! + 10) },
        { when: (t) => t - 2, reset: (_t, y) => (y[0] = y[0]! * 2) },
      ],
    });
    // Which of the two comes first is a matter of the last bit: (2 + 10) 2 + 2, or 2 2 + 10 + 2.
    const order = solution.events.map(({ event }) => event);
    expect(new Set(order)).toEqual(new Set([0, 1]));
    expect(solution.last.item()).toBeCloseTo(order[0] === 0 ? 26 : 16, 9);
  });

  test('at the very end happen; at the very start they do not', () => {
    const solution = solve(clock, {
      t: [0, 2],
      y0: new Float64Array([0]),
      events: [
        { name: 'start', when: (_t, y) => y[0]! },
        { name: 'end', when: (t) => t - 2 },
      ],
    });
    expect(solution.events.map(({ name, t }) => [name, t])).toEqual([['end', 2]]);
    expect(solution.status).toBe('done');
  });

  test('that dip through zero and back within one step are two', () => {
    const solution = solve(clock, {
      t: [0, 10],
      y0: new Float64Array([0]),
      dt: 10,
      events: [{ when: (t) => (t - 3.3) ** 2 - 1e-4 }],
    });
    expect(solution.stats.steps).toBe(1);
    expect(solution.events.map(({ t }) => Math.round(t * 1e9) / 1e9)).toEqual([3.29, 3.31]);
  });

  test('that touch zero without crossing do not happen', () => {
    const solution = solve(clock, {
      t: [0, 10],
      y0: new Float64Array([0]),
      events: [{ when: (t) => (t - 3.3) ** 2 + 1e-9, terminal: true }],
    });
    expect(solution.status).toBe('done');
    expect(solution.events).toEqual([]);
  });

  test('are found going backward, and "falling" is as the solve sees it', () => {
    const solution = solve(clock, {
      t: [0, -5],
      y0: new Float64Array([0]),
      events: [{ when: (_t, y) => y[0]! + 3, direction: 'falling', terminal: true }],
    });
    expect(solution.reached).toBeCloseTo(-3, 12);
  });

  test('are not seen on steps that are rejected', () => {
    const seen: number[] = [];
    const solution = solve(
      inPlace((t, _y, dy) => {
        dy[0] = t < 1 ? 1 : -1;
      }),
      {
        t: [0, 2],
        y0: new Float64Array([0]),
        rtol: 1e-8,
        dt: 0.9,
        // The first steps across the kink at 1 overshoot 1, which the solution only touches.
        events: [{ when: (t, y) => (seen.push(t), y[0]! - 1.0001) }],
      },
    );
    expect(solution.stats.rejected).toBeGreaterThan(0);
    expect(solution.events).toEqual([]);
    expect(solution.last.item()).toBeCloseTo(0, 6);
    expect([...seen].sort((a, b) => a - b).every((t) => t >= 0 && t <= 2)).toBe(true);
  });

  test('that give NaN are refused with their name', () => {
    expect(() =>
      solve(clock, {
        t: [0, 2],
        y0: new Float64Array([0]),
        events: [{ name: 'log', when: (_t, y) => Math.log(-1 - y[0]!) }],
      }),
    ).toThrow('solve: event log gives NaN at t = 0; expected a number that crosses zero');
  });

  test.each<[events: unknown, message: string]>([
    [() => 1, 'solve: events is a function; expected a list of events\n  try { events: [{ when: (t, y) => ... }] }'],
    [[() => 1], 'solve: events[0] is a function; expected an object\n  try { events: [{ when: (t, y) => ... }] }'],
    [[{ name: 'noon' }], 'solve: events[0].when is undefined; expected a function whose value crosses zero'],
    [[{ when: () => 1, direction: 'up' }], 'solve: events[0].direction is "up"; expected "rising", "falling", "both"'],
    [
      [{ when: () => 1, reset: 0 }],
      'solve: events[0].reset is 0; expected a function that gives the state after the event',
    ],
  ])('that are none are refused: %o', (events, message) => {
    expect(() => solve(clock, { t: [0, 2], y0: [0], events: events as never })).toThrow(message);
  });

  test('that give a truth or several numbers are refused: they have no sides of zero', () => {
    const at = (asked: (t: Tensor, y: Tensor) => Tensor) => (): unknown =>
      solve((_t: Tensor, y: Tensor) => y.mul(0).add(1), { t: [0, 2], y0: tensor([0, 0]), events: [{ when: asked }] });
    expect(at((t) => t.greater(1))).toThrow(
      'solve: event 0 gives bool [] at t = 0; expected a number that crosses zero',
    );
    expect(at((_t, y) => y)).toThrow('solve: event 0 gives f32 [2] at t = 0; expected a number that crosses zero');
  });
});
