import {
  Module,
  type Tensor,
  type UpdateRule,
  type Variable,
  mapTree,
  run,
  spec,
  tensor,
  trace,
  variable,
} from '@edgewise/core';
import { adam, optimizer, sgd } from '@edgewise/optim';
import { describe, expect, test } from 'vitest';

class Line extends Module {
  readonly slope = variable([0.5, -0.5]);
  readonly shift = variable(0);
  readonly seen = variable(0, { trainable: false });

  forward(x: Tensor): Tensor {
    return x.matmul(this.slope).add(this.shift);
  }
}

class Pair extends Module {
  readonly parts = [new Line(), new Line()];

  forward(x: Tensor): Tensor {
    return this.parts[0]!.forward(x).add(this.parts[1]!.forward(x));
  }
}

const x = tensor([
  [1, 2],
  [3, -1],
  [0.5, 0.25],
]);
const y = tensor([1, -2, 0.5]);

function valuesOf(variables: Iterable<Variable>): number[][] {
  return Array.from(variables, (each) => [...each.value.data]);
}

describe('step()', () => {
  test('moves what has a gradient as the rule says, and empties the gradients', () => {
    const w = variable([1, 2], { name: 'w' });
    const descent = optimizer(sgd({ learningRate: 0.5 }), [w]);
    w.value.square().sum().backward();
    descent.step();
    expect(w.value.toArray()).toEqual([0, 0]);
    expect(w.grad).toBeUndefined();
  });

  test('leaves a parameter without a gradient as it is, and its state too', () => {
    const [used, unused] = [variable(1, { name: 'used' }), variable(1, { name: 'unused' })];
    const descent = optimizer(adam({ learningRate: 0.1 }), [used, unused]);
    used.value.add(unused).square().backward();
    descent.step();
    const before = valuesOf([unused, descent.variables().get('adam/m/unused')!]);
    used.value.square().backward();
    descent.step();
    expect(valuesOf([unused, descent.variables().get('adam/m/unused')!])).toEqual(before);
    expect(used.value.item()).toBeLessThan(0.9);
    expect(descent.variables().get('adam/step')?.value.item()).toBe(2);
  });

  test('uses the sum of what several backward passes have added', () => {
    const w = variable(0);
    const descent = optimizer(sgd({ learningRate: 1 }), [w]);
    w.value.mul(2).backward();
    w.value.mul(3).backward();
    descent.step();
    expect(w.value.item()).toBe(-5);
  });

  test('without any gradient says to call backward first', () => {
    const descent = optimizer(adam(), [variable(1)]);
    expect(() => descent.step()).toThrowErrorMatchingInlineSnapshot(`
      [ArgumentError: adam.step: no parameter has a gradient; a step clears those that it has used
        try loss.backward() before each step()]
    `);
  });

  test('gives the rule plain numbers, so that a step remembers nothing', () => {
    const met: Tensor[] = [];
    const watching: UpdateRule = {
      name: 'watching',
      init: () => ({}),
      update: (gradients, state, parameters) => {
        const moved = mapTree((p, g) => p.sub(g), parameters, gradients);
        mapTree((...tensors) => (met.push(...tensors), tensors[0]!), parameters, gradients, moved);
        return { parameters: moved, state };
      },
    };
    const w = variable(1);
    w.value.square().backward();
    optimizer(watching, [w]).step();
    expect(met.map((each) => [each.item(), each.node])).toEqual([
      [1, undefined],
      [2, undefined],
      [-1, undefined],
    ]);
  });

  test('keeps no history: what was assigned is a start again', () => {
    const w = variable(1);
    const descent = optimizer(adam(), [w]);
    w.value.square().backward();
    descent.step();
    expect(w.value.node?.inputs).toEqual([]);
    for (const cell of descent.variables().values()) expect(cell.value.node).toBeUndefined();
  });

  test('changes nothing where the rule throws', () => {
    const [a, b] = [variable(1), variable(2)];
    const broken: UpdateRule = {
      name: 'broken',
      init: () => ({ count: tensor(0) }),
      update: () => {
        throw new Error('the rule failed');
      },
    };
    const descent = optimizer(broken, [a, b]);
    a.value.mul(b).backward();
    expect(() => descent.step()).toThrow('the rule failed');
    expect(valuesOf([a, b, ...descent.variables().values()])).toEqual([[1], [2], [0]]);
    expect([a.grad?.item(), b.grad?.item()]).toEqual([2, 1]);
  });

  test('changes nothing where the rule gives another shape or dtype', () => {
    const [a, b] = [variable(1, { name: 'a' }), variable([2], { name: 'b' })];
    const widening: UpdateRule = {
      name: 'widening',
      init: () => ({}),
      update: (_, state, parameters) => {
        const moved = new Map(parameters as Map<string, Tensor>).set('b', tensor([1, 2]));
        return { parameters: moved as typeof parameters, state };
      },
    };
    const descent = optimizer(widening, [a, b]);
    a.value.mul(b).sum().backward();
    expect(() => descent.step()).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: widening.step: the rule gives f32 [2] for variable("b", f32 [1]); nothing was assigned]`,
    );
    expect(valuesOf([a, b])).toEqual([[1], [2]]);
  });

  test('changes nothing where the rule forgets its state', () => {
    const w = variable(1, { name: 'w' });
    const forgetful: UpdateRule = {
      name: 'forgetful',
      init: () => ({ count: tensor(0) }),
      update: (_, __, parameters) => ({ parameters, state: {} }),
    };
    w.value.square().backward();
    expect(() => optimizer(forgetful, [w]).step()).toThrow(
      'forgetful.step: the rule gives nothing for variable("forgetful/count", f32 []); nothing was assigned',
    );
    expect(w.grad?.item()).toBe(2);
  });

  test('empties gradients by clear() too, without a step', () => {
    const w = variable(1);
    const descent = optimizer(sgd({ learningRate: 1 }), [w]);
    w.value.square().backward();
    descent.clear();
    expect([w.grad, w.value.item()]).toEqual([undefined, 1]);
  });
});

describe('what is trained', () => {
  test('a model: its trainable Variables by path, and state named after them', () => {
    const descent = optimizer(adam(), new Pair());
    expect([...descent.parameters.keys()]).toEqual(['parts0/slope', 'parts0/shift', 'parts1/slope', 'parts1/shift']);
    expect([...descent.variables().keys()]).toEqual([
      'adam/step',
      'adam/m/parts0/slope',
      'adam/m/parts0/shift',
      'adam/m/parts1/slope',
      'adam/m/parts1/shift',
      'adam/v/parts0/slope',
      'adam/v/parts0/shift',
      'adam/v/parts1/slope',
      'adam/v/parts1/shift',
    ]);
    for (const cell of descent.variables().values()) expect(cell.trainable).toBe(false);
    expect(String(descent)).toBe('optimizer(adam, 4 parameters)');
  });

  test('a Map of Variables, by its keys, without those that are not trainable', () => {
    const descent = optimizer(sgd({ learningRate: 1, momentum: 0.5 }), new Line().variables());
    expect([...descent.variables().keys()]).toEqual(['sgd/step', 'sgd/velocity/slope', 'sgd/velocity/shift']);
  });

  test('a list of Variables: each once, with names of their own where theirs are taken or missing', () => {
    const shared = variable(1, { name: 'weight' });
    const descent = optimizer(sgd({ learningRate: 1 }), [
      shared,
      shared,
      variable(1, { name: 'weight' }),
      variable(1),
      variable(1),
    ]);
    expect([...descent.parameters.keys()]).toEqual(['weight', 'weight1', 'parameter', 'parameter1']);
    shared.value.mul(3).backward();
    descent.step();
    expect(shared.value.item()).toBe(-2);
  });

  test('a part of a model under two names is moved once', () => {
    class Tied extends Module {
      readonly first = new Line();
      readonly second = this.first;
      forward(input: Tensor): Tensor {
        return this.first.forward(input).add(this.second.forward(input));
      }
    }
    const descent = optimizer(sgd({ learningRate: 1 }), new Tied());
    expect([...descent.parameters.keys()]).toEqual(['first/slope', 'first/shift']);
  });

  test('nothing at all is refused', () => {
    class Fixed extends Module {
      readonly table = variable([1, 2, 3], { trainable: false });
      forward(): Tensor {
        return this.table.value;
      }
    }
    expect(() => optimizer(adam(), new Fixed())).toThrowErrorMatchingInlineSnapshot(`
      [ArgumentError: optimizer: nothing to train: the model has no trainable Variables
        try variable(value) in a field of the model]
    `);
    expect(() => optimizer(adam(), [])).toThrow('optimizer: nothing to train: there are no trainable Variables');
  });

  test.each([
    [variable(3, { name: 'w' }), /received variable\("w", .*; expected a model.*\n {2}try optimizer\(rule, \[w\]\)$/],
    [{ w: variable(3) }, /received an object; .*\n {2}try optimizer\(rule, Object.values\(variables\)\)$/],
    [undefined, /received nothing; expected a model, or Variables in a list or a Map/],
    [tensor(1), /received tensor\(1, f32 \[\]\); expected a model/],
    [[new Line(), new Line()], /received a model among Variables; .*\n {2}try .*\.\.\.encoder\.parameters\(\)/],
    [[undefined], /received nothing among Variables/],
  ])('anything else is refused by name: %#', (trained, message) => {
    expect(() => optimizer(adam(), trained as never)).toThrow(message);
  });

  test('by what is no rule is refused', () => {
    expect(() => optimizer(new Line() as never, adam() as never)).toThrow(
      'optimizer: expected a rule first, received a model\n  try optimizer(sgd({ learningRate: 0.1 }), model)',
    );
  });
});

describe('a whole training step', () => {
  const rules: [string, () => UpdateRule][] = [
    ['sgd', () => sgd({ learningRate: 0.05 })],
    ['sgd with momentum', () => sgd({ learningRate: 0.05, momentum: 0.9 })],
    ['sgd with nesterov', () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true })],
    ['adam', () => adam({ learningRate: 0.05 })],
    ['adam with a schedule', () => adam({ learningRate: (step) => step.add(20).cast('f32').reciprocal() })],
  ];

  function training(rule: UpdateRule) {
    const model = new Pair();
    const descent = optimizer(rule, model);
    const step = (inputs: Tensor, targets: Tensor): Tensor => {
      const loss = model.forward(inputs).sub(targets).square().mean();
      loss.backward();
      descent.step();
      return loss;
    };
    return { model, descent, step };
  }

  test.each(rules)('with %s traces into one graph that repeats the eager steps to the bit', (_, rule) => {
    const eager = training(rule());
    const traced = training(rule());
    const graph = trace(traced.step, spec([3, 2]), spec([3]));
    const losses: [number, number][] = [];
    for (let k = 0; k < 8; k++) losses.push([eager.step(x, y).item(), run(graph, x, y).item()]);

    for (const [expected, got] of losses) expect(got).toBe(expected);
    expect(losses.at(-1)![1]).toBeLessThan(0.5 * losses[0]![1]);
    expect(valuesOf(traced.model.variables().values())).toEqual(valuesOf(eager.model.variables().values()));
    expect(valuesOf(traced.descent.variables().values())).toEqual(valuesOf(eager.descent.variables().values()));
    for (const parameter of traced.model.parameters()) expect(parameter.grad).toBeUndefined();
  });

  test.each(rules)('with %s has no gradient among its inputs, and the rule is a box of its own', (name, rule) => {
    const { step, model, descent } = training(rule());
    const graph = trace(step, spec([3, 2]), spec([3]));
    expect(graph.inputNames.filter((input) => input?.endsWith('.grad') === true)).toEqual([]);
    const box = name.split(' ')[0]!;
    const inside = graph.nodes.filter((node) => node.scope?.path === box);
    expect(inside.length).toBeGreaterThanOrEqual(2 * model.parameters().length);
    const writes = graph.outputs.length - 1;
    expect(writes).toBe(model.parameters().length + descent.variables().size);
  });

  test('tracing changes no Variable', () => {
    const { step, model, descent } = training(adam());
    const before = valuesOf([...model.variables().values(), ...descent.variables().values()]);
    trace(step, spec([3, 2]), spec([3]));
    expect(valuesOf([...model.variables().values(), ...descent.variables().values()])).toEqual(before);
  });

  test('by hand, with the rule itself on trees, gives the same bits', () => {
    const rule = adam({ learningRate: 0.05 });
    const { model, step } = training(rule);
    let parameters = new Map([...model.variables()].filter(([, v]) => v.trainable).map(([name, v]) => [name, v.value]));
    let state = rule.init(parameters);
    const shadow = new Pair();
    for (let k = 0; k < 5; k++) {
      step(x, y);
      for (const [name, value] of parameters) shadow.variables().get(name)!.assign(value);
      shadow.forward(x).sub(y).square().mean().backward();
      const gradients = new Map([...parameters.keys()].map((name) => [name, shadow.variables().get(name)!.grad!]));
      for (const parameter of shadow.parameters()) parameter.clearGrad();
      ({ parameters, state } = rule.update(gradients, state, parameters));
    }
    expect([...parameters.values()].map((value) => [...value.data])).toEqual(valuesOf(model.parameters()));
  });
});
