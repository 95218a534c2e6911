/** Loops and choices as text and as pictures: the graphs that a node holds stand inside it. */
import { describe, expect, test } from 'vitest';
import {
  Graph,
  type Tensor,
  checkpoint,
  cond,
  grad,
  scan,
  scope,
  spec,
  toDot,
  trace,
  verify,
  whileLoop,
} from '../../src/index.ts';
import { parsedDot } from '../graph/parsed-dot.ts';

const looped = (h: Tensor, xs: Tensor): Tensor =>
  scan(
    (c: Tensor, x: Tensor) => {
      const next = cond(
        x.greater(0),
        (a: Tensor) => a.mul(x),
        (a: Tensor) => a.sub(x),
        c,
      );
      return [next, undefined];
    },
    h,
    xs,
  )[0];

describe('text', () => {
  test('a body stands below its node, further in', () => {
    expect(String(trace(looped, spec([]), spec([3])))).toMatchInlineSnapshot(`
      "graph(h: f32 [], xs: f32 [3])
        %1, %2 = scan(h, xs, carries 1, scanned 1, length 3, history): f32 [], f32 [3]
          body(c: f32 [], x: f32 [])
            %1 = greater(x, 0): bool []  scan
            %2 = cond(%1, c, x): f32 []  scan
              then(a: f32 [], x: f32 [])
                %1 = mul(a, x): f32 []  scan/cond
                return %1
              else(a: f32 [], x: f32 [])
                %1 = sub(a, x): f32 []  scan/cond
                return %1
            return %2, c
        return %1"
    `);
  });

  test('so do a condition and what is computed again', () => {
    const f = (x: Tensor): Tensor =>
      whileLoop(
        (s: Tensor) => s.less(x),
        (s) => checkpoint((a: Tensor) => a.add(x).tanh())(s),
        1,
      );
    expect(String(trace(f, spec([])))).toMatchInlineSnapshot(`
      "graph(x: f32 [])
        %1 = whileLoop(1, x, x, states 1): f32 []
          condition(s: f32 [], x: f32 [])
            %1 = less(s, x): bool []  whileLoop
            return %1
          body(s: f32 [], x: f32 [])
            %1 = checkpoint(s, x): f32 []  whileLoop
              body(a: f32 [], x: f32 [])
                %1 = add(a, x): f32 []  whileLoop/checkpoint
                %2 = tanh(%1): f32 []   whileLoop/checkpoint
                return %2
            return %1
        return %1"
    `);
  });

  test('the derivative of a loop is a loop', () => {
    const last = (w: Tensor, xs: Tensor): Tensor =>
      scan((c: Tensor, x: Tensor) => [c.mul(w).add(x), undefined], 0, xs)[0];
    expect(String(trace((w: Tensor, xs: Tensor) => grad(last)(w, xs), spec([]), spec([3])))).toMatchInlineSnapshot(`
      "graph(w: f32 [], xs: f32 [3])
        %1, %2 = scan(0, xs, w, carries 1, scanned 1, length 3, history): f32 [], f32 [3]
          body(c: f32 [], x: f32 [], captured0: f32 [])
            %1 = mul(c, captured0): f32 []  scan
            %2 = add(%1, x): f32 []         scan
            return %2, c
        %3, %4, %5, %6 = scan(1, 0, %2, w, carries 2, scanned 1, length 3, reverse, history): f32 [], f32 [], f32 [3], f32 [3]
          body(d carry: f32 [], sum: f32 [], c: f32 [], captured0: f32 [])
            %1 = mul(d carry, captured0): f32 []  scan
            %2 = mul(d carry, c): f32 []          scan
            %3 = add(sum, %2): f32 []
            return %1, %3, d carry, sum
        return %4"
    `);
  });
});

describe('pictures', () => {
  test('a loop is a cluster with its body inside; what it is applied to enters at the inputs of the body', () => {
    const dot = parsedDot(toDot(trace(looped, spec([]), spec([3]))));
    expect(dot.clusters).toEqual([
      { path: ['scan'], kind: 'graph' },
      { path: ['scan', 'cond'], kind: 'graph' },
      { path: ['scan', 'cond', 'then'], kind: 'graph' },
      { path: ['scan', 'cond', 'else'], kind: 'graph' },
    ]);
    const inside = (title: string): string[] =>
      dot.nodes.filter((node) => node.title === title).map((node) => node.path.join('/'));
    expect([inside('greater'), inside('mul'), inside('sub'), inside('scan'), inside('cond')]).toEqual([
      ['scan'],
      ['scan/cond/then'],
      ['scan/cond/else'],
      ['scan'],
      ['scan/cond'],
    ]);
    const edges = dot.edges.map(({ from, to }) => `${from.title} -> ${to.title}`);
    expect(edges.filter((edge) => /^(h|xs|scan) /.test(edge))).toEqual(['h -> c', 'xs -> x', 'scan -> output']);
    expect(edges).toContain('mul -> cond');
    expect(edges).toContain('sub -> cond');
    expect(edges).toContain('cond -> scan');
  });

  test('with its derivative, the loop back is a cluster beside it', () => {
    const graph = trace(
      (xs: Tensor) => scan((c: Tensor, x: Tensor) => [c.mul(x), undefined], 2, xs)[0],
      spec([3]),
    ).withBackward();
    const dot = parsedDot(toDot(graph));
    expect(dot.clusters.map(({ path }) => path.join('/'))).toEqual(['scan', 'scan']);
    expect(dot.of('backward').map(({ title }) => title)).toEqual(['scan', 'mul', 'mul']);
    expect(dot.nodes.find(({ title }) => title === 'c')?.lines).toEqual(['f32 []', 'from 2']);
  });

  test('a folded module hides the loops in it', () => {
    const graph = trace((h: Tensor, xs: Tensor) => scope('rnn', () => looped(h, xs)), spec([]), spec([3]));
    expect(parsedDot(toDot(graph, { fold: true })).clusters).toEqual([]);
    const open = parsedDot(toDot(graph));
    expect(open.clusters.map(({ path }) => path.join('/')).slice(0, 2)).toEqual(['rnn', 'rnn/scan']);
  });
});

describe('verify', () => {
  test('goes into the graphs that nodes hold', () => {
    const graph = trace((h: Tensor, xs: Tensor) => grad((a: Tensor) => looped(a, xs))(h), spec([]), spec([3]));
    verify(graph);
    const names: string[] = [];
    verify(graph, (node) => {
      names.push(node.op.name);
      return undefined;
    });
    expect([graph.nodes.length, names.includes('cond'), names.includes('mul')]).toEqual([1, true, true]);
    expect(() => verify(graph, (node) => (node.op.name === 'mul' ? 'not today' : undefined))).toThrow('not today');
  });

  test('a held graph that uses a value from outside is refused', () => {
    const inner = trace((x: Tensor) => x.sin(), spec([]));
    const outer = trace(
      (y: Tensor) => scan((c: Tensor) => [c.mul(y), undefined], 1, undefined, { length: 2 })[0],
      spec([]),
    );
    const [node] = outer.nodes;
    const body = node!.attributes[0] as Graph<Tensor>;
    const leaking = new Graph({
      inputs: body.inputs,
      outputs: [body.inputs[0]!.mul(inner.inputs[0]!), body.inputs[0]!],
    });
    const wrong = node!.op.apply(node!.inputs, [leaking, ...node!.attributes.slice(1)]);
    expect(() => verify(new Graph({ inputs: outer.inputs, outputs: [wrong[0]!] }))).toThrow(
      /its body uses %\d+ from outside/,
    );
  });
});
