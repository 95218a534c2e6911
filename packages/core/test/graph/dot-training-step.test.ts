import { Module, type Tensor, matmul, spec, toDot, trace, variable } from '@edgewise/core';
import { expect, test } from 'vitest';

class Half extends Module {
  factor = variable(0.5);

  forward(x: Tensor): Tensor {
    return x.mul(this.factor);
  }
}

const half = new Half();

/** One step down a slope: forward, backward, and a rule that moves the parameter. */
const step = trace(
  (x: Tensor) => {
    const loss = half.forward(x).square().sum();
    loss.backward();
    half.factor.assign(half.factor.value.sub(half.factor.grad!.mul(0.1)));
    half.factor.clearGrad();
    return { loss };
  },
  spec([3]),
);

/** The lines of edges, without labels. */
function edges(dot: string): string[] {
  return dot.split('\n').flatMap((line) => {
    const [, ends, rest = ''] = /^ {2}(n\d+ -> n\d+) \[(.*)\];$/.exec(line) ?? [];
    return ends === undefined ? [] : [`${ends} ${/class="([^"]*)"/.exec(rest)?.[1] ?? 'forward'}`];
  });
}

test('folded, a training step reads and replaces the parameters of a module by one edge with two heads', () => {
  const dot = toDot(step, { fold: (path) => path === 'half' });
  expect(dot).toMatch(/label="half\\n1 parameter\\n1 op, \d+ backward"/);
  expect(dot).toMatch(/\[label="f32 \[\]", class="update", style=dashed, dir=both\];/);
});

test('what flows back is written from its end to its start, so that it is drawn as a mirror of what flows forward', () => {
  const written = edges(toDot(step, { fold: (path) => path === 'half' }));
  expect(written.some((edge) => edge.endsWith('backward reversed'))).toBe(true);
  // As it is written nothing leads round in a circle, which Graphviz would have to cut somewhere.
  const pairs = written.filter((edge) => !edge.endsWith(' saved')).map((edge) => edge.split(/ -> | /));
  let left = pairs;
  for (let round = 0; round < pairs.length; round++) left = left.filter(([from]) => left.some(([, to]) => to === from));
  expect(left).toEqual([]);
});

test('a module that is called twice is two boxes, as a composite is', () => {
  const twice = trace((x: Tensor) => half.forward(half.forward(x)), spec([3]));
  const opened = toDot(twice);
  expect(opened).toContain('subgraph "cluster_half" {');
  expect(opened).toContain('subgraph "cluster_half (2)" {');
  expect(toDot(twice, { fold: true }).match(/class="folded"/g)).toHaveLength(2);
});

test('attributes stand in boxes by name, and those that are switched off do not', () => {
  const dot = toDot(
    trace((x: Tensor) => matmul(x, x, { transposeB: true }).sum({ axis: 0 }), spec([2, 3])),
    { fold: false },
  );
  expect(dot).toContain('[label="matmul\\ntransposeB", ');
  expect(dot).toContain('[label="sum\\naxis [0]", ');
});
