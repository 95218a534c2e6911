/** What each pass makes of a graph, as text. */
import { describe, expect, test } from 'vitest';
import { type Tensor, checkpoint, grad, spec, trace, verify } from '../../src/index.ts';
import { dropIdentities } from '../../src/compile/passes/drop-identities.ts';
import { mergeDuplicates } from '../../src/compile/passes/merge-duplicates.ts';
import { openCheckpoints } from '../../src/compile/passes/open-checkpoints.ts';
import { simplifyAlgebra } from '../../src/compile/passes/simplify-algebra.ts';
import type { Graph } from '../../src/graph/graph.ts';

function text(graph: Graph<Tensor>): string {
  verify(graph);
  return graph.toString();
}

const exact = { fastMath: false };

describe('algebra', () => {
  test('that holds for every number is applied', () => {
    const graph = trace((x: Tensor) => x.mul(1).add(x.neg()).div(4).neg().neg().sub(0).div(1), spec([2]));
    expect(text(simplifyAlgebra(graph, exact))).toMatchInlineSnapshot(`
      "graph(x: f32 [2])
        %1 = sub(x, x): f32 [2]
        %2 = mul(%1, 0.25): f32 [2]
        return %2"
    `);
  });

  test('that holds for real numbers alone is left, unless it is asked for', () => {
    const graph = trace((x: Tensor) => x.mul(0).add(x.add(0)).add(x.sub(x)), spec([2]));
    expect(text(simplifyAlgebra(graph, exact))).toMatchInlineSnapshot(`
      "graph(x: f32 [2])
        %1 = mul(x, 0): f32 [2]
        %2 = add(x, 0): f32 [2]
        %3 = add(%1, %2): f32 [2]
        %4 = sub(x, x): f32 [2]
        %5 = add(%3, %4): f32 [2]
        return %5"
    `);
    expect(text(simplifyAlgebra(graph, { fastMath: true }))).toMatchInlineSnapshot(`
      "graph(x: f32 [2])
        return x"
    `);
  });

  test('of movements makes one of several, and none of what moves nothing', () => {
    const graph = trace(
      (x: Tensor) =>
        x.permute([1, 2, 0]).permute([2, 0, 1]).reshape([6, 4]).reshape([4, 6]).sum({ axis: [], keepDims: true }),
      spec([2, 3, 4]),
    );
    expect(text(simplifyAlgebra(graph, exact))).toMatchInlineSnapshot(`
      "graph(x: f32 [2, 3, 4])
        %1 = reshape(x, [4, 6]): f32 [4, 6]
        return %1"
    `);
  });

  test('keeps a number that broadcasts to a larger shape', () => {
    const graph = trace((x: Tensor) => x.mul(x.sum().mul(1)), spec([2]));
    expect(text(simplifyAlgebra(graph, exact))).toMatchInlineSnapshot(`
      "graph(x: f32 [2])
        %1 = sum(x, axis [0]): f32 []
        %2 = mul(x, %1): f32 [2]
        return %2"
    `);
  });
});

test('duplicates are computed once, whoever asked for them', () => {
  const graph = trace(
    (x: Tensor) =>
      x
        .exp()
        .mul(x.exp())
        .add(x.sum({ axis: 0 }))
        .add(x.sum({ axis: 0 })),
    spec([2]),
  );
  expect(text(mergeDuplicates(graph))).toMatchInlineSnapshot(`
    "graph(x: f32 [2])
      %1 = exp(x): f32 [2]
      %2 = mul(%1, %1): f32 [2]
      %3 = sum(x, axis [0]): f32 []
      %4 = add(%2, %3): f32 [2]
      %5 = add(%4, %3): f32 [2]
      return %5"
  `);
});

test('marks of transformations and gradients that are stopped leave no node', () => {
  const graph = trace((x: Tensor) => grad((y: Tensor) => y.mul(y.stopGradient()).sum())(x), spec([2]));
  expect(text(dropIdentities(graph))).toMatchInlineSnapshot(`
    "graph(x: f32 [2])
      %1 = mul(1 f32 [2], x): f32 [2]
      return %1"
  `);
});

test('bodies of checkpoints stand where the checkpoints stood, those within others too', () => {
  const inner = checkpoint((x: Tensor) => x.tanh());
  const outer = checkpoint((x: Tensor) => inner(x.mul(2)).add(x));
  expect(text(openCheckpoints(trace((x: Tensor) => outer(x).sum(), spec([2]))))).toMatchInlineSnapshot(`
    "graph(x: f32 [2])
      %1 = mul(x, 2): f32 [2]         checkpoint
      %2 = tanh(%1): f32 [2]          checkpoint/checkpoint
      %3 = add(%2, x): f32 [2]        checkpoint
      %4 = sum(%3, axis [0]): f32 []
      return %4"
  `);
});
