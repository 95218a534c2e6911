/** The replay behind vmap: each node by its op's batch rule, and once an example where there is none. */
import { expect, test } from 'vitest';
import { type Op, type Tensor, defineOp, elementByElement, spec, stack, tensor, trace, vmap } from '../../src/index.ts';
import { vmapGraph } from '../../src/derive/vmap-graph.ts';
import { refusal } from '../refusal.ts';

const rows = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);

const twiceAndSum: Op<[x: Tensor], [], [twice: Tensor, total: Tensor]> = defineOp<
  [x: Tensor],
  [],
  [twice: Tensor, total: Tensor]
>({
  name: 'twiceAndSum',
  infer: ([x]) => [x, spec([], x.dtype)],
  forward: ([x], _, [twice, total]) =>
    x.data.forEach((value, k) => {
      twice.data[k] = 2 * value;
      total.data[0]! += value;
    }),
  pull: [({ cotangents: [twice], inputs: [x] }) => (twice ?? x.mul(0)).mul(2)],
});

test('a batch of examples gives what each gives alone, and an op without a rule is applied once an example', () => {
  const f = (x: Tensor): Tensor => {
    const [twice, total] = twiceAndSum(x.exp());
    return twice.mul(total).add(x);
  };
  const graph = trace(f, spec([2]));
  const { outputs, looped } = vmapGraph(graph, [{ value: rows, batched: true }], 3);
  expect(outputs[0]!.batched).toBe(true);
  expect(outputs[0]!.value.toArray()).toEqual(stack([0, 1, 2].map((k) => f(rows.slice([k])))).toArray());
  expect(looped).toEqual(['twiceAndSum']);
});

test('a graph shows what runs once an example: its nodes stand in a scope that says so', () => {
  const graph = trace((x: Tensor) => vmap((row: Tensor) => twiceAndSum(row.exp())[0].mul(2))(x), spec([3, 2]));
  expect([...new Set(graph.nodes.map(({ scope }) => scope?.path))]).toEqual([undefined, 'twiceAndSum once an example']);
  expect(graph.find({ op: 'twiceAndSum', scope: 'twiceAndSum once an example' }).length).toBe(3);
  expect(String(graph)).toContain('twiceAndSum once an example');
});

test('what no example touches is computed once and said to have no batch axis', () => {
  const graph = trace((x: Tensor, y: Tensor) => [x.mul(2), y.mul(3)] as const, spec([2]), spec([]));
  const given = [
    { value: rows, batched: true },
    { value: tensor(5), batched: false },
  ];
  const { outputs } = vmapGraph(graph, given, 3);
  expect(outputs.map(({ batched }) => batched)).toEqual([true, false]);
  expect(outputs[1]!.value.item()).toBe(15);
});

test('one tensor may stand for a batch here and for a constant there', () => {
  const c = tensor([1, 10]);
  const graph = trace((x: Tensor) => c.mul(x), spec([]));
  const { outputs } = vmapGraph(graph, [{ value: c, batched: true }], 2);
  expect(outputs[0]!.value.toArray()).toEqual([
    [1, 10],
    [10, 100],
  ]);
});

test('an empty batch gives empty results of the right shape', () => {
  const graph = trace((x: Tensor) => twiceAndSum(x)[0], spec([2]));
  const empty = rows.slice([[0, 0]]);
  expect(vmapGraph(graph, [{ value: empty, batched: true }], 0).outputs[0]!.value.shape).toEqual([0, 2]);
});

test('a batch rule that gives another shape is named', () => {
  const total: Op<[x: Tensor]> = defineOp<[x: Tensor]>({
    name: 'total',
    infer: ([x]) => spec([], x.dtype),
    forward: ([x], _, { data }) => x.data.forEach((value) => (data[0]! += value)),
    pull: [({ cotangent, inputs: [x] }) => cotangent.broadcastTo(x.shape)],
    batch: elementByElement,
  });
  const graph = trace((x: Tensor) => total(x), spec([2]));
  expect(refusal(() => vmapGraph(graph, [{ value: rows, batched: true }], 3))).toBe(
    'EdgewiseError wrong-batch\ntotal: the batch rule gives f32 []; expected f32 [3]',
  );
});
