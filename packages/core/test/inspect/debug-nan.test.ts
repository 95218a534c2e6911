import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Tensor,
  EdgewiseError,
  Graph,
  checkpoint,
  compile,
  cond,
  cummax,
  debugNaN,
  grad,
  jvp,
  log,
  run,
  scan,
  scope,
  spec,
  sqrt,
  tensor,
  trace,
  variable,
  vmap,
  whileLoop,
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
      return error.message.replaceAll(/(called|pulled|pushed) at .*debug-nan\.test\.ts:\d+:\d+/g, '$1 at <here>');
    throw error;
  }
  return 'nothing was found';
}

const source = readFileSync(new URL(import.meta.url), 'utf8').split('\n');

/** `debug-nan.test.ts:12`, of the first line in this file that holds a text. */
function lineWith(text: string): string {
  return `debug-nan.test.ts:${source.findIndex((line) => line.includes(text)) + 1}`;
}

/** The lines of this file that a complaint names. */
function lines(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    const named = String(error).matchAll(/(\w+ at) .*(debug-nan\.test\.ts:\d+):\d+/g);
    return Array.from(named, ([, how, line]) => `${how} ${line}`);
  }
  return [];
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
        called at <here>
        pulled at <here>
        at reciprocal"
    `);
    expect(complaint(() => grad((x: Tensor) => scope('norm', () => x.square().sum().sqrt()))(tensor([0, 0])))).toMatch(
      /in the backward pass of sqrt[\s\S]*at norm\//,
    );
  });

  test('of a backward pass is said with the line of the forward op, and the line that asked', () => {
    const w = variable(0, { name: 'w' });
    const root = w.value.sqrt(); // here it is called
    const said = lines(() => root.backward());
    expect(said).toEqual([`called at ${lineWith('// here it is called')}`, `pulled at ${lineWith('root.backward()')}`]);
    const grads = (x: Tensor): Tensor => grad((y: Tensor) => y.pow(1.5))(x); // of the second order
    expect(lines(() => grad(grads)(0))[0]).toBe(`called at ${lineWith('y.pow(1.5)')}`);
  });

  test('of an op that ran before is said with the line that asked alone', () => {
    end();
    const root = variable(0).value.sqrt();
    end = debugNaN();
    expect(lines(() => root.backward())).toHaveLength(1);
  });

  test('of a forward derivative is said to be of one', () => {
    expect(complaint(() => jvp((x: Tensor) => x.sqrt(), 0, 1))).toMatchInlineSnapshot(`
      "reciprocal: made an infinity, in the forward derivative of sqrt
        input 0: f32 [] in [0, 0]
        called at <here>
        pushed at <here>
        at reciprocal"
    `);
    expect(complaint(() => jvp((x: Tensor) => grad((y: Tensor) => y.sqrt())(x), 0, 1))).toContain(
      'in the backward pass of sqrt',
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

describe('inside loops', () => {
  const xs = tensor([2, 1, -3, 4]);

  test('the op, the step and the place in the body are named', () => {
    const f = (x: Tensor): Tensor => scan((c: Tensor, e: Tensor) => [c.add(scope('part', () => e.log())), c], 0, x)[0];
    expect(complaint(() => scope('model', () => f(xs)))).toMatchInlineSnapshot(`
      "log: made NaN, in step 2 of scan
        input 0: f32 [] in [-3, -3]
        called at <here>
        at model/scan/part/log"
    `);
    expect(complaint(() => vmap(f)(xs.reshape([1, 4])))).toContain('log: made NaN, in step 2 of scan');
    expect(complaint(() => run(trace(f, spec([4])), xs))).toContain('log: made NaN, in step 2 of scan');
  });

  test('of a while loop, of a loop in a loop, and of what is computed again', () => {
    const shrinking = (x: Tensor): Tensor =>
      whileLoop(
        (v: Tensor) => v.less(10),
        (v) => v.sub(1).sqrt().add(v),
        x,
        { maxSteps: 9 },
      );
    expect(complaint(() => shrinking(tensor(0.5)))).toContain('sqrt: made NaN, in step 0 of whileLoop');
    const nested = (x: Tensor): Tensor =>
      scan(
        (c: Tensor) => [scan((d: Tensor, e: Tensor) => [d.add(e.sub(c).log()), undefined], 0, x)[0], undefined],
        0,
        undefined,
        { length: 2 },
      )[0];
    expect(complaint(() => nested(tensor([1.5, 3])))).toContain('log: made NaN, in step 0 of scan, in step 1 of scan');
    expect(complaint(() => checkpoint((x: Tensor) => x.log())(tensor(-1)))).toContain('log: made NaN');
  });

  test('of a branch, and of a program, whose numbers nobody would see', () => {
    const either = (x: Tensor): Tensor =>
      cond(
        x.greater(0),
        (y: Tensor) => y.sqrt(),
        (y: Tensor) => y.log(),
        x,
      );
    const loop = (x: Tensor): Tensor => scan((c: Tensor, e: Tensor) => [c.add(either(e)), undefined], 0, x)[0];
    expect(complaint(() => loop(xs))).toMatch(/log: made NaN, in step 2 of scan[^]*at scan\/cond\/log/);
    const program = compile((x: Tensor) => scope('net', () => x.log().sum()));
    end();
    program(tensor([1, 2]));
    end = debugNaN();
    expect(complaint(() => program(tensor([1, -2])))).toMatchInlineSnapshot(`
      "log: made 1 NaN of 2 numbers
        input 0: f32 [2] in [-2, 1]
        called at <here>
        at net/log"
    `);
  });

  test('of the loop that runs backward', () => {
    const norms = (x: Tensor): Tensor => scan((c: Tensor, e: Tensor) => [c.add(e.square().sqrt()), undefined], 0, x)[0];
    expect(complaint(() => grad(norms)(tensor([1, 0, 2])))).toContain(
      'reciprocal: made an infinity, in the backward pass of scan, in step 1 of scan',
    );
  });

  test('a step leaves no trace when it throws', () => {
    const bad = (): unknown => scan((c: Tensor, e: Tensor) => [c.add(e.log()), undefined], 0, xs);
    expect(complaint(bad)).toContain('in step 2 of scan');
    expect(complaint(() => log(-1))).not.toContain('step');
  });
});

test('finite numbers, whole numbers and placeholders are let by', () => {
  expect(complaint(() => tensor([1, 2]).log().sum())).toBe('nothing was found');
  expect(complaint(() => tensor([1, 2]).greater(1))).toBe('nothing was found');
  expect(complaint(() => trace((x: Tensor) => x.log().div(0), spec([2])))).toBe('nothing was found');
});

test('derivatives of cummax, of every order and either way, are finite where its input is', () => {
  const x = tensor([0, 0, 2, 1, 3]);
  for (const reverse of [false, true]) {
    const f = (y: Tensor): Tensor => cummax(y, { axis: 0, reverse }).square().sum();
    const said = complaint(() => [
      grad(f)(x),
      jvp(f, x, tensor([1, 2, 3, 4, 5])),
      grad((y: Tensor) => grad(f)(y).square().sum())(x),
    ]);
    expect(said).toBe('nothing was found');
  }
});

test('ends when it is told to', () => {
  end();
  expect(complaint(() => log(-1))).toBe('nothing was found');
});
