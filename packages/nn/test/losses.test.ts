import { type Dtype, type Tensor, grad, random, spec, tensor, trace, zeros } from '@edgewise/core';
import { checkGradients } from '@edgewise/core/testing';
import { accuracy, crossEntropy, meanSquaredError } from '@edgewise/nn';
import { describe, expect, test } from 'vitest';

const f64 = { dtype: 'f64' } as const;
const logits = tensor(
  [
    [1, -0.5, 2],
    [0.3, 0.2, -1],
    [-2, 0, 0.1],
    [4, 4, 4],
  ],
  f64,
);
const labels = tensor([2, 0, 1, 0], { dtype: 'i32' });
const probabilities = tensor(
  [
    [0.1, 0.2, 0.7],
    [1, 0, 0],
    [0.25, 0.5, 0.25],
    [0, 0, 1],
  ],
  f64,
);

/** `-log(e^z_right / sum e^z)`, averaged, as it stands in a textbook. */
function crossEntropyByHand(rows: number[][], shares: number[][]): number {
  const each = rows.map((row, k) => {
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    return row.reduce((sum, z, c) => sum - shares[k]![c]! * Math.log(Math.exp(z) / total), 0);
  });
  return each.reduce((sum, one) => sum + one, 0) / rows.length;
}

const oneHot = (numbers: number[], classes: number): number[][] =>
  numbers.map((right) => Array.from({ length: classes }, (_, c) => (c === right ? 1 : 0)));

describe('meanSquaredError', () => {
  const prediction = tensor(
    [
      [1, 2],
      [3, -1],
    ],
    f64,
  );
  const target = tensor(
    [
      [0, 2.5],
      [1, 1],
    ],
    f64,
  );

  test('is the mean of the squared differences over all elements', () => {
    expect(meanSquaredError(prediction, target).item()).toBe((1 + 0.25 + 4 + 4) / 4);
    expect(meanSquaredError(2, 5).item()).toBe(9);
  });

  test('has right derivatives of first and second order, in both arguments', () => {
    checkGradients(meanSquaredError, [prediction, target]);
    expect(grad((p: Tensor) => meanSquaredError(p, target))(prediction).toArray()).toEqual([
      [0.5, -0.25],
      [1, -1],
    ]);
  });

  test.each<Dtype>(['f32', 'f64'])('keeps %s, and plain numbers take it', (dtype) => {
    expect(
      String(
        meanSquaredError(prediction.cast(dtype), [
          [0, 2.5],
          [1, 1],
        ]),
      ),
    ).toBe(`tensor(2.3125, ${dtype} [])`);
  });

  test('refuses shapes that differ, though they would broadcast', () => {
    expect(() => meanSquaredError(zeros([32, 1]), zeros([32]))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: meanSquaredError: prediction [32, 1] and target [32] differ in shape
        try meanSquaredError(prediction, target.reshape([32, 1]))]
    `);
    expect(() => meanSquaredError(zeros([2, 3]), zeros([3]))).toThrow(
      'meanSquaredError: prediction [2, 3] and target [3] differ in shape',
    );
  });

  test('refuses whole numbers as a prediction', () => {
    expect(() => meanSquaredError(labels, labels)).toThrow(
      "meanSquaredError: the prediction is i32; expected f32 or f64\n  try x.cast('f32')",
    );
  });
});

describe('crossEntropy', () => {
  test('from class numbers is the mean of -log(softmax) at the right class', () => {
    const expected = crossEntropyByHand(logits.toArray() as number[][], oneHot([2, 0, 1, 0], 3));
    expect(crossEntropy(logits, labels).item()).toBeCloseTo(expected, 14);
    expect(crossEntropy(logits, [2, 0, 1, 0]).item()).toBeCloseTo(expected, 14);
    expect(crossEntropy(logits, new Uint8Array([2, 0, 1, 0])).item()).toBeCloseTo(expected, 14);
  });

  test('from probabilities weighs all classes', () => {
    const expected = crossEntropyByHand(logits.toArray() as number[][], probabilities.toArray() as number[][]);
    expect(crossEntropy(logits, probabilities).item()).toBeCloseTo(expected, 14);
    const certain = tensor(oneHot([2, 0, 1, 0], 3), f64);
    expect(crossEntropy(logits, certain).item()).toBeCloseTo(crossEntropy(logits, labels).item(), 15);
  });

  test('of one example, and of sequences in a batch, is the same mean', () => {
    const one = crossEntropy(tensor([1, 2, 3], f64), 2);
    expect(one.item()).toBeCloseTo(crossEntropyByHand([[1, 2, 3]], [[0, 0, 1]]), 14);
    const sequences = crossEntropy(logits.reshape([2, 2, 3]), labels.reshape([2, 2]));
    expect(sequences.item()).toBeCloseTo(crossEntropy(logits, labels).item(), 15);
  });

  test('has right derivatives of first and second order', () => {
    checkGradients((z) => crossEntropy(z, labels), [logits]);
    checkGradients(crossEntropy, [logits, probabilities]);
  });

  test('has the gradient (softmax - one-hot) / batch', () => {
    const gradient = grad((z: Tensor) => crossEntropy(z, labels))(logits);
    const expected = logits
      .softmax()
      .sub(tensor(oneHot([2, 0, 1, 0], 3), f64))
      .div(4);
    expect(gradient.sub(expected).abs().max().item()).toBeLessThan(1e-15);
  });

  test('stays finite where probabilities round to 0 or 1, and where a class is ruled out', () => {
    const sure = tensor([[1000, 0, -1000]], f64);
    expect(crossEntropy(sure, [0]).item()).toBe(0);
    expect(crossEntropy(sure, [2]).item()).toBe(2000);
    expect(grad((z: Tensor) => crossEntropy(z, [2]))(sure).toArray()).toEqual([[1, 0, -1]]);
    const ruledOut = tensor([[1, Number.NEGATIVE_INFINITY, 1]], f64);
    expect(crossEntropy(ruledOut, [0]).item()).toBeCloseTo(Math.log(2), 15);
    expect(grad((z: Tensor) => crossEntropy(z, [0]))(ruledOut).toArray()).toEqual([[-0.5, 0, 0.5]]);
  });

  test('of no information is the logarithm of the number of classes, in both dtypes', () => {
    for (const dtype of ['f32', 'f64'] as const) {
      const loss = crossEntropy(zeros([5, 10], dtype), [0, 1, 2, 3, 4]);
      expect(loss.dtype).toBe(dtype);
      expect(loss.item()).toBeCloseTo(Math.log(10), 6);
    }
  });

  test('traces with symbolic labels, whose range cannot be looked at', () => {
    const graph = trace((z: Tensor, right: Tensor) => crossEntropy(z, right), spec([4, 3]), spec([4], 'i32'));
    expect(graph.outputs.map((output) => String(output.spec))).toEqual(['f32 []']);
  });

  test.each<[what: string, given: Tensor, right: Tensor, text: string]>([
    [
      'a label that is no class',
      zeros([4, 10]),
      tensor([1, 3, 10, 0], { dtype: 'i32' }),
      'crossEntropy: label 10 (position 2 of 4) is no class: the logits have 10, numbered 0 to 9',
    ],
    ['a negative label', zeros([1, 10]), tensor([-1], { dtype: 'i32' }), 'label -1 (position 0 of 1) is no class'],
    [
      'labels of another length',
      zeros([4, 10]),
      tensor([1, 3], { dtype: 'i32' }),
      'crossEntropy: labels have shape [2]; for logits [4, 10] expected class numbers [4] or probabilities [4, 10]',
    ],
    [
      'class numbers that are not whole',
      zeros([2, 10]),
      tensor([1, 3]),
      "crossEntropy: labels of shape [2] are class numbers, and these are f32; expected i32\n  try labels.cast('i32')",
    ],
    [
      'probabilities that are whole',
      zeros([2, 2]),
      tensor(
        [
          [0, 1],
          [1, 0],
        ],
        { dtype: 'i32' },
      ),
      "labels of the logits' shape [2, 2] are probabilities, and these are i32\n  try labels.cast('f32')",
    ],
    ['logits without classes', tensor(1), tensor(0, { dtype: 'i32' }), 'logits have shape []; expected [..., classes]'],
    ['whole logits', labels, tensor(0, { dtype: 'i32' }), 'crossEntropy: logits are i32; expected f32 or f64'],
    ['an empty batch', zeros([0, 3]), tensor([], { dtype: 'i32' }), 'mean: the mean of no elements, shape [0]'],
  ])('refuses %s', (_, given, right, text) => {
    expect(() => crossEntropy(given, right)).toThrow(text);
  });
});

describe('accuracy', () => {
  test('is the share of examples whose largest logit is the right one', () => {
    expect(accuracy(logits, labels).item()).toBe(0.75);
    expect(accuracy(logits, [0, 0, 0, 1]).item()).toBe(0.25); // the first of equals counts
    expect(String(accuracy(logits, probabilities))).toBe('tensor(0.5, f32 [])');
  });

  test('checks labels as crossEntropy does', () => {
    expect(() => accuracy(logits, [0, 0, 0, 3])).toThrow('accuracy: label 3 (position 3 of 4) is no class');
    expect(() => accuracy(logits, [0, 0])).toThrow('accuracy: labels have shape [2]');
  });
});

test('losses of random logits and labels are never negative, seed 11', () => {
  for (const key of random.split(random.key(11), 20)) {
    const z = random.normal(key, [8, 5]).mul(10);
    expect(crossEntropy(z, z.argMax({ axis: -1 })).item()).toBeGreaterThanOrEqual(0);
  }
});
