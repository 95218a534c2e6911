import {
  type Graph,
  type Tensor,
  ArgumentError,
  cond,
  scan,
  scope,
  spec,
  tensor,
  trace,
  variable,
} from '@edgewise/core';
import { fromDot } from 'ts-graphviz';
import { describe, expect, test } from 'vitest';
import { renderSvg } from '../../src/index.ts';
import { boxNames, closed, openKey, opened, wiresOf } from '../../src/graph/fold.ts';
import { boxCount, foldStates, openAtFirst } from '../../src/graph/fold-states.ts';
import { type GraphModel, partsOf } from '../../src/graph/model.ts';
import { contentsOf, modelDot, titleOfGroup } from '../../src/graph/model-dot.ts';
import { graphOf, modelOf } from '../../src/graph/model-of.ts';
import { withRepetitions } from '../../src/graph/repetition.ts';
import { statisticsOf } from '../../src/graph/statistics.ts';
import { withStretches } from '../../src/graph/stretches.ts';
import { hostileLabels } from '../hostile-labels.ts';
import { all, expectSoundPicture, parsed, texts } from '../parsed.ts';
import { chain, deepGraph, hostile, loop, olah, parabola, swish, unlike } from './models.ts';

function model(of: Graph<Tensor> | Tensor): GraphModel {
  return modelOf(graphOf('test', of), 'test');
}

/** Lines `kind name or op`, and `a -> b`. */
function inWords({ nodes, edges }: GraphModel): string[] {
  const name = (index: number) => `${nodes[index]?.name ?? nodes[index]?.op}`;
  return [
    ...nodes.map(({ kind }, index) => `${kind} ${name(index)}`),
    ...edges.map(({ from, to, slot, kind }) => `${kind}: ${name(from)} -> ${name(to)}, slot ${slot}`),
  ];
}

function groupNamed({ groups }: GraphModel, name: string): number {
  return groups.findIndex((group) => titleOfGroup(group) === name);
}

describe('the model', () => {
  test('has a node for each leaf, op and output, and an edge for each slot', () => {
    expect(inWords(model(olah()))).toEqual([
      'parameter a',
      'parameter b',
      'op add',
      'op add',
      'op mul',
      'output output',
      'forward: a -> add, slot 0',
      'forward: b -> add, slot 1',
      'forward: b -> add, slot 0',
      'forward: add -> mul, slot 0',
      'forward: add -> mul, slot 1',
      'forward: mul -> output, slot 0',
    ]);
  });

  test('knows numbers where there are some, and gradients only after something has flowed back', () => {
    const loss = parabola();
    const before = model(loss).nodes;
    expect(before.map(({ value }) => value?.text)).toEqual(['2', '6', '-6', '36', '36']);
    expect(before.every(({ gradient }) => gradient === undefined)).toBe(true);
    loss.backward();
    expect(model(loss).nodes[0]?.gradient?.text).toBe('-36');
    expect(model(deepGraph()).nodes.every(({ value }) => value === undefined)).toBe(true);
  });

  test('puts numbers that are one number into the op that uses them', () => {
    const { nodes } = model(parabola());
    expect(nodes.map(({ constants }) => constants)).toEqual([undefined, '3', '12', undefined, undefined]);
  });

  test('tells backward nodes, what they are for, and what they use again', () => {
    const { nodes, edges } = model(trace((x: Tensor) => x.exp().sum(), spec([2])).withBackward());
    const exp = nodes.findIndex(({ op }) => op === 'exp');
    const ofExp = nodes.filter(({ pulled }) => pulled === exp);
    expect(ofExp.length).toBeGreaterThan(0);
    expect(ofExp.every(({ kind }) => kind === 'backward')).toBe(true);
    expect(nodes[exp]?.saved).toBe(true);
    expect(edges.some(({ from, kind }) => from === exp && kind === 'saved')).toBe(true);
  });

  test('statistics are of finite numbers, and count the others', () => {
    expect(statisticsOf(tensor([1, 2, 3, 6]))).toEqual({
      text: '[1, 2, 3, 6]',
      min: 1,
      max: 6,
      mean: 3,
      histogram: [2, 1, 0, 1],
    });
    expect(statisticsOf(tensor([Number.NaN, 1]))).toEqual({ text: '[NaN, 1]', min: 1, max: 1, mean: 1, notFinite: 1 });
    expect(statisticsOf(tensor([Number.NaN]))).toEqual({ text: '[NaN]', notFinite: 1 });
    const large = statisticsOf(tensor([-1.7e308, 1.7e308, ...Array.from({ length: 98 }, () => 0)], { dtype: 'f64' }));
    expect(large?.histogram).toHaveLength(20);
    expect(large?.histogram?.reduce((a, b) => a + b)).toBe(100);
    expect(large?.text).toBe('[-1.7e+308, 1.7e+308, ... 0]');
    expect(statisticsOf(tensor([]))).toEqual({ text: '[]' });
    expect(statisticsOf(tensor([true, false]))?.text).toBe('[true, false]');
  });

  test('what is no graph is refused', () => {
    const refusal = (of: unknown) => {
      try {
        // @ts-expect-error what is wrong is wrong on purpose
        graphOf('toHtml', of);
        return 'accepted';
      } catch (error) {
        return error instanceof ArgumentError ? error.message : 'another error';
      }
    };
    expect(refusal(42)).toBe(
      'toHtml: expected a graph or a recorded tensor, received number\n  try toHtml(trace(f, spec))',
    );
    expect(refusal(tensor(1))).toBe(
      'toHtml: the tensor (f32 []) has no history to show\n  try toHtml(record(() => f(x)))',
    );
  });
});

describe('folding by module', () => {
  const deep = model(deepGraph(2));
  const top = groupNamed(deep, 'perceptron') >= 0 ? groupNamed(deep, 'perceptron') : 0;

  test('closed, a module is one box, and all wires into it are one', () => {
    const names = boxNames(deep, new Set());
    expect(new Set(names)).toEqual(new Set(['n0', `g${top}`, `n${deep.nodes.length - 1}`]));
    expect(wiresOf(deep, names).map(({ from, to }) => `${from} ${to}`)).toEqual([
      `n0 g${top}`,
      `g${top} n${deep.nodes.length - 1}`,
    ]);
  });

  test('every edge is on one wire or inside a box, in every state', () => {
    for (const open of foldStates(deep, new Set(), { boxes: 100, total: 2000 })) {
      const names = boxNames(deep, open);
      const drawn = wiresOf(deep, names).flatMap(({ edges }) => edges);
      const hidden = deep.edges.flatMap(({ from, to }, index) => (names[from] === names[to] ? [index] : []));
      expect([...drawn, ...hidden].sort((a, b) => a - b)).toEqual(deep.edges.map((_, index) => index));
    }
  });

  test('opening opens what is around, closing closes what is inside, and hidden groups make no difference', () => {
    const inner = groupNamed(deep, 'hidden1');
    const both = opened(deep, new Set(), inner);
    expect(both).toEqual(new Set([top, inner]));
    expect(closed(deep, both, top)).toEqual(new Set());
    expect(openKey(deep, new Set([inner]))).toBe(openKey(deep, new Set()));
  });

  test('at first modules are open from the outside in, within a number of boxes', () => {
    const parts = partsOf(deep);
    for (const most of [3, 8, 12, 100]) {
      const open = openAtFirst(deep, most);
      expect(boxCount(parts, open)).toBeLessThanOrEqual(most);
      expect(boxCount(parts, open)).toBe(new Set(boxNames(deep, open)).size);
    }
    expect(openAtFirst(deep, 100).size).toBe(deep.groups.length);
  });

  test('composites stay folded at first', () => {
    const graph = model(trace((x: Tensor) => scope('gate', () => swish(x)), spec([2])));
    expect([...openAtFirst(graph, 100)]).toEqual([groupNamed(graph, 'gate')]);
  });

  test('the states hold the first one, all that one click leads to, and no more boxes than the budget', () => {
    const first = openAtFirst(deep, 8);
    const states = foldStates(deep, first, { boxes: 100, total: 300 });
    const keys = states.map((open) => openKey(deep, open));
    expect(keys[0]).toBe(openKey(deep, first));
    expect(new Set(keys).size).toBe(keys.length);
    deep.groups.forEach((_, group) => {
      const next = first.has(group) ? closed(deep, first, group) : opened(deep, first, group);
      expect(keys).toContain(openKey(deep, next));
    });
    const parts = partsOf(deep);
    expect(states.reduce((sum, open) => sum + boxCount(parts, open), 0)).toBeLessThanOrEqual(300);
  });
});

describe('folding by repetition', () => {
  test('twelve equal layers are one box', () => {
    const found = withRepetitions(model(deepGraph(12)));
    // The first layer has another shape, so the repetition begins with what follows it.
    expect(found.groups.filter(({ kind }) => kind === 'repetition').map(titleOfGroup)).toEqual(['tanh, hidden × 12']);
    const open = openAtFirst(found, 100);
    const repetition = groupNamed(found, 'tanh, hidden × 12');
    expect(new Set(boxNames(found, open))).toContain(`g${repetition}`);
    const inside = found.nodes.filter((_, index) => boxNames(found, open)[index] === `g${repetition}`);
    expect(contentsOf(inside)).toBe('36 ops, 24 parameters');
  });

  test('ops outside of modules repeat, too', () => {
    const found = withRepetitions(model(chain(100)));
    expect(found.groups.map(titleOfGroup)).toEqual(['tanh, mul × 50']);
  });

  test('calls of one module repeat', () => {
    const cell = (x: Tensor) => scope('cell', () => x.tanh().mul(0.5));
    const found = withRepetitions(model(trace((x: Tensor) => cell(cell(cell(cell(x)))), spec([2]))));
    expect(found.groups.map(titleOfGroup)).toContain('cell × 4');
  });

  test('what differs in an attribute, a shape or an inner edge does not repeat', () => {
    expect(withRepetitions(model(unlike(20))).groups).toEqual([]);
    const step = (x: Tensor, k: number) =>
      scope('cell', () => {
        const [a, b] = [x.exp(), x.tanh()];
        return k === 1 ? b.sub(a) : a.sub(b);
      });
    const crossed = trace((x: Tensor) => step(step(step(x, 0), 1), 0), spec([2]));
    expect(withRepetitions(model(crossed)).groups.filter(({ kind }) => kind === 'repetition')).toEqual([]);
    const straight = trace((x: Tensor) => step(step(step(x, 0), 0), 0), spec([2]));
    expect(withRepetitions(model(straight)).groups.filter(({ kind }) => kind === 'repetition')).toHaveLength(1);
  });

  test('two are not many', () => {
    expect(withRepetitions(model(chain(4))).groups).toEqual([]);
  });

  test('a parameter that only the repetition uses is in it, and one that others use is not', () => {
    const [shared, own] = [variable([1, 2], { name: 'shared' }), variable([3, 4], { name: 'own' })];
    const found = withRepetitions(
      model(
        trace(
          (x: Tensor) => {
            let y = x.exp().mul(shared);
            for (let k = 0; k < 4; k++) y = y.add(own).tanh().mul(shared);
            return y;
          },
          spec([2]),
        ),
      ),
    );
    const groupOf = (name: string) => found.nodes.find((node) => node.name === name)?.group;
    expect(groupOf('own')).toBe(0);
    expect(groupOf('shared')).toBeUndefined();
  });
});

describe('what is too large to draw and has no modules', () => {
  test('becomes stretches, in them stretches, until no level has too much', () => {
    const large = withStretches(model(unlike(1000)), 10);
    for (const [, parts] of partsOf(large)) expect(parts.length).toBeLessThanOrEqual(12); // input and output stay outside
    expect(boxCount(partsOf(large), openAtFirst(large, 100))).toBeLessThanOrEqual(12);
    expect(large.nodes.length).toBe(1002);
  });

  test('leaves a small graph as it is', () => {
    const small = model(unlike(5));
    expect(withStretches(small, 10)).toEqual(small);
  });
});

describe('the DOT text of a folded model', () => {
  test('is read by an independent parser, which sees the boxes and the wires', () => {
    const found = withRepetitions(model(deepGraph(12)));
    for (const open of [new Set<number>(), openAtFirst(found, 100), new Set(found.groups.keys())]) {
      const names = boxNames(found, open);
      const root = fromDot(modelDot(found, open, { direction: 'down', spacious: false }));
      const seen = new Set<string>();
      const visit = (graph: { nodes: readonly { id: string }[]; subgraphs: readonly unknown[] }) => {
        for (const { id } of graph.nodes) seen.add(id);
        // Subgraphs of a subgraph are graphs like their root.
        for (const inner of graph.subgraphs) visit(inner as Parameters<typeof visit>[0]);
      };
      visit(root);
      expect(seen).toEqual(new Set(names));
      expect(root.edges).toHaveLength(wiresOf(found, names).length);
    }
  });

  test.each(hostileLabels)('holds the name %j as text', async (label) => {
    const found = model(hostile(label));
    const dot = modelDot(found, new Set(found.groups.keys()), { direction: 'right', spacious: false });
    expect(fromDot(dot).id).toBe('test');
    expect(dot.includes('<script>') && !dot.includes('label="')).toBe(false);
  });
});

describe('renderSvg with fold', () => {
  test('draws repetitions as one box, nothing folded, every module folded, or what a function says', async () => {
    const graph = deepGraph(12);
    expect(texts(expectSoundPicture(await renderSvg(graph, { fold: 'repetitions' })))).toContain('tanh, hidden × 12');
    const boxes = async (fold: boolean | ((path: string) => boolean)) =>
      all(parsed(await renderSvg(graph, { fold })), 'g').filter(
        ({ attributes }) => attributes['data-name']?.[0] === 'n',
      ).length;
    expect(await boxes(false)).toBe(model(graph).nodes.length);
    expect(await boxes(true)).toBe(2); // input and output
    expect(await boxes((path) => path.endsWith('hidden3'))).toBe(model(graph).nodes.length - 4);
  });
});

test('the body of a loop is a group of its own: inputs enter it, and what it gives flows to the loop', () => {
  const described = model(loop());
  const nameOf = (index: number) => described.nodes[index]?.name ?? described.nodes[index]?.op ?? '';
  expect(described.groups.map(({ path, kind }) => [path, kind])).toEqual([
    ['filter', 'module'],
    ['filter/scan', 'graph'],
  ]);
  expect(described.nodes.filter(({ held }) => held === true).map(({ name, op }) => name ?? op)).toEqual([
    'level',
    'v',
    'rate',
    'mul',
    'tanh',
    'add',
  ]);
  const scanNode = described.nodes.findIndex(({ op }) => op === 'scan');
  const entering = described.edges
    .filter(({ of }) => of === scanNode)
    .map(({ from, to }) => [nameOf(from), nameOf(to)]);
  expect(entering).toEqual([
    [expect.stringContaining('constant'), 'v'],
    ['rate', 'rate'],
  ]);
  expect(described.edges.filter(({ to }) => to === scanNode).map(({ from }) => nameOf(from))).toContain('add');
  expect(described.nodes.find(({ name, held }) => name === 'level' && held === true)?.constants).toBe('0');
});

test('a choice inside a loop is a group inside the loop’s, with a group for each branch', async () => {
  const graph = trace(
    (xs: Tensor) => {
      const choose = (level: Tensor, x: Tensor): Tensor =>
        cond(
          x.greater(0),
          (a, b) => a.add(b.sqrt()),
          (a, b) => a.sub(b.square()),
          level,
          x,
        );
      return scan((level: Tensor, x: Tensor): [Tensor, undefined] => [choose(level, x), undefined], tensor(0), xs)[0];
    },
    spec([3]),
  );
  const described = model(graph);
  expect(described.groups.map(({ path, kind }) => [path, kind])).toEqual([
    ['scan', 'graph'],
    ['scan/cond', 'graph'],
    [expect.stringMatching(/^scan\/cond\/./), 'graph'],
    [expect.stringMatching(/^scan\/cond\/./), 'graph'],
  ]);
  const opsIn = (group: number) =>
    described.nodes.flatMap((node) => (node.group === group && node.kind === 'op' ? [node.op] : []));
  expect([2, 3].map(opsIn)).toEqual([
    ['sqrt', 'add'],
    ['square', 'sub'],
  ]);
  const picture = expectSoundPicture(await renderSvg(graph, { fold: false }));
  expect(all(picture).filter(({ attributes }) => /\bcluster\b/.test(attributes['class'] ?? ''))).toHaveLength(4);
});

test('a step that replaces parameters has edges that lead back to them, and a box for its result alone', () => {
  const w = variable(2, { name: 'w' });
  const graph = trace((x: Tensor) => {
    const loss = x.mul(w).square();
    w.assign(w.value.sub(loss));
    return loss;
  }, spec([]));
  const described = model(graph);
  expect(described.nodes.filter(({ kind }) => kind === 'output')).toHaveLength(1);
  const updates = described.edges.filter(({ kind }) => kind === 'update');
  expect(updates.map(({ from, to }) => [described.nodes[from]?.op, described.nodes[to]?.name])).toEqual([['sub', 'w']]);
});
