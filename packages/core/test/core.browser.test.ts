/** Core in a page: the same numbers as in Node, eager, backward, traced, at every order. */
import { describe, expect, test } from 'vitest';
import {
  type Tensor,
  type Variable,
  Module,
  grad,
  hvp,
  jvp,
  random,
  run,
  spec,
  tensor,
  toDot,
  trace,
  valueAndGrad,
  variable,
  zeros,
} from '../src/index.ts';
import { checkGradients } from '../src/testing/index.ts';
import { guide } from './articles/facts.ts';
import { casesOf, everyOp } from './laws/every-op.ts';
import { laws } from './laws/laws.ts';
import { known } from './random/known.ts';

const f64 = (values: number | readonly number[]): Tensor => tensor(values, { dtype: 'f64' });

describe('in a page', () => {
  test('there is a document, and nothing of Node', () => {
    expect(typeof document).toBe('object');
    expect('Buffer' in globalThis).toBe(false);
  });

  test('values are eager', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(x.matmul(x.transpose()).sum().item()).toBe(52);
    expect(String(x.softmax().sum())).toBe('tensor(2, f32 [])');
  });

  test('backward fills the gradients of a network, and training lowers its loss', () => {
    class Net extends Module {
      first: Variable = variable(random.normal(random.key(1), [2, 8]));
      second: Variable = variable(random.normal(random.key(2), [8]));
      bias = variable(zeros([8]));
      forward(x: Tensor): Tensor {
        return x.matmul(this.first).add(this.bias).tanh().matmul(this.second);
      }
    }
    const net = new Net();
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const truth = tensor([0, 1, 1, 0]);
    const losses: number[] = [];
    for (let k = 0; k < 500; k++) {
      const loss = net.forward(x).sub(truth).square().mean();
      loss.backward();
      for (const parameter of net.parameters()) {
        parameter.assign(parameter.value.sub(parameter.grad!.mul(0.2)));
        parameter.clearGrad();
      }
      losses.push(loss.item());
    }
    expect(losses.at(-1)).toBeLessThan(0.01);
    expect(losses[0]).toBeGreaterThan(0.1);
  });

  test('derivatives compose, forward and backward', () => {
    expect(grad(grad(grad((x: Tensor) => x.pow(4))))(f64(2)).item()).toBe(48);
    expect(jvp((x: Tensor) => x.square(), f64(3), f64(1))[1].item()).toBe(6);
    expect(hvp((x: Tensor) => x.pow(3).sum(), f64([1, 2]), f64([1, 0])).toArray()).toEqual([6, 0]);
    checkGradients((x) => x.sin().mul(x), [f64([0.3, -1])]);
  });

  test('traced graphs run and are drawn', () => {
    const graph = trace((x: Tensor) => x.tanh().sum(), spec([3]));
    expect(run(graph, zeros([3])).item()).toBe(0);
    expect(toDot(graph.withBackward())).toContain('class="op backward"');
  });

  test('the worked example comes out to its digits', () => {
    const { inputs, expected } = guide.chain;
    const [, slope] = valueAndGrad((p: { w: Tensor; b: Tensor }) =>
      p.w.mul(f64(inputs.x)).sum().add(p.b).sigmoid().neg().add(inputs.desired).square().div(2),
    )({ w: f64(inputs.w), b: f64(inputs.b) });
    expect(Math.abs(slope.w.data[0]! - expected.dE_dw1)).toBeLessThan(1e-15);
    expect(Math.abs(slope.w.data[1]! - expected.dE_dw2)).toBeLessThan(1e-15);
    expect(Math.abs(slope.b.item() - expected.dE_db)).toBeLessThan(1e-15);
  });

  test('random numbers are those of every other machine', () => {
    expect(Array.from(random.uniform(random.key(7), [3], { dtype: 'f64' }).data)).toEqual(known.uniform);
    expect(Array.from(random.permutation(random.key(7), 6).data)).toEqual(known.permutation);
  });

  test('every op is held to the laws here too', { timeout: 120_000 }, () => {
    let cases = 0;
    for (const [, op] of everyOp) {
      cases += casesOf(op).length;
      for (const { holds } of laws) holds(op, 1);
    }
    expect(cases).toBeGreaterThan(200);
  });
});
