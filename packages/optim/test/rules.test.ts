import {
  type Dtype,
  type Tensor,
  type TensorLike,
  type UpdateRule,
  flatten,
  spec,
  tensor,
  trace,
  valueAndGrad,
  variable,
} from '@edgewise/core';
import { type LearningRate, type Schedule, adam, sgd } from '@edgewise/optim';
import { describe, expect, test } from 'vitest';
import {
  type Numbers,
  adamAlgorithm1,
  classicalMomentum,
  descent,
  gradientAt,
  lossAt,
  nesterovMomentum,
  problem,
  start,
} from './published.ts';

interface Parameters {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

function startIn(weight: Dtype, bias: Dtype): Parameters {
  return { weight: tensor(start.slice(0, 2), { dtype: weight }), bias: tensor(start[2]!, { dtype: bias }) };
}

function loss({ weight, bias }: Parameters): Tensor {
  const { dtype } = weight;
  const inputs = tensor(problem.inputs, { dtype });
  const errors = inputs.matmul(weight).add(bias).sub(tensor(problem.targets, { dtype }));
  return errors.square().mean().add(weight.pow(4).sum());
}

/** Takes `count` steps; the parameters and the loss after each. */
function descend(rule: UpdateRule, from: Parameters, count: number): { parameters: Parameters[]; losses: number[] } {
  let parameters = from;
  let state = rule.init(parameters);
  const path = Array.from({ length: count }, () => {
    const [, gradients] = valueAndGrad(loss)(parameters);
    ({ parameters, state } = rule.update(gradients, state, parameters));
    return parameters;
  });
  return { parameters: path, losses: path.map((at) => loss(at).item()) };
}

function numbersOf({ weight, bias }: Parameters): Numbers {
  return [...weight.data, bias.item()];
}

const halving: Schedule = (step) => tensor(0.5, { dtype: 'f64' }).pow(step.cast('f64').div(4)).mul(0.1);

/** Each rule, and ten steps of it as published. */
const rules: [name: string, rule: UpdateRule, published: (count: number) => Numbers[]][] = [
  ['sgd', sgd({ learningRate: 0.1 }), descent(() => 0.1)],
  ['sgd with momentum', sgd({ learningRate: 0.05, momentum: 0.9 }), classicalMomentum(0.05, 0.9)],
  ['sgd with nesterov', sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }), nesterovMomentum(0.05, 0.9)],
  ['sgd with a schedule', sgd({ learningRate: halving }), descent((step) => 0.1 * 0.5 ** (step / 4))],
  ['adam', adam({ learningRate: 0.1 }), adamAlgorithm1(0.1, 0.9, 0.999, 1e-8)],
  [
    'adam with other constants',
    adam({ learningRate: 0.2, beta1: 0.5, beta2: 0.9, epsilon: 1e-2 }),
    adamAlgorithm1(0.2, 0.5, 0.9, 1e-2),
  ],
];

test('the gradient of the fixed problem by hand is the one that core derives', () => {
  const from = startIn('f64', 'f64');
  const [value, gradient] = valueAndGrad(loss)(from);
  expect(value.item()).toBeCloseTo(lossAt(start), 14);
  numbersOf(gradient).forEach((derivative, k) => expect(derivative).toBeCloseTo(gradientAt(start)[k]!, 14));
});

describe.each(rules)('%s', (_, rule, published) => {
  test('takes the ten steps that the published formula takes, to 1e-12', () => {
    const { parameters, losses } = descend(rule, startIn('f64', 'f64'), 10);
    const expected = published(10);
    parameters.forEach((at, step) =>
      numbersOf(at).forEach((got, k) => {
        const want = expected[step]![k]!;
        expect(Math.abs(got - want), `step ${step + 1}, number ${k}`).toBeLessThanOrEqual(1e-12 * Math.abs(want));
      }),
    );
    expect(losses.at(-1)).toBeLessThan(lossAt(start));
  });

  test.each<[Dtype, Dtype]>([
    ['f32', 'f32'],
    ['f32', 'f64'],
    ['f64', 'f32'],
  ])('takes them with a weight in %s and a bias in %s, and leaves dtypes and shapes as they are', (weight, bias) => {
    const from = startIn(weight, bias);
    const last = descend(rule, from, 10).parameters.at(-1)!;
    expect([last.weight.spec, last.bias.spec].map(String)).toEqual([from.weight.spec, from.bias.spec].map(String));
    numbersOf(last).forEach((got, k) => expect(got).toBeCloseTo(published(10).at(-1)![k]!, 5));
    const state = flatten(rule.update(from, rule.init(from), from).state, 'test').leaves;
    expect(state.map(String).map(specIn)).toEqual(flatten(rule.init(from), 'test').leaves.map(String).map(specIn));
  });

  test('is pure: it traces, and the same arguments give the same result again', () => {
    const from = startIn('f32', 'f32');
    const state = rule.init(from);
    const once = rule.update(from, state, from);
    expect(rule.update(from, state, from)).toEqual(once);
    const symbolic = { weight: spec([2]), bias: spec([]) };
    const graph = trace((parameters: Parameters) => rule.update(parameters, state, parameters).parameters, symbolic);
    expect(graph.outputs.map((output) => String(output.spec))).toEqual(['f32 [2]', 'f32 []']);
  });
});

/** `f32 [2]` in `tensor([1, 2], f32 [2])`. */
function specIn(text: string): string {
  return /\w+ \[[^[]*\](?=\)$)/.exec(text)?.[0] ?? text;
}

test('the first step of Adam goes as far as the learning rate says, however large the gradient', () => {
  const rule = adam({ learningRate: 0.5 });
  for (const size of [1e-3, 1, 1e6]) {
    const gradient = [tensor(size, { dtype: 'f64' })];
    const from = [tensor(2, { dtype: 'f64' })];
    expect(rule.update(gradient, rule.init(from), from).parameters[0]!.item()).toBeCloseTo(1.5, 4);
  }
});

test('Adam corrects its means in f64: the first f32 step is right to the last digit', () => {
  const from = [tensor(0)];
  const stepped = adam({ learningRate: 1, epsilon: 0 }).update([tensor(1)], adam().init(from), from);
  expect(stepped.parameters[0]!.item()).toBeCloseTo(-1, 6); // with corrections in f32: -0.9999936
});

test.each<[string, (learningRate: LearningRate) => UpdateRule]>([
  ['sgd', (learningRate) => sgd({ learningRate })],
  ['adam', (learningRate) => adam({ learningRate })],
])('%s asks a schedule once a step for the rate after 0, 1, 2, ... steps; it may answer in f32', (_, ruleWith) => {
  const asked: number[] = [];
  const scheduled = ruleWith((step) => {
    asked.push(step.item());
    return tensor(0.25, { dtype: 'f32' });
  });
  const [changing, fixed] = [scheduled, ruleWith(0.25)].map((rule) => descend(rule, startIn('f64', 'f64'), 3));
  expect(asked).toEqual([0, 1, 2]);
  expect(changing!.parameters.map(numbersOf)).toEqual(fixed!.parameters.map(numbersOf));
});

test('parameters of any form are moved: numbers, lists, Maps, nothing at all', () => {
  const rule = adam({ learningRate: 0.5 });
  const tree = { list: [tensor(1), tensor([2, 3])], map: new Map([['k', tensor(4)]]), name: 'kept' };
  const moved = rule.update(tree, rule.init(tree), tree).parameters;
  expect([...moved.list.map(String), String(moved.map.get('k')), moved.name]).toEqual([
    'tensor(0.5, f32 [])',
    'tensor([1.5, 2.5], f32 [2])',
    'tensor(3.5, f32 [])',
    'kept',
  ]);
  expect(rule.update({}, rule.init({}), {}).parameters).toEqual({});

  const weak: Record<string, TensorLike> = { number: 1, variable: variable(2), array: new Float64Array([3]) };
  expect(Object.values(rule.update(weak, rule.init(weak), weak).parameters).map(String)).toEqual([
    'tensor(0.5, f32 [])',
    'tensor(1.5, f32 [])',
    'tensor([2.5], f64 [1])',
  ]);
});

test('gradients of another form than the parameters are refused', () => {
  const rule = sgd({ learningRate: 1 });
  const from: Record<string, Tensor> = { w: tensor(1) };
  expect(() => rule.update({ v: tensor(1) }, rule.init(from), from)).toThrow('trees of different form');
});

test.each<[make: () => unknown, text: string]>([
  [() => sgd({ learningRate: 0 }), 'sgd: learningRate is 0; expected a positive number, or a function of the step'],
  [() => sgd({ learningRate: Number.NaN }), 'sgd: learningRate is NaN; expected a positive number'],
  [() => adam({ learningRate: -1 }), 'adam: learningRate is -1; expected a positive number'],
  [() => adam({ learningRate: Number.POSITIVE_INFINITY }), 'adam: learningRate is Infinity'],
  [() => sgd({ learningRate: 1, momentum: 1 }), 'sgd: momentum is 1; expected a number from 0 up to, not including, 1'],
  [() => adam({ beta1: -0.1 }), 'adam: beta1 is -0.1; expected a number from 0 up to, not including, 1'],
  [() => adam({ beta2: Number.NaN }), 'adam: beta2 is NaN'],
  [() => adam({ epsilon: -1 }), 'adam: epsilon is -1; expected a number from 0 on'],
  [() => sgd({ learningRate: 1, nesterov: true }), 'sgd: nesterov looks ahead along the momentum, and there is none'],
  [
    () => adam(JSON.parse('{ "learningrate": 1 }') as object),
    'adam: no option named "learningrate"\n  near: "learningRate"',
  ],
])('a hyper-parameter that makes no sense is refused: %s', (make, text) => {
  expect(make).toThrow(text);
});

test.each<[gives: string, schedule: Schedule, text: string]>([
  [
    'a list',
    () => tensor([1, 2]),
    'sgd: the schedule gives f32 [2]; expected one number as a tensor, f32 [] or f64 []',
  ],
  ['a whole number', (step) => step, 'sgd: the schedule gives i32 []'],
  ['a plain number', () => JSON.parse('0.1') as Tensor, 'sgd: the schedule gives 0.1; expected one number as a tensor'],
])('a schedule that gives %s is refused', (_, schedule, text) => {
  expect(() => descend(sgd({ learningRate: schedule }), startIn('f32', 'f32'), 1)).toThrow(text);
});
