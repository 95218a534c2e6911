import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Tensor,
  EdgewiseError,
  Graph,
  debugNaN,
  grad,
  log,
  scope,
  spec,
  sqrt,
  tensor,
  trace,
  variable,
} from '../../src/index.ts';

let end: () => void;
beforeEach(() => {
  end = debugNaN();
});
afterEach(() => end());

/** What is said of the first bad number, with this file's place in it as <here>. */
function complaint(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof EdgewiseError && error.code === 'not-finite')
      return error.message.replaceAll(/called at .*debug-nan\.test\.ts:\d+:\d+/g, 'called at <here>');
    throw error;
  }
  return 'nothing was found';
}

describe('the first NaN or infinity', () => {
  test('is reported with its op, its place, what went in, and the line that called', () => {
    expect(complaint(() => scope('decoder', () => log(tensor([3.1, -0.02]))))).toMatchInlineSnapshot(`
      "log: made 1 NaN of 2 numbers
        input 0: f32 [2] in [-0.02, 3.1]
        called at <here>
        at decoder/log"
    `);
    expect(complaint(() => tensor(1).div(0))).toMatchInlineSnapshot(`
      "div: made an infinity
        input 0: f32 [] in [1, 1]
        input 1: f32 [] in [0, 0]
        called at <here>
        at div"
    `);
  });

  test('of a backward pass too, naming the forward op', () => {
    const w = variable(0, { name: 'w' });
    expect(complaint(() => sqrt(w.value).backward())).toMatchInlineSnapshot(`
      "reciprocal: made an infinity, in the backward pass of sqrt
        input 0: f32 [] in [0, 0]
        at reciprocal"
    `);
    expect(complaint(() => grad((x: Tensor) => scope('norm', () => x.square().sum().sqrt()))(tensor([0, 0])))).toMatch(
      /in the backward pass of sqrt[\s\S]*at norm\//,
    );
  });

  test('what passes a NaN on comes later: the first is named', () => {
    expect(complaint(() => log(tensor(-1)).add(1).exp())).toContain('log: made NaN');
  });

  test('carries the graph that led to it', () => {
    try {
      log(variable(-1).value.mul(2));
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof EdgewiseError)) throw error;
      expect(error.graph instanceof Graph && error.graph.toString()).toContain('log(%1)');
    }
  });
});

test('finite numbers, whole numbers and placeholders are let by', () => {
  expect(complaint(() => tensor([1, 2]).log().sum())).toBe('nothing was found');
  expect(complaint(() => tensor([1, 2]).greater(1))).toBe('nothing was found');
  expect(complaint(() => trace((x: Tensor) => x.log().div(0), spec([2])))).toBe('nothing was found');
});

test('ends when it is told to', () => {
  end();
  expect(complaint(() => log(-1))).toBe('nothing was found');
});
