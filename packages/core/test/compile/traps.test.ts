/** What is easy to get wrong in a compiler of graphs, each as a test. */
import { describe, expect, test } from 'vitest';
import { constant, mul } from '../../src/kernel-ir/expression.ts';
import {
  type Op,
  type Tensor,
  checkpoint,
  compile,
  concatenate,
  defineOp,
  grad,
  pad,
  random,
  tensor,
  trace,
  valueAndGrad,
  spec,
  zeros,
} from '../../src/index.ts';

function nodesNamed(name: string, graph: { nodes: readonly { op: { name: string } }[] }): number {
  return graph.nodes.filter(({ op }) => op.name === name).length;
}

describe('passes', () => {
  test('compute again what a checkpoint lets go', () => {
    const layers = (x: Tensor): Tensor => x.tanh().mul(2).tanh();
    const inside = (x: Tensor): Tensor => checkpoint(layers)(x).sum();
    const program = compile((x: Tensor) => valueAndGrad(inside)(x));
    const x = tensor([0.3, -0.7]);
    expect(program(x)[1].toArray()).toEqual(grad(inside)(x).toArray());
    expect(nodesNamed('tanh', program.graphs.at(-1)!.graph)).toBe(4);
  });
});

describe('tracing', () => {
  test('refuses a placeholder of another trace', () => {
    let stolen: Tensor | undefined;
    trace(
      (x: Tensor) => {
        stolen = x;
        return x.mul(2);
      },
      spec([2]),
    );
    const program = compile((x: Tensor) => x.add(stolen!));
    expect(() => program(tensor([1, 2]))).toThrow(/another trace/);
  });

  test('holds no copy of what only shapes depend on', () => {
    const program = compile((x: Tensor) => x.mean());
    program(zeros([128, 784]));
    expect(program.explain()).toContain('constants 0 bytes');
  });

  test('says that random numbers are the same at every call where their key is', () => {
    const program = compile((x: Tensor) => x.add(random.uniform(random.key(1), [2])));
    const x = tensor([0, 0]);
    expect(program(x).toArray()).toEqual(program(x).toArray());
    expect(program.explain()).toMatch(/random {4}\d+ draws while it was traced, the same at every call/);
    const fresh = compile((key: Tensor) => random.uniform(key, [2]));
    fresh(random.key(1));
    expect(fresh.explain()).not.toContain('draws');
  });
});

describe('memory', () => {
  test('a load that is not chosen may lie beyond the end of memory', () => {
    const around = compile((x: Tensor) => pad(x, 3));
    const both = compile((x: Tensor, y: Tensor) => concatenate([x, y]));
    // Sizes that end on the last page, whatever lies before
    for (let size = 16_380; size < 16_390; size++) {
      const x = Array.from({ length: size }, (_, k) => k);
      expect(
        around(tensor(x))
          .slice([[-4, null]])
          .toArray(),
      ).toEqual([size - 1, 0, 0, 0]);
      expect(
        both(tensor(x), tensor([7]))
          .slice([[-2, null]])
          .toArray(),
      ).toEqual([size - 1, 7]);
    }
  });
});

describe('a program that is verified', () => {
  test('gives what it gives', () => {
    const program = compile((x: Tensor) => x.tanh().sum(), { verify: true });
    expect(program(tensor([0.5])).item()).toBeCloseTo(Math.tanh(0.5), 6);
  });

  test('and the interpreter differ: the first node that does is named', () => {
    const double: Op<[x: Tensor]> = defineOp({
      name: 'double',
      infer: ([x]) => x,
      forward: ([x], _, { data }) => data.set(x.data.map((value) => 2 * value)),
      lower: ({ at, position }) => mul(at(0, position), constant(3, 'f32')), // wrong
      pull: [({ cotangent }) => cotangent.mul(2)],
    });
    const f = (x: Tensor): Tensor => double(x.add(1)).sum();
    expect(compile(f)(tensor([1, 2])).item()).toBe(15);
    expect(() => compile(f, { verify: true })(tensor([1, 2]))).toThrow(
      'the program and the interpreter differ first at double (f32 [2])',
    );
  });
});
